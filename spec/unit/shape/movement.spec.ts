import * as fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, test } from 'vitest'
import { concat } from '../../../src/shape/concat.ts'
import { reduce } from '../../../src/shape/reduce.ts'
import { flatten, reshape } from '../../../src/shape/reshape.ts'
import { elements } from '../../../src/shape/Shape.ts'
import { slice } from '../../../src/shape/slice.ts'
import { transpose } from '../../../src/shape/transpose.ts'

const shape = fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 4 })
/** A shape, one of its axes, and the same axis counted from the end. */
const withAxis = shape.chain((s) =>
  fc.nat({ max: s.length - 1 }).map((k): [number[], number, number] => [s, k, k - s.length]),
)

describe('reshape', () => {
  test('keeps the elements', () => {
    expect(reshape([784], [28, 28, 1])).toEqual(E.right([28, 28, 1]))
    expect(reshape([1, 1], [])).toEqual(E.right([]))
    expect(flatten([7, 7, 32])).toEqual(E.right([1568]))
    expect(flatten([])).toEqual(E.right([1]))
  })

  test.each([
    [reshape([1568], [7, 7, 30]), 'reshape: cannot view [1568] (1568 elements) as [7, 7, 30] (1470 elements)'],
    [reshape([20], [4, -1]), 'reshape: a dimension must be a whole number of at least 1 but got -1'],
    [reshape([20], [0]), 'reshape: a dimension must be a whole number of at least 1 but got 0'],
  ])('%j', (answer, text) => {
    expect(answer).toEqual(E.left(text))
  })
})

describe('transpose', () => {
  test('orders the axes', () => {
    expect(transpose([2, 3, 4], [1, 2, 0])).toEqual(E.right([3, 4, 2]))
    expect(transpose([2, 3, 4])).toEqual(E.right([4, 3, 2]))
    expect(transpose([2, 3, 4], [0, 0, 1])).toEqual(
      E.left('transpose: [0, 0, 1] is not an order of the axes of [2, 3, 4]'),
    )
    expect(transpose([2, 3], [0, 1, 2])).toEqual(E.left('transpose: [0, 1, 2] is not an order of the axes of [2, 3]'))
  })

  test('by an order and then its inverse changes nothing', () => {
    const ordered = shape.chain((s) =>
      fc.tuple(
        fc.constant(s),
        fc.shuffledSubarray(
          s.map((_, i) => i),
          { minLength: s.length },
        ),
      ),
    )
    fc.assert(
      fc.property(ordered, ([s, order]) => {
        const inverse = order.map((_, i) => order.indexOf(i))
        expect(E.chain((t: readonly number[]) => transpose(t, inverse))(transpose(s, order))).toEqual(E.right(s))
      }),
      { seed: 1 },
    )
  })
})

describe('slice and concat', () => {
  test('of the parts is the whole', () => {
    fc.assert(
      fc.property(withAxis, fc.nat(), ([s, k, fromEnd], at) => {
        const size = s[k] ?? 1
        if (size < 2) return
        const cut = 1 + (at % (size - 1))
        const [head, tail] = [slice(s, k, 0, cut), slice(s, fromEnd, cut, size)]
        expect(E.isRight(head) && E.isRight(tail) ? concat(head.right, tail.right, fromEnd) : undefined).toEqual(
          E.right(s),
        )
      }),
      { seed: 2 },
    )
  })

  test.each([
    [slice([20], -1, 10, 30), 'slice: 30 is past the end of axis -1 of [20]'],
    [slice([20], 0, 5, 5), 'slice: nothing lies from 5 up to 5'],
    [slice([20], 1, 0, 5), 'slice: axis 1 is out of range for [20]'],
    [slice([20], 0, -3, 5), 'slice: a bound must be a whole number of at least 0 but got -3'],
    [slice([20], 0, 0.5, 5), 'slice: a bound must be a whole number of at least 0 but got 0.5'],
    [concat([2, 20], [3, 10]), 'concat on axis -1: the other dimensions differ: [2, 20] vs [3, 10]'],
    [concat([20], [1, 20]), 'concat: ranks differ: [20] vs [1, 20]'],
    [concat([20], [20], -2), 'concat: axis -2 is out of range for [20]'],
    [concat([], []), 'concat: axis -1 is out of range for []'],
  ])('%j', (answer, text) => {
    expect(answer).toEqual(E.left(text))
  })
})

describe('reduce', () => {
  test.each([
    ['all' as const, false, []],
    ['all' as const, true, [1, 1, 1]],
    [[-1], false, [2, 3]],
    [[2, 0], true, [1, 3, 1]],
    [[], false, [2, 3, 4]],
  ])('[2, 3, 4] over %j, keeping %s', (axes, keep, left) => {
    expect(reduce([2, 3, 4], axes, keep)).toEqual(E.right(left))
  })

  test.each([
    [reduce([2, 3], [2], false, 'sum'), 'sum: axis 2 is out of range for [2, 3]'],
    [reduce([2, 3], [0.5], false, 'sum'), 'sum: axis 0.5 is out of range for [2, 3]'],
    [reduce([2, 3], [0, -2], true, 'mean'), 'mean: axes [0, -2] name an axis of [2, 3] twice'],
    [reduce([], [0]), 'reduce: axis 0 is out of range for []'],
  ])('%j', (answer, text) => {
    expect(answer).toEqual(E.left(text))
  })

  test('counts an axis from either end, and loses just its elements', () => {
    fc.assert(
      fc.property(withAxis, ([s, k, fromEnd]) => {
        const left = reduce(s, [k])
        expect(reduce(s, [fromEnd])).toEqual(left)
        expect(E.isRight(left) ? elements(left.right) * (s[k] ?? 0) : undefined).toBe(elements(s))
        expect(
          E.chain((t: readonly number[]) => reshape(t, E.isRight(left) ? left.right : []))(reduce(s, [k], true)),
        ).toEqual(left)
      }),
      { seed: 3 },
    )
  })
})
