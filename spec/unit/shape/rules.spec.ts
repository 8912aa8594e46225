import * as fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, test } from 'vitest'
import { isNatural } from '../../../src/shape/Dim.ts'
import { calls } from '../../arbitrary/shapeCalls.ts'

test.each([
  [1, true],
  [784, true],
  [Number.MAX_SAFE_INTEGER, true],
  [0, false],
  [-0, false],
  [-1, false],
  [2.5, false],
  [Number.NaN, false],
  [Number.POSITIVE_INFINITY, false],
  [1e21, false],
])('whether %d can be a dimension: %s', (n, answer) => {
  expect(isNatural(n)).toBe(answer)
})

describe('every rule', () => {
  const call = fc.oneof(...calls)

  test('makes natural dimensions of natural dimensions', () => {
    const odd = fc
      .sample(call, { seed: 4, numRuns: 2000 })
      .filter(({ answer }) => E.isRight(answer) && !answer.right.every(isNatural))
    expect(odd).toEqual([])
  })

  test('says what is wrong in one line that shows a number or a shape', () => {
    const shows = /^[A-Za-z][^\n]*[\d\]][^\n]*$/
    const vague = fc
      .sample(call, { seed: 5, numRuns: 2000 })
      .filter(({ answer }) => E.isLeft(answer) && !shows.test(answer.left))
    expect(vague).toEqual([])
  })
})
