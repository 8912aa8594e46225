import { describe, test, vi } from 'vitest'
import { elbo, iwae, renyi } from '../../src/model/objective.ts'
import { check } from '../../src/verify/Law.ts'
import { boundLaws } from '../../src/verify/laws/bounds.ts'
import { boundOf } from '../../src/verify/subject/Bound.ts'
import { testLaws } from '../../src/verify/testLaws.ts'

vi.setConfig({ testTimeout: 120_000 * Number(process.env['ELBO_LAWS_DEPTH'] ?? 1) })

const bounds = [
  boundOf('elbo, closed KL', elbo({ kl: 'closed' })),
  boundOf('elbo, sampled KL', elbo({ kl: 'sampled' })),
  boundOf('elbo, sticking the landing', elbo({ gradient: 'stickingTheLanding' })),
  boundOf('renyi(½), 2 draws', renyi({ alpha: 0.5, samples: 2 })),
  boundOf('renyi(2), 1 draw', renyi({ alpha: 2, samples: 1 })),
  boundOf('iwae(1)', iwae(1)),
  boundOf('iwae(2)', iwae(2)),
  boundOf('iwae(5)', iwae(5)),
]

describe('bounds', () => {
  for (const bound of bounds) testLaws(test, check(boundLaws, bound), { runs: 40 })
})
