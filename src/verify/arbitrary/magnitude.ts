import type { Node, Table } from '../../expr/Op.ts'
import { sizeOf } from '../../expr/Tensor.ts'

/** The largest size any element of an operand can have. */
type Bounds = (operand: Node | undefined) => number
type Bound = (node: Node, of: Bounds) => number

const same: Bound = ({ src: [x] }, of) => of(x)
const one: Bound = () => 1
const larger: Bound = ({ src: [x, y] }, of) => Math.max(of(x), of(y))
const product =
  (terms: (node: Node) => number): Bound =>
  (node, of) =>
    terms(node) * of(node.src[0]) * of(node.src[1])

/**
 * How large the elements of a vertex can be, whatever the leaves hold (within 6, see `values.ts`). The makers see to it that what is
 * divided by, or whose logarithm or root is taken, is at least ½.
 */
export const magnitude: Table<Bounds, number> = {
  const: ({ arg }) => Math.max(...arg.values.map(Math.abs)),
  data: () => 4,
  param: () => 2,
  state: () => 2,
  noise: () => 6,
  scalar: () => 2,
  neg: same,
  exp: ({ src: [x] }, of) => Math.exp(of(x)),
  expm1: ({ src: [x] }, of) => Math.exp(of(x)),
  log: ({ src: [x] }, of) => Math.max(1, Math.log(of(x))),
  log1p: ({ src: [x] }, of) => Math.log1p(of(x)),
  sqrt: ({ src: [x] }, of) => Math.sqrt(of(x)),
  tanh: one,
  sigmoid: one,
  softplus: ({ src: [x] }, of) => of(x) + 1,
  // between Γ's least value and log Γ of a large number; no operand is below ½
  lgamma: ({ src: [x] }, of) => Math.max(1, of(x) * Math.log1p(of(x))),
  digamma: ({ src: [x] }, of) => Math.max(2, Math.log1p(of(x))),
  relu: same,
  abs: same,
  sign: one,
  floor: ({ src: [x] }, of) => of(x) + 1,
  stopGradient: same,
  add: ({ src: [x, y] }, of) => of(x) + of(y),
  sub: ({ src: [x, y] }, of) => of(x) + of(y),
  mul: product(() => 1),
  div: ({ src: [x] }, of) => 2 * of(x),
  max: larger,
  min: larger,
  less: one,
  equal: one,
  select: ({ src: [, yes, no] }, of) => Math.max(of(yes), of(no)),
  // that of a mean of 4 and a dispersion of 1, but once in 10⁹ draws
  countQuantile: () => 128,
  matmul: product(({ src: [x] }) => Math.max(...(x?.shape.slice(-2) ?? []))),
  conv2d: product(({ src: [, filter] }) => sizeOf(filter?.shape.slice(0, 3) ?? [])),
  conv2dInput: product(({ src: [filter] }) => sizeOf(filter?.shape ?? [])),
  conv2dFilter: product(({ src: [, output] }) => sizeOf(output?.shape.slice(0, 3) ?? [])),
  sum: ({ arg, src: [x] }, of) => of(x) * arg.axes.reduce((n, axis) => n * (x?.shape[axis] ?? 1), 1),
  maximum: same,
  reshape: same,
  transpose: same,
  broadcast: same,
  slice: same,
  pad: same,
  concat: ({ src }, of) => Math.max(...src.map(of)),
  reverse: same,
  dense: ({ src: [x, w, b] }, of) => (x?.shape[1] ?? 1) * of(x) * of(w) + of(b),
  sigmoidCrossEntropy: ({ src: [l, t] }, of) => of(l) * (1 + of(t)) + 1,
}
