import { type Binding, check } from '../../../src/verify/Law.ts'
import { distributionLaws } from '../../../src/verify/laws/distribution.ts'
import { divergenceLaws } from '../../../src/verify/laws/divergence.ts'
import { reparameterisationLaws } from '../../../src/verify/laws/reparameterisation.ts'
import { bijectorLaws } from '../../../src/verify/laws/bijector.ts'
import { familyDensities, familyDivergences } from '../../../src/verify/subject/families.ts'
import { libraryBijectors, madeDensities } from '../../../src/verify/subject/made.ts'

export const bindings: readonly Binding[] = [
  ...[...familyDensities, ...madeDensities].map((d) => check(distributionLaws, d)),
  ...libraryBijectors.map((d) => check(bijectorLaws, d)),
  ...familyDensities.map((d) => check(reparameterisationLaws, d)),
  ...familyDivergences.map((d) => check(divergenceLaws, d)),
]
