import { type Binding, check } from '../../../src/verify/Law.ts'
import { annealingHere, annealingLaws } from '../../../src/verify/laws/annealing.ts'

export const bindings: readonly Binding[] = [check(annealingLaws, annealingHere)]
