import { describe, test } from 'vitest'
import { check } from '../../src/verify/Law.ts'
import { wiringLaws } from '../../src/verify/laws/wiring.ts'
import { wiringHere } from '../../src/verify/subject/Wiring.ts'
import { testLaws } from '../../src/verify/testLaws.ts'

const here = await wiringHere()
describe('wiring', () => {
  testLaws(test, check(wiringLaws, here))
})
