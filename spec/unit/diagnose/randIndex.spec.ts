import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { adjustedRandIndex } from '../../../src/diagnose/randIndex.ts'
import { random } from '../../arbitrary/random.ts'

const groups = fc
  .integer({ min: 2, max: 40 })
  .chain((n) => fc.tuple(...[4, 5].map((k) => fc.array(fc.nat({ max: k }), { minLength: n, maxLength: n }))))

describe('the adjusted Rand index', () => {
  test('by hand: groups of 3 and 3 against 2, 2 and 2', () => {
    // together 2 pairs of 15; 6 pairs in the one, 3 in the other: chance 6·3/15
    expect(adjustedRandIndex([0, 0, 0, 1, 1, 1], [0, 0, 1, 1, 2, 2])).toBeCloseTo((2 - 1.2) / (4.5 - 1.2), 14)
  })

  test('is 1 of equal groupings under other names, symmetric, and at most 1', () => {
    fc.assert(
      fc.property(groups, ([a = [], b = []]) => {
        expect(
          adjustedRandIndex(
            a,
            a.map((k) => 9 - 2 * k),
          ),
        ).toBe(1)
        expect(adjustedRandIndex(a, b)).toBe(adjustedRandIndex(b, a))
        expect(adjustedRandIndex(a, b)).toBeLessThanOrEqual(1)
        expect(adjustedRandIndex(a, b)).toBeGreaterThanOrEqual(-0.5)
      }),
      { seed: 20261122 },
    )
  })

  test('its mean over all orders of one grouping is 0', () => {
    const a = [0, 0, 0, 1, 1, 2]
    const orders = (left: readonly number[]): readonly (readonly number[])[] =>
      left.length === 0 ? [[]] : left.flatMap((x, i) => orders(left.toSpliced(i, 1)).map((rest) => [x, ...rest]))
    const values = orders([0, 0, 1, 1, 1, 1]).map((b) => adjustedRandIndex(a, b))
    expect(values.reduce((sum, v) => sum + v, 0) / values.length).toBeCloseTo(0, 14)
  })

  test('is near 0 of many random labels, and 1 of what has one group only', () => {
    const next = random(4)
    const labels = (): number[] => Array.from({ length: 5000 }, () => next.below(5))
    expect(Math.abs(adjustedRandIndex(labels(), labels()))).toBeLessThan(0.01)
    expect(adjustedRandIndex([1, 1, 1], [2, 2, 2])).toBe(1)
  })
})
