import { node } from './node.ts'
import type { Dims, Node, Op, OpArgs } from './Op.ts'

/**
 * Untyped constructors of vertices, for what is checked already: densities, derivatives, optimisers, passes. Binary ones repeat their
 * operands to a common shape by numpy's rule and take plain numbers. The typed ones that users compose are in `typed/`.
 */
export type Term = Node | number

type Plain = {
  readonly [O in Op]: OpArgs[O] extends Readonly<Record<never, never>> ? ({} extends OpArgs[O] ? O : never) : never
}[Op]

export const constant = (value: number, shape: Dims = []): Node => node('const', { shape, values: [value] })
export const literal = (values: readonly number[], shape: Dims): Node => node('const', { shape, values })
export const scalar = (name: string): Node => node('scalar', { name })
const term = (t: Term): Node => (typeof t === 'number' ? constant(t) : t)

export const sameDims = (a: Dims, b: Dims): boolean => a.length === b.length && a.every((d, i) => d === b[i])

/** The shape that both repeat into. */
const common = (a: Dims, b: Dims): Dims => {
  const rank = Math.max(a.length, b.length)
  const at = (s: Dims, i: number): number => s[i - (rank - s.length)] ?? 1
  return Array.from({ length: rank }, (_, i) => (at(a, i) === 1 ? at(b, i) : at(a, i)))
}

export const broadcastTo = (x: Term, shape: Dims): Node => {
  const from = term(x)
  if (sameDims(from.shape, shape)) return from
  return from.op === 'const' && from.arg.values.length === 1
    ? node('const', { shape, values: from.arg.values })
    : node('broadcast', { shape }, from)
}

type Unary = (x: Term) => Node
type Binary = (a: Term, b: Term) => Node

const unary =
  (op: Plain) =>
  (x: Term): Node =>
    node(op, {}, term(x))
const binary =
  (op: Plain) =>
  (a: Term, b: Term): Node => {
    const [x, y] = [term(a), term(b)]
    const shape = common(x.shape, y.shape)
    return node(op, {}, broadcastTo(x, shape), broadcastTo(y, shape))
  }

export const neg: Unary = unary('neg')
export const exp: Unary = unary('exp')
export const expm1: Unary = unary('expm1')
export const log: Unary = unary('log')
export const log1p: Unary = unary('log1p')
export const sqrt: Unary = unary('sqrt')
export const tanh: Unary = unary('tanh')
export const sigmoid: Unary = unary('sigmoid')
export const softplus: Unary = unary('softplus')
export const lgamma: Unary = unary('lgamma')
export const digamma: Unary = unary('digamma')
export const relu: Unary = unary('relu')
export const abs: Unary = unary('abs')
export const sign: Unary = unary('sign')
export const floor: Unary = unary('floor')
export const stopGradient: Unary = unary('stopGradient')
export const add: Binary = binary('add')
export const sub: Binary = binary('sub')
export const mul: Binary = binary('mul')
export const div: Binary = binary('div')
export const max: Binary = binary('max')
export const min: Binary = binary('min')
export const less: Binary = binary('less')
export const equal: Binary = binary('equal')
export const sigmoidCrossEntropy: Binary = binary('sigmoidCrossEntropy')

export const square = (x: Term): Node => mul(x, x)
export const addAll = (terms: readonly Term[]): Node =>
  terms.map(term).reduceRight<Node | undefined>((sum, t) => (sum === undefined ? t : add(t, sum)), undefined) ??
  constant(0)

type Ternary = (a: Term, b: Term, c: Term) => Node
const ternary =
  (op: Plain): Ternary =>
  (...operands) => {
    const terms = operands.map(term)
    const shape = terms.map((t) => t.shape).reduce(common)
    return node(op, {}, ...terms.map((t) => broadcastTo(t, shape)))
  }

/** `yes` where the condition is not 0, `no` where it is. */
export const select: (condition: Term, yes: Term, no: Term) => Node = ternary('select')
/** Of u, a mean and a dispersion. */
export const countQuantile: (u: Term, mean: Term, dispersion: Term) => Node = ternary('countQuantile')

export const matmul = (a: Node, b: Node, transposed: Partial<OpArgs['matmul']> = {}): Node =>
  node('matmul', { transposeA: false, transposeB: false, ...transposed }, a, b)

export const allAxes = (x: Node): Dims => x.shape.map((_, i) => i)
export const sum = (x: Node, axes: Dims = allAxes(x)): Node =>
  axes.length === 0 ? x : node('sum', { axes: [...axes].sort((a, b) => a - b) }, x)
export const maximum = (x: Node, axes: Dims = allAxes(x)): Node =>
  axes.length === 0 ? x : node('maximum', { axes: [...axes].sort((a, b) => a - b) }, x)
export const mean = (x: Node, axes: Dims = allAxes(x)): Node =>
  div(
    sum(x, axes),
    axes.reduce((n, a) => n * (x.shape[a] ?? 1), 1),
  )

export const reshape = (x: Node, shape: Dims): Node => (sameDims(x.shape, shape) ? x : node('reshape', { shape }, x))
export const transpose = (x: Node, perm: Dims): Node =>
  perm.every((p, i) => p === i) ? x : node('transpose', { perm }, x)
export const slice = (x: Node, begin: Dims, size: Dims): Node =>
  sameDims(x.shape, size) ? x : node('slice', { begin, size }, x)
export const pad = (x: Node, before: Dims, after: Dims): Node =>
  [...before, ...after].every((d) => d === 0) ? x : node('pad', { before, after }, x)
export const concat = (xs: readonly Node[], axis: number): Node =>
  xs.length === 1 && xs[0] !== undefined ? xs[0] : node('concat', { axis }, ...xs)

/** The part of `x` with index `begin … begin + size − 1` along one axis. */
export const sliceAxis = (x: Node, axis: number, begin: number, size: number): Node =>
  slice(
    x,
    x.shape.map((_, i) => (i === axis ? begin : 0)),
    x.shape.map((d, i) => (i === axis ? size : d)),
  )

/** With the reduced axes back as extents of 1, ready to repeat. */
export const keepAxes = (x: Node, shape: Dims, axes: Dims): Node =>
  reshape(
    x,
    shape.map((d, i) => (axes.includes(i) ? 1 : d)),
  )

/** log Σ exp over the axes, safe at any size. Shifting by the maximum changes neither the value nor the derivative, so none flows through it. */
export const logSumExp = (x: Node, axes: Dims = allAxes(x)): Node => {
  const peak = stopGradient(maximum(x, axes))
  return add(log(sum(exp(sub(x, broadcastTo(keepAxes(peak, x.shape, axes), x.shape))), axes)), peak)
}
