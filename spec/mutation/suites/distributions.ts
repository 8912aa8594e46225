import { type Binding, check } from '../../../src/verify/Law.ts'
import { distributionLaws } from '../../../src/verify/laws/distribution.ts'
import { divergenceLaws } from '../../../src/verify/laws/divergence.ts'
import { reparameterisationLaws } from '../../../src/verify/laws/reparameterisation.ts'
import { familyDensities, familyDivergences } from '../../../src/verify/subject/families.ts'

export const bindings: readonly Binding[] = [
  ...familyDensities.map((d) => check(distributionLaws, d)),
  ...familyDensities.map((d) => check(reparameterisationLaws, d)),
  ...familyDivergences.map((d) => check(divergenceLaws, d)),
]
