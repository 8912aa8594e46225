import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, test } from 'vitest'
import { constant } from '../../../src/expr/build.ts'
import { tryNode } from '../../../src/expr/node.ts'
import type { Dims, Op, OpArgs } from '../../../src/expr/Op.ts'

// That the shapes are right is in ../interp/reference/agreement.spec.ts; here is what they refuse, and how.
const made = <O extends Op>(op: O, arg: OpArgs[O], ...operands: readonly Dims[]): E.Either<string, unknown> =>
  tryNode(
    op,
    arg,
    operands.map((shape) => constant(0, shape)),
  )

const plain = { transposeA: false, transposeB: false }
const conv = { stride: 1, padding: 'valid' } as const

describe('what cannot be, with its reason', () => {
  const rows: readonly (readonly [E.Either<string, unknown>, string])[] = [
    [made('const', { shape: [2, 2], values: [1, 2, 3] }), 'const: 3 values do not fill [2, 2]'],
    [
      made('data', { name: 'x', shape: [0], support: 'real' }),
      "data 'x': every dimension must be a natural number but got [0]",
    ],
    [
      made('state', { name: 'm', shape: [2.5], fill: 0 }),
      "state 'm': every dimension must be a natural number but got [2.5]",
    ],
    [
      made('noise', { name: 'ε', shape: [-1], law: 'normal' }),
      "noise 'ε': every dimension must be a natural number but got [-1]",
    ],
    [made('exp', {}, [2], [2]), 'exp takes 1 operands but got 2'],
    [made('select', {}, [2], [2]), 'select takes 3 operands but got 2'],
    [made('max', {}, [2, 3], [3, 2]), 'max: operands differ: [2, 3] and [3, 2]'],
    [
      made('matmul', plain, [2, 3], [2, 3]),
      'matmul: [2, 3] and [2, 3] do not fit (transposeA false, transposeB false)',
    ],
    [made('matmul', plain, [3], [3, 1]), 'matmul: [3] and [3, 1] do not fit (transposeA false, transposeB false)'],
    [
      made('matmul', plain, [2, 1, 3], [3, 3, 1]),
      'matmul: [2, 1, 3] and [3, 3, 1] do not fit (transposeA false, transposeB false)',
    ],
    [
      made('conv2d', conv, [1, 4, 4, 2], [3, 3, 1, 8]),
      'conv2d: input [1, 4, 4, 2], filter [3, 3, 1, 8] and output [] do not fit (stride 1, valid)',
    ],
    [
      made('conv2d', conv, [1, 2, 2, 1], [3, 3, 1, 8]),
      'conv2d: input [1, 2, 2, 1], filter [3, 3, 1, 8] and output [] do not fit (stride 1, valid)',
    ],
    [
      made('conv2d', conv, [4, 4, 1], [3, 3, 1, 8]),
      'conv2d: input [4, 4, 1], filter [3, 3, 1, 8] and output [] do not fit (stride 1, valid)',
    ],
    [
      made('conv2dInput', { ...conv, inputShape: [1, 4, 4, 1] }, [3, 3, 1, 1], [1, 3, 3, 1]),
      'conv2dInput: input [1, 4, 4, 1], filter [3, 3, 1, 1] and output [1, 3, 3, 1] do not fit (stride 1, valid)',
    ],
    [
      made('conv2dFilter', { ...conv, filterShape: [2, 2, 1, 1] }, [1, 4, 4, 1], [1, 2, 2, 1]),
      'conv2dFilter: input [1, 4, 4, 1], filter [2, 2, 1, 1] and output [1, 2, 2, 1] do not fit (stride 1, valid)',
    ],
    [made('sum', { axes: [2] }, [2, 3]), 'sum: axes [2] do not fit [2, 3]'],
    [made('sum', { axes: [1, 0] }, [2, 3]), 'sum: axes [1, 0] do not fit [2, 3]'],
    [made('maximum', { axes: [0, 0] }, [2, 3]), 'maximum: axes [0, 0] do not fit [2, 3]'],
    [made('reshape', { shape: [5] }, [2, 3]), 'reshape: cannot view [2, 3] as [5]'],
    [made('transpose', { perm: [0, 0] }, [2, 3]), 'transpose: [0, 0] does not permute the axes of [2, 3]'],
    [made('broadcast', { shape: [3, 2] }, [3]), 'broadcast: [3] does not repeat into [3, 2]'],
    [made('broadcast', { shape: [2] }, [1, 2]), 'broadcast: [1, 2] does not repeat into [2]'],
    [made('slice', { begin: [1], size: [2] }, [2]), 'slice: begin [1], size [2] leaves [2]'],
    [made('slice', { begin: [0], size: [0] }, [2]), 'slice: begin [0], size [0] leaves [2]'],
    [made('pad', { before: [-1], after: [0] }, [2]), 'pad: [-1] and [0] do not fit [2]'],
    [made('concat', { axis: 0 }), 'concat:  do not join along axis 0'],
    [made('concat', { axis: 1 }, [2, 3], [3, 3]), 'concat: [2, 3], [3, 3] do not join along axis 1'],
    [made('reverse', { axes: [1] }, [2]), 'reverse: axes [1] do not fit [2]'],
    [made('dense', { activation: 'relu' }, [2, 3], [3, 4], [3]), 'dense: [2, 3], [3, 4] and [3] do not fit'],
  ]
  test.each(rows.map(([found, message]) => ({ found, message })))('$message', ({ found, message }) => {
    expect(found).toEqual(E.left(message))
  })
})
