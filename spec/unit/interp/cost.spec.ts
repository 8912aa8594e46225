import { describe, expect, test } from 'vitest'
import * as b from '../../../src/expr/build.ts'
import { node } from '../../../src/expr/node.ts'
import type { Dims, Node } from '../../../src/expr/Op.ts'
import { costOf, graphCost } from '../../../src/interp/cost/index.ts'

const data = (name: string, shape: Dims): Node => node('data', { name, shape, support: 'real' })

describe('the cost of one op', () => {
  test.each([
    [
      'a product of matrices',
      node('matmul', { transposeA: false, transposeB: false }, data('a', [3, 5]), data('b', [5, 7])),
      2 * 3 * 5 * 7,
      4 * (15 + 35 + 21),
    ],
    [
      'one with its first operand on its side',
      node('matmul', { transposeA: true, transposeB: false }, data('a', [5, 3]), data('b', [5, 7])),
      2 * 3 * 5 * 7,
      4 * (15 + 35 + 21),
    ],
    [
      'a convolution',
      node('conv2d', { stride: 1, padding: 'valid' }, data('x', [2, 6, 6, 3]), data('f', [3, 3, 3, 4])),
      2 * (2 * 4 * 4 * 4) * 27,
      4 * (216 + 108 + 128),
    ],
    ['an exponential', b.exp(data('x', [10])), 10, 80],
    ['a sum over an axis', node('sum', { axes: [0] }, data('x', [10, 2])), 20, 88],
    ['a slice, which reads no more than it takes', node('slice', { begin: [0], size: [2] }, data('x', [1000])), 0, 16],
    ['another view of the same numbers', node('reshape', { shape: [2, 5] }, data('x', [10])), 0, 0],
  ] as const)('%s', (_, vertex, flops, bytes) => {
    expect(costOf(vertex)).toEqual({ flops, bytes })
  })

  test('the gradients of a convolution cost what it costs', () => {
    const [input, filter] = [data('x', [2, 8, 8, 3]), data('f', [3, 3, 3, 4])]
    const arg = { stride: 2, padding: 'same' } as const
    const forward = node('conv2d', arg, input, filter)
    const cotangent = data('dy', forward.shape)
    const backward = [
      node('conv2dInput', { ...arg, inputShape: input.shape }, filter, cotangent),
      node('conv2dFilter', { ...arg, filterShape: filter.shape }, input, cotangent),
    ]
    expect(backward.map((n) => costOf(n).flops)).toEqual([costOf(forward).flops, costOf(forward).flops])
  })
})

test('a vertex that two others read is paid once, and ops are told apart', () => {
  const shared = b.exp(data('x', [10]))
  const cost = graphCost({ outputs: { a: b.add(shared, 1), b: b.mul(shared, shared) }, updates: {} })
  expect(cost.byOp.map(({ op, count, flops }) => [op, count, flops])).toEqual(
    expect.arrayContaining([
      ['exp', 1, 10],
      ['add', 1, 10],
      ['mul', 1, 10],
    ]),
  )
  expect(cost.flops).toBe(30)
  expect(cost.vertices).toBe(3)
})
