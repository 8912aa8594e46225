import * as fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, test } from 'vitest'
import { broadcast } from '../../../src/shape/broadcast.ts'
import { matmul } from '../../../src/shape/matmul.ts'
import { same } from '../../../src/shape/same.ts'
import { transpose } from '../../../src/shape/transpose.ts'

const shape = fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 4 })

describe('broadcast', () => {
  test.each([
    [[], [2, 3], [2, 3]],
    [[3], [2, 3], [2, 3]],
    [
      [2, 1, 4],
      [3, 1],
      [2, 3, 4],
    ],
    [[1], [1, 1], [1, 1]],
  ])('%j with %j is %j', (a, b, both) => {
    expect(broadcast(a, b)).toEqual(E.right(both))
  })

  test('names the rightmost clash', () => {
    expect(broadcast([2, 3, 4], [5, 6, 4])).toEqual(E.left('cannot broadcast [2, 3, 4] with [5, 6, 4]: 3 vs 6'))
  })

  test('commutes', () => {
    fc.assert(
      fc.property(shape, shape, (a, b) => {
        const [ab, ba] = [broadcast(a, b), broadcast(b, a)]
        expect(E.isRight(ab) ? ab : 'refused').toEqual(E.isRight(ba) ? ba : 'refused')
      }),
      { seed: 1 },
    )
  })

  test('associates where all three fit', () => {
    fc.assert(
      fc.property(shape, shape, shape, (a, b, c) => {
        const left = E.chain((ab: readonly number[]) => broadcast(ab, c))(broadcast(a, b))
        const right = E.chain((bc: readonly number[]) => broadcast(a, bc))(broadcast(b, c))
        expect(E.isRight(left) ? left : 'refused').toEqual(E.isRight(right) ? right : 'refused')
      }),
      { seed: 2, numRuns: 500 },
    )
  })

  test('each dimension comes from an operand, and the other has it or 1 there', () => {
    fc.assert(
      fc.property(shape, shape, (a, b) => {
        const both = broadcast(a, b)
        if (E.isLeft(both)) return
        both.right.forEach((d, i) => {
          const there = [a, b].map((s) => s[i - both.right.length + s.length] ?? 1)
          expect(Math.max(...there)).toBe(d)
          expect(there.every((t) => t === 1 || t === d)).toBe(true)
        })
      }),
      { seed: 3 },
    )
  })
})

describe('matmul', () => {
  test.each([
    [
      [5, 3],
      [3, 7],
      [5, 7],
    ],
    [[3], [3, 7], [7]],
    [[5, 3], [3], [5]],
    [[3], [3], []],
    [
      [6, 1, 5, 3],
      [2, 3, 7],
      [6, 2, 5, 7],
    ],
    [[3], [2, 3, 7], [2, 7]],
  ])('%j × %j is %j', (a, b, product) => {
    expect(matmul(a, b)).toEqual(E.right(product))
  })

  test.each([
    [[5, 20], [30, 5], 'matmul: inner dimensions differ: [5, 20] x [30, 5] (20 vs 30)'],
    [[2, 5, 3], [4, 3, 5], 'matmul: leading dimensions do not broadcast: [2, 5, 3] x [4, 3, 5] (2 vs 4)'],
    [[], [3], 'matmul expects vectors or matrices but got [] x [3]'],
  ])('%j × %j is refused: %s', (a, b, text) => {
    expect(matmul(a, b)).toEqual(E.left(text))
  })

  test('(AB)ᵀ is BᵀAᵀ', () => {
    const d = fc.integer({ min: 1, max: 3 })
    fc.assert(
      fc.property(d, d, d, d, (m, k, k2, n) => {
        const ab = E.chain((s: readonly number[]) => transpose(s))(matmul([m, k], [k2, n]))
        const ba = matmul([n, k2], [k, m])
        expect(E.isRight(ab) ? ab.right : 'refused').toEqual(E.isRight(ba) ? ba.right : 'refused')
      }),
      { seed: 4 },
    )
  })
})

describe('same', () => {
  test('takes equal shapes only', () => {
    expect(same([2, 3], [2, 3], 'select')).toEqual(E.right([2, 3]))
    expect(same([2, 3], [1, 3], 'select')).toEqual(E.left('select: shapes differ: [2, 3] vs [1, 3]'))
    expect(same([32], [20], 'KL')).toEqual(E.left('KL: shapes differ: [32] vs [20]'))
  })
})
