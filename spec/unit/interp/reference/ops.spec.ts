import { describe, expect, test } from 'vitest'
import { literal } from '../../../../src/expr/build.ts'
import { node } from '../../../../src/expr/node.ts'
import type { Dims, Node, Op, OpArgs } from '../../../../src/expr/Op.ts'
import { evaluateNodes } from '../../../../src/interp/reference/index.ts'
import { right } from '../../either.ts'

const { NaN: nan, POSITIVE_INFINITY: inf } = Number

const v = (...values: readonly number[]): Node => literal(values, [values.length])
const m = (shape: Dims, ...values: readonly number[]): Node => literal(values, shape)
/** 0, 1, 2, … in this shape */
const count = (...shape: Dims): Node =>
  literal(
    Array.from({ length: shape.reduce((n, d) => n * d, 1) }, (_, i) => i),
    shape,
  )

type Plain = { readonly [O in Op]: OpArgs['neg'] extends OpArgs[O] ? O : never }[Op]
const un = (op: Plain, ...values: readonly number[]): Node => node(op, {}, v(...values))
const bi = (op: Plain, a: readonly number[], b: readonly number[]): Node => node(op, {}, v(...a), v(...b))

/** A vertex and what it is worth, worked out by hand or in 50-digit arithmetic, where it is delicate and where it is plain. */
type Example = readonly [Node, Dims, readonly number[]]

const leafValue = { shape: [2], data: Float32Array.of(0.5, -3) }
const leafExample = (made: Node): Example => [made, [2], [0.5, -3]]

const examples: { readonly [O in Op]: readonly Example[] } = {
  const: [
    [node('const', { shape: [2, 2], values: [7] }), [2, 2], [7, 7, 7, 7]],
    [v(1, -0, nan, inf), [4], [1, -0, nan, inf]],
    [node('const', { shape: [], values: [3] }), [], [3]],
  ],
  data: [leafExample(node('data', { name: 'x', shape: [2], support: 'real' }))],
  param: [leafExample(node('param', { name: 'x', shape: [2], init: { tag: 'constant', value: 0 } }))],
  state: [leafExample(node('state', { name: 'x', shape: [2], fill: 0 }))],
  noise: [leafExample(node('noise', { name: 'x', shape: [2], law: 'normal' }))],
  scalar: [[node('scalar', { name: 'step' }), [], [9]]],
  neg: [[un('neg', 1, -2, 0, inf, nan), [5], [-1, 2, -0, -inf, nan]]],
  exp: [[un('exp', 0, 1, -745, 710, -inf), [5], [1, Math.E, 5e-324, inf, 0]]],
  expm1: [[un('expm1', 1e-20, -1e-10, 1, -50), [4], [1e-20, -9.9999999995e-11, 1.7182818284590453, -1]]],
  log: [[un('log', 1, 2, 0, -1, 5e-324), [5], [0, Math.LN2, -inf, nan, -744.4400719213812]]],
  log1p: [[un('log1p', 1e-20, -1, 1, -2), [4], [1e-20, -inf, Math.LN2, nan]]],
  sqrt: [[un('sqrt', 4, 2, 0, -1), [4], [2, Math.SQRT2, 0, nan]]],
  tanh: [[un('tanh', 0, 1, -40, 1e-9), [4], [0, 0.7615941559557649, -1, 1e-9]]],
  // both tails to full relative accuracy
  sigmoid: [
    [
      un('sigmoid', 0, 1, -1, -700, 800, -inf, nan),
      [7],
      [0.5, 0.7310585786300049, 0.2689414213699951, 9.85967654375977e-305, 1, 0, nan],
    ],
  ],
  softplus: [
    [
      un('softplus', 0, 1, -50, 1000, -1000, -inf, inf, nan),
      [8],
      [Math.LN2, 1.3132616875182228, 1.9287498479639178e-22, 1000, 0, 0, inf, nan],
    ],
  ],
  // beside its zeros and far out; 50 digits, then rounded
  lgamma: [
    [
      un('lgamma', 0.1, 0.5, 1, 1.000001, 1.5, 2, 2.0001, 6, 100, 1e6),
      [10],
      [
        2.252712651734206, 0.5723649429247001, 0, -5.772148423874147e-7, -0.12078223763524522, 0, 4.2281658112919945e-5,
        4.787491742782046, 359.1342053695754, 12815504.569147611,
      ],
    ],
    [un('lgamma', 0, -0.5, -3, inf, nan), [5], [inf, nan, nan, inf, nan]],
  ],
  digamma: [
    [un('digamma', 0.1, 10, 1e6), [3], [-10.423754940411076, 2.251752589066721, 13.815510057964191]],
    [un('digamma', 0, -0.5, -3, inf, nan), [5], [-inf, nan, nan, inf, nan]],
  ],
  relu: [[un('relu', 2, -2, 0, -0, nan, -inf, inf), [7], [2, 0, 0, 0, nan, 0, inf]]],
  abs: [[un('abs', 2, -2, -0, nan), [4], [2, 2, 0, nan]]],
  sign: [[un('sign', 2, -0.1, 0, nan), [4], [1, -1, 0, nan]]],
  floor: [[un('floor', 1.5, -1.5, 3, -0.5), [4], [1, -2, 3, -1]]],
  stopGradient: [[un('stopGradient', 1.5, nan), [2], [1.5, nan]]],
  add: [[bi('add', [1, inf], [2, -inf]), [2], [3, nan]]],
  sub: [[bi('sub', [1, 5], [2, -1]), [2], [-1, 6]]],
  mul: [[bi('mul', [2, 0], [-3, inf]), [2], [-6, nan]]],
  div: [[bi('div', [1, 1, 0], [4, 0, 0]), [3], [0.25, inf, nan]]],
  max: [[bi('max', [1, -2, nan, 0], [2, -3, 0, nan]), [4], [2, -2, nan, nan]]],
  min: [[bi('min', [1, -2, nan, 0], [2, -3, 0, nan]), [4], [1, -3, nan, nan]]],
  less: [[bi('less', [1, 2, 3, nan], [2, 2, 2, 0]), [4], [1, 0, 0, 0]]],
  equal: [[bi('equal', [1, 2, 0, nan], [2, 2, -0, nan]), [4], [0, 1, 1, 0]]],
  // Poisson's of mean 2 at either side of p(0) = 0.1353…, a large one's median, a geometric's (dispersion 1, mean 1: p(k) = 2⁻ᵏ⁻¹)
  countQuantile: [
    [node('countQuantile', {}, v(0.1353, 0.1354, 0.5, 0), v(2, 2, 1000, 0), v(0, 0, 0, 0)), [4], [0, 1, 1000, 0]],
    [node('countQuantile', {}, v(0.4999, 0.5, 0.9999), v(1, 1, 1), v(1, 1, 1)), [3], [0, 1, 13]],
    [
      node('countQuantile', {}, v(-0.1, 1, 0.5, 0.5, nan), v(1, 1, -1, 1, 1), v(0, 0, 0, -1, 0)),
      [5],
      [nan, nan, nan, nan, nan],
    ],
  ],
  // what is not chosen does not matter
  select: [[node('select', {}, v(1, 0, -2), v(10, nan, 30), v(nan, 2, nan)), [3], [10, 2, 30]]],
  matmul: [
    [
      node(
        'matmul',
        { transposeA: false, transposeB: false },
        m([2, 3], 1, 2, 3, 4, 5, 6),
        m([3, 2], 1, 0, 0, 1, 1, 1),
      ),
      [2, 2],
      [4, 5, 10, 11],
    ],
    [
      node('matmul', { transposeA: true, transposeB: false }, m([2, 1], 1, 2), m([2, 3], 1, 2, 3, 4, 5, 6)),
      [1, 3],
      [9, 12, 15],
    ],
    [
      node('matmul', { transposeA: false, transposeB: true }, m([1, 3], 1, 2, 3), m([2, 3], 1, 2, 3, 4, 5, 6)),
      [1, 2],
      [14, 32],
    ],
    [
      node(
        'matmul',
        { transposeA: true, transposeB: true },
        m([5, 1], 1, 2, 3, 4, 5),
        m([2, 5], 1, 1, 1, 1, 1, 0, 1, 0, 1, 0),
      ),
      [1, 2],
      [15, 6],
    ],
    // a leading axis: two products
    [
      node('matmul', { transposeA: false, transposeB: false }, m([2, 1, 2], 1, 2, 3, 4), m([2, 2, 1], 5, 6, 7, 8)),
      [2, 1, 1],
      [17, 53],
    ],
  ],
  conv2d: [
    // 3×3 ones on 0…8: sums of 2×2 windows
    [
      node('conv2d', { stride: 1, padding: 'valid' }, count(1, 3, 3, 1), m([2, 2, 1, 1], 1, 1, 1, 1)),
      [1, 2, 2, 1],
      [8, 12, 20, 24],
    ],
    // an even kernel pads at the end only
    [
      node('conv2d', { stride: 1, padding: 'same' }, count(1, 2, 2, 1), m([2, 2, 1, 1], 1, 1, 1, 1)),
      [1, 2, 2, 1],
      [6, 4, 5, 3],
    ],
    // stride 2 on 4 with kernel 3: one zero, at the end
    [
      node('conv2d', { stride: 2, padding: 'same' }, count(1, 4, 1, 1), m([3, 1, 1, 1], 1, 10, 100)),
      [1, 2, 1, 1],
      [210, 32],
    ],
    // two channels in, two out
    [
      node('conv2d', { stride: 1, padding: 'same' }, m([1, 1, 1, 2], 2, 3), m([1, 1, 2, 2], 1, 10, 100, 1000)),
      [1, 1, 1, 2],
      [302, 3020],
    ],
  ],
  conv2dInput: [
    [
      node(
        'conv2dInput',
        { stride: 2, padding: 'same', inputShape: [1, 4, 1, 1] },
        m([3, 1, 1, 1], 1, 10, 100),
        m([1, 2, 1, 1], 1, 2),
      ),
      [1, 4, 1, 1],
      [1, 10, 102, 20],
    ],
  ],
  conv2dFilter: [
    [
      node(
        'conv2dFilter',
        { stride: 2, padding: 'same', filterShape: [3, 1, 1, 1] },
        count(1, 4, 1, 1),
        m([1, 2, 1, 1], 1, 10),
      ),
      [3, 1, 1, 1],
      [20, 31, 2],
    ],
  ],
  sum: [
    [node('sum', { axes: [0] }, count(2, 3)), [3], [3, 5, 7]],
    [node('sum', { axes: [1] }, count(2, 3)), [2], [3, 12]],
    [node('sum', { axes: [0, 2] }, count(2, 2, 2)), [2], [10, 18]],
    [node('sum', { axes: [0, 1] }, count(2, 3)), [], [15]],
  ],
  maximum: [
    [node('maximum', { axes: [1] }, m([2, 2], -3, -4, nan, 1)), [2], [-3, nan]],
    [node('maximum', { axes: [0] }, m([2, 2], -inf, -4, -inf, 1)), [2], [-inf, 1]],
  ],
  reshape: [[node('reshape', { shape: [3, 2] }, count(2, 3)), [3, 2], [0, 1, 2, 3, 4, 5]]],
  transpose: [
    [node('transpose', { perm: [1, 0] }, count(2, 3)), [3, 2], [0, 3, 1, 4, 2, 5]],
    [node('transpose', { perm: [2, 0, 1] }, count(1, 2, 3)), [3, 1, 2], [0, 3, 1, 4, 2, 5]],
  ],
  broadcast: [
    [node('broadcast', { shape: [2, 2] }, v(1, 2)), [2, 2], [1, 2, 1, 2]],
    [node('broadcast', { shape: [2, 2] }, m([2, 1], 1, 2)), [2, 2], [1, 1, 2, 2]],
    [node('broadcast', { shape: [2] }, m([], 5)), [2], [5, 5]],
  ],
  slice: [[node('slice', { begin: [1, 0], size: [1, 2] }, count(2, 3)), [1, 2], [3, 4]]],
  pad: [[node('pad', { before: [1, 0], after: [0, 1] }, m([1, 2], 1, 2)), [2, 3], [0, 0, 0, 1, 2, 0]]],
  concat: [
    [node('concat', { axis: 0 }, v(1, 2), v(3)), [3], [1, 2, 3]],
    [node('concat', { axis: 1 }, m([2, 1], 1, 2), m([2, 2], 3, 4, 5, 6)), [2, 3], [1, 3, 4, 2, 5, 6]],
  ],
  reverse: [
    [node('reverse', { axes: [1] }, count(2, 3)), [2, 3], [2, 1, 0, 5, 4, 3]],
    [node('reverse', { axes: [0, 1] }, count(2, 2)), [2, 2], [3, 2, 1, 0]],
  ],
  dense: [
    [node('dense', { activation: 'linear' }, m([1, 2], 1, 2), m([2, 2], 1, 2, 3, 4), v(10, -20)), [1, 2], [17, -10]],
    [node('dense', { activation: 'relu' }, m([1, 2], 1, 2), m([2, 2], 1, 2, 3, 4), v(10, -20)), [1, 2], [17, 0]],
    [node('dense', { activation: 'sigmoid' }, m([1, 1], 1), m([1, 1], 2), v(-1)), [1, 1], [0.7310585786300049]],
    [node('dense', { activation: 'tanh' }, m([1, 1], 1), m([1, 1], 2), v(-1)), [1, 1], [0.7615941559557649]],
  ],
  sigmoidCrossEntropy: [
    // −log σ(l) at t = 1, −log(1 − σ(l)) at t = 0; log 2 at l = 0 whatever the target
    [
      bi('sigmoidCrossEntropy', [0, 1, 1, 1000, -1000, -50], [0.3, 1, 0, 1, 0, 0]),
      [6],
      [Math.LN2, 0.3132616875182228, 1.3132616875182228, 0, 0, 1.9287498479639178e-22],
    ],
  ],
}

const close = (a: number, b: number): boolean =>
  Object.is(a, b) || (a === 0 && b === 0) || Math.abs(a - b) <= 4 * Number.EPSILON * Math.abs(b)

describe('every op on numbers worked out by hand', () => {
  test.each(Object.entries(examples))('%s', (op, rows) => {
    for (const [made, shape, expected] of rows) {
      const [value] = right(
        evaluateNodes([made], {
          leaf: (leaf) => (leaf.op === 'scalar' ? { shape: [], data: Float64Array.of(9) } : leafValue),
        }),
      )
      expect(made.op).toBe(op)
      expect(value?.shape).toEqual(shape)
      const data = [...(value?.data ?? [])]
      expect(
        data.length === expected.length && data.every((x, i) => close(x, expected[i] ?? nan)) ? expected : data,
      ).toEqual(expected)
    }
  })
})
