import { describe, test, vi } from 'vitest'
import { check } from '../../src/verify/Law.ts'
import { informationLaws } from '../../src/verify/laws/information.ts'
import { broadcastingHere, shapeLaws } from '../../src/verify/laws/shape.ts'
import { objectives } from '../../src/verify/subject/Objectives.ts'
import { testLaws } from '../../src/verify/testLaws.ts'

vi.setConfig({ testTimeout: 120_000 * Number(process.env['ELBO_LAWS_DEPTH'] ?? 1) })

describe('information', () => {
  testLaws(test, check(informationLaws, objectives))
})
describe('shape', () => {
  testLaws(test, check(shapeLaws, broadcastingHere))
})
