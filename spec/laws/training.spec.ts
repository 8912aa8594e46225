import { describe, test, vi } from 'vitest'
import { check } from '../../src/verify/Law.ts'
import { noiseHere, noiseLaws } from '../../src/verify/laws/noise.ts'
import { optimizerLaws } from '../../src/verify/laws/optimizer.ts'
import { optimizersHere } from '../../src/verify/subject/Optimizers.ts'
import { scheduleLaws, schedulesHere } from '../../src/verify/laws/schedule.ts'
import { testLaws } from '../../src/verify/testLaws.ts'

vi.setConfig({ testTimeout: 120_000 * Number(process.env['ELBO_LAWS_DEPTH'] ?? 1) })

describe('schedule', () => {
  testLaws(test, check(scheduleLaws, schedulesHere))
})
describe('optimizer', () => {
  testLaws(test, check(optimizerLaws, optimizersHere))
})
describe('noise', () => {
  testLaws(test, check(noiseLaws, noiseHere))
})
