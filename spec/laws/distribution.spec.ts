import { describe, test, vi } from 'vitest'
import { check } from '../../src/verify/Law.ts'
import { distributionLaws } from '../../src/verify/laws/distribution.ts'
import { divergenceLaws } from '../../src/verify/laws/divergence.ts'
import { reparameterisationLaws } from '../../src/verify/laws/reparameterisation.ts'
import { bijectorLaws } from '../../src/verify/laws/bijector.ts'
import { familyDensities, familyDivergences } from '../../src/verify/subject/families.ts'
import { libraryBijectors, madeDensities } from '../../src/verify/subject/made.ts'
import { testLaws } from '../../src/verify/testLaws.ts'

vi.setConfig({ testTimeout: 120_000 * Number(process.env['ELBO_LAWS_DEPTH'] ?? 1) })

describe('distribution', () => {
  for (const density of [...familyDensities, ...madeDensities])
    testLaws(test, check(distributionLaws, density), { runs: 40 })
})
describe('bijector', () => {
  for (const bijector of libraryBijectors) testLaws(test, check(bijectorLaws, bijector), { runs: 60 })
})
describe('divergence', () => {
  for (const pair of familyDivergences) testLaws(test, check(divergenceLaws, pair), { runs: 40 })
})
describe('reparameterisation', () => {
  for (const density of familyDensities) testLaws(test, check(reparameterisationLaws, density), { runs: 30 })
})
