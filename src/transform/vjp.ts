import * as b from '../expr/build.ts'
import { node } from '../expr/node.ts'
import type { Activation, Dims, Node, NodeOf, Op, Table } from '../expr/Op.ts'
import { operandsOf } from '../expr/operands.ts'
import { trigamma } from './trigamma.ts'

/**
 * A cotangent for every operand; `undefined` where the derivative is zero everywhere it exists, or is meant to be zero, as for
 * stopGradient.
 */
export type Pullback = readonly (Node | undefined)[]
type Rule<O extends Op> = Table<Node, Pullback>[O]
type Unary = 'exp' | 'expm1' | 'tanh' | 'sigmoid' | 'softplus' | 'lgamma' | 'digamma' | 'abs'

const leaf = (): Pullback => []
const zero = (old: Node): Pullback => old.src.map(() => undefined)

/** One operand: the cotangent times a factor of (operand, result). */
const scaled =
  (factor: (x: Node, y: Node) => Node) =>
  (old: NodeOf<Unary>, g: Node): Pullback => {
    const [x] = operandsOf(old)
    return [b.mul(g, factor(x, old))]
  }

/** The operand that wins takes the cotangent; equal ones take half each. */
const winner =
  (wins: (x: Node, y: Node) => Node) =>
  (old: NodeOf<'max' | 'min'>, g: Node): Pullback => {
    const [x, y] = operandsOf(old)
    const half = b.mul(b.equal(x, y), b.mul(g, 0.5))
    return [b.select(wins(x, y), g, half), b.select(wins(y, x), g, half)]
  }

/** Repeat a cotangent over the axes that a reduction took away. */
const restore = (g: Node, shape: Dims, axes: Dims): Node => b.broadcastTo(b.keepAxes(g, shape, axes), shape)

const matmul: Rule<'matmul'> = (old, g) => {
  const [x, y] = operandsOf(old)
  const { transposeA, transposeB } = old.arg
  const dx = transposeA
    ? b.matmul(y, g, { transposeA: transposeB, transposeB: true })
    : b.matmul(g, y, { transposeB: !transposeB })
  const dy = transposeB
    ? b.matmul(g, x, { transposeA: true, transposeB: transposeA })
    : b.matmul(x, g, { transposeA: !transposeA })
  return [dx, dy]
}

const concat: Rule<'concat'> = (old, g) => {
  let begin = 0
  return old.src.map((s) => {
    const extent = s.shape[old.arg.axis] ?? 0
    const part = b.sliceAxis(g, old.arg.axis, begin, extent)
    begin += extent
    return part
  })
}

const broadcast: Rule<'broadcast'> = (old, g) => {
  const [{ shape: from }] = operandsOf(old)
  const missing = old.shape.length - from.length
  const repeated = old.shape.flatMap((d, i) => (i < missing || (from[i - missing] === 1 && d !== 1) ? [i] : []))
  return [b.reshape(b.sum(g, repeated), from)]
}

/** Through the activation of a fused layer, by its result alone. */
const activationPullback: { readonly [A in Activation]: (y: Node, g: Node) => Node } = {
  linear: (_, g) => g,
  relu: (y, g) => b.select(b.less(0, y), g, 0),
  sigmoid: (y, g) => b.mul(g, b.mul(y, b.sub(1, y))),
  tanh: (y, g) => b.mul(g, b.sub(1, b.square(y))),
}

/** Reverse-mode rules (Griewank & Walther 2008, ch. 3): how each op carries a cotangent of its result back to its operands. */
export const pullbacks: Table<Node, Pullback> = {
  const: leaf,
  data: leaf,
  param: leaf,
  state: leaf,
  noise: leaf,
  scalar: leaf,
  stopGradient: zero,
  sign: zero,
  floor: zero,
  less: zero,
  equal: zero,
  countQuantile: zero,
  neg: (_, g) => [b.neg(g)],
  exp: scaled((_, y) => y),
  expm1: scaled((_, y) => b.add(y, 1)),
  log: (old, g) => [b.div(g, operandsOf(old)[0])],
  log1p: (old, g) => [b.div(g, b.add(operandsOf(old)[0], 1))],
  sqrt: (old, g) => [b.div(b.mul(g, 0.5), old)],
  tanh: scaled((_, y) => b.sub(1, b.square(y))),
  sigmoid: scaled((_, y) => b.mul(y, b.sub(1, y))),
  softplus: scaled((x) => b.sigmoid(x)),
  lgamma: scaled((x) => b.digamma(x)),
  digamma: scaled(trigamma),
  relu: (old, g) => [b.select(b.less(0, operandsOf(old)[0]), g, 0)],
  abs: scaled((x) => b.sign(x)),
  add: (_, g) => [g, g],
  sub: (_, g) => [g, b.neg(g)],
  mul: (old, g) => {
    const [x, y] = operandsOf(old)
    return [b.mul(g, y), b.mul(g, x)]
  },
  div: (old, g) => {
    const [, y] = operandsOf(old)
    return [b.div(g, y), b.neg(b.div(b.mul(g, old), y))]
  },
  max: winner((x, y) => b.less(y, x)),
  min: winner((x, y) => b.less(x, y)),
  select: (old, g) => {
    const [condition] = operandsOf(old)
    return [undefined, b.select(condition, g, 0), b.select(condition, 0, g)]
  },
  matmul,
  conv2d: (old, g) => {
    const [x, filter] = operandsOf(old)
    return [
      node('conv2dInput', { ...old.arg, inputShape: x.shape }, filter, g),
      node('conv2dFilter', { ...old.arg, filterShape: filter.shape }, x, g),
    ]
  },
  conv2dInput: (old, g) => {
    const { stride, padding } = old.arg
    const [filter, out] = operandsOf(old)
    return [
      node('conv2dFilter', { stride, padding, filterShape: filter.shape }, g, out),
      node('conv2d', { stride, padding }, g, filter),
    ]
  },
  conv2dFilter: (old, g) => {
    const { stride, padding } = old.arg
    const [x, out] = operandsOf(old)
    return [
      node('conv2dInput', { stride, padding, inputShape: x.shape }, g, out),
      node('conv2d', { stride, padding }, x, g),
    ]
  },
  sum: (old, g) => [restore(g, operandsOf(old)[0].shape, old.arg.axes)],
  maximum: (old, g) => {
    const [x] = operandsOf(old)
    const peaks = b.equal(x, restore(old, x.shape, old.arg.axes))
    return [b.mul(peaks, restore(b.div(g, b.sum(peaks, old.arg.axes)), x.shape, old.arg.axes))]
  },
  reshape: (old, g) => [b.reshape(g, operandsOf(old)[0].shape)],
  transpose: (old, g) => [
    b.transpose(
      g,
      old.arg.perm.map((_, i) => old.arg.perm.indexOf(i)),
    ),
  ],
  broadcast,
  slice: (old, g) => {
    const [{ shape: from }] = operandsOf(old)
    return [
      b.pad(
        g,
        old.arg.begin,
        from.map((d, i) => d - (old.arg.begin[i] ?? 0) - (old.arg.size[i] ?? 0)),
      ),
    ]
  },
  pad: (old, g) => [b.slice(g, old.arg.before, operandsOf(old)[0].shape)],
  concat,
  reverse: (old, g) => [node('reverse', old.arg, g)],
  dense: (old, g) => {
    const [x, kernel] = operandsOf(old)
    const before = activationPullback[old.arg.activation](old, g)
    return [
      b.matmul(before, kernel, { transposeB: true }),
      b.matmul(x, before, { transposeA: true }),
      b.sum(before, [0]),
    ]
  },
  sigmoidCrossEntropy: (old, g) => {
    const [logits, target] = operandsOf(old)
    return [b.mul(g, b.sub(b.sigmoid(logits), target)), b.neg(b.mul(g, logits))]
  },
}
