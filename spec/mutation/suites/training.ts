import { type Binding, check } from '../../../src/verify/Law.ts'
import { noiseHere, noiseLaws } from '../../../src/verify/laws/noise.ts'
import { optimizerLaws, optimizersHere } from '../../../src/verify/laws/optimizer.ts'
import { scheduleLaws, schedulesHere } from '../../../src/verify/laws/schedule.ts'

export const bindings: readonly Binding[] = [
  check(scheduleLaws, schedulesHere),
  check(optimizerLaws, optimizersHere),
  check(noiseLaws, noiseHere),
]
