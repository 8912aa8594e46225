import { type Binding, check } from '../../../src/verify/Law.ts'
import { noiseHere, noiseLaws } from '../../../src/verify/laws/noise.ts'
import { optimizerLaws } from '../../../src/verify/laws/optimizer.ts'
import { optimizersHere } from '../../../src/verify/subject/Optimizers.ts'
import { scheduleLaws, schedulesHere } from '../../../src/verify/laws/schedule.ts'

export const bindings: readonly Binding[] = [
  check(scheduleLaws, schedulesHere),
  check(optimizerLaws, optimizersHere),
  check(noiseLaws, noiseHere),
]
