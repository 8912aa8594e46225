import { describe, test, vi } from 'vitest'
import { check } from '../../src/verify/Law.ts'
import { objectiveLaws } from '../../src/verify/laws/objective.ts'
import { objectives } from '../../src/verify/subject/Objectives.ts'
import { testLaws } from '../../src/verify/testLaws.ts'

vi.setConfig({ testTimeout: 120_000 * Number(process.env['ELBO_LAWS_DEPTH'] ?? 1) })

describe('objective', () => {
  testLaws(test, check(objectiveLaws, objectives), { runs: 60 })
})
