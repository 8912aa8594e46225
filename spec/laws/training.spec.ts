import { describe, test } from 'vitest'
import { check } from '../../src/verify/Law.ts'
import { noiseHere, noiseLaws } from '../../src/verify/laws/noise.ts'
import { optimizerLaws, optimizersHere } from '../../src/verify/laws/optimizer.ts'
import { scheduleLaws, schedulesHere } from '../../src/verify/laws/schedule.ts'
import { testLaws } from '../../src/verify/testLaws.ts'

describe('schedule', () => testLaws(test, check(scheduleLaws, schedulesHere)))
describe('optimizer', () => testLaws(test, check(optimizerLaws, optimizersHere)))
describe('noise', () => testLaws(test, check(noiseLaws, noiseHere)))
