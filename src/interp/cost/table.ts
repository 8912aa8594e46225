import type { Dims, Node, NodeOf, Table } from '../../expr/Op.ts'
import { sizeOf } from '../../expr/Tensor.ts'
import { type Cost, nothing } from './Cost.ts'

const FLOAT = 4

const size = (node: Node | undefined): number => sizeOf(node?.shape ?? [])

/** Every operand read once, the result written once. */
const traffic = (node: Node): number => FLOAT * node.src.reduce((sum, operand) => sum + size(operand), size(node))

const costing =
  (flops: (node: Node) => number) =>
  (node: Node): Cost => ({ flops: flops(node), bytes: traffic(node) })

/** What comes from outside is there already; whoever reads it is charged. */
const free = (): Cost => nothing
/** One operation a number of the result. */
const each = costing(size)
/** One operation a number of the operand. */
const fold = costing(({ src: [operand] }) => size(operand))
/** Numbers change places. */
const moved = costing(() => 0)

const matmul = (node: NodeOf<'matmul'>): Cost => {
  const depth = node.src[0]?.shape.at(node.arg.transposeA ? -2 : -1) ?? 1
  return { flops: 2 * size(node) * depth, bytes: traffic(node) }
}

/** Each number of a convolution's output meets the filter's window and channels; its gradients do the same work in another order. */
const convolution = (node: Node, filter: Dims, output: Dims): Cost => {
  const [height = 1, width = 1, channels = 1] = filter
  return { flops: 2 * sizeOf(output) * height * width * channels, bytes: traffic(node) }
}

/** The arithmetic and the memory traffic of every op, without any fusion: a target does better on bytes, and never on flops. */
export const costs: Table<void, Cost> = {
  const: free,
  data: free,
  param: free,
  state: free,
  noise: free,
  scalar: free,
  neg: each,
  exp: each,
  expm1: each,
  log: each,
  log1p: each,
  sqrt: each,
  tanh: each,
  // a negation, an exponential, an addition, a division
  sigmoid: costing((node) => 4 * size(node)),
  // a maximum, an absolute value, a negation, an exponential, a logarithm, an addition
  softplus: costing((node) => 6 * size(node)),
  // a polynomial, a logarithm, a few steps of the recurrence
  lgamma: costing((node) => 40 * size(node)),
  digamma: costing((node) => 30 * size(node)),
  relu: each,
  abs: each,
  sign: each,
  floor: each,
  stopGradient: free,
  add: each,
  sub: each,
  mul: each,
  div: each,
  max: each,
  min: each,
  less: each,
  equal: each,
  select: each,
  // a term of the density a count; how many depends on the numbers
  countQuantile: costing((node) => 50 * size(node)),
  matmul,
  conv2d: (node) => convolution(node, node.src[1]?.shape ?? [], node.shape),
  conv2dInput: (node) => convolution(node, node.src[0]?.shape ?? [], node.src[1]?.shape ?? []),
  conv2dFilter: (node) => convolution(node, node.shape, node.src[1]?.shape ?? []),
  sum: fold,
  maximum: fold,
  // the same numbers in the same order
  reshape: free,
  transpose: moved,
  broadcast: moved,
  slice: ({ shape }) => ({ flops: 0, bytes: 2 * FLOAT * sizeOf(shape) }),
  pad: moved,
  concat: moved,
  reverse: moved,
  // the product, the bias, the activation
  dense: costing((node) => size(node) * (2 * (node.src[0]?.shape[1] ?? 1) + 2)),
  // softplus, a product, a difference
  sigmoidCrossEntropy: costing((node) => 8 * size(node)),
}
