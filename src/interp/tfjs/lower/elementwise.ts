import { countQuantile, digamma, lgamma } from '../../../expr/gamma.ts'
import type { Node, NodeOf } from '../../../expr/Op.ts'
import { operandsOf } from '../../../expr/operands.ts'
import type { BinaryOp, ElementwiseOp, UnaryOp } from '../../../passes/meaning.ts'
import { onHost } from '../hostKernel.ts'
import type { Emitter, Value } from '../recorder.ts'
import type { Rules } from './Rules.ts'

const unary =
  (kernel: string) =>
  (node: NodeOf<UnaryOp>, emit: Emitter): Value =>
    emit.kernel(kernel, { x: emit.operand(operandsOf(node)[0]) }, {}, node.shape)

/** TensorFlow.js repeats operands itself; where both repeat, one is written out so that the result has its full shape. */
const operands = (node: NodeOf<BinaryOp>, emit: Emitter): { readonly a: Value; readonly b: Value } => {
  const [x, y] = operandsOf(node)
  const [a, b] = [emit.compact(x), emit.compact(y)]
  const full = (value: Value): boolean =>
    value.shape.length === node.shape.length && value.shape.every((d, i) => d === node.shape[i])
  return { a: full(a) || full(b) ? a : emit.operand(x), b }
}

const binary =
  (kernel: string) =>
  (node: NodeOf<BinaryOp>, emit: Emitter): Value =>
    emit.kernel(kernel, { ...operands(node, emit) }, {}, node.shape)

const comparison = (node: NodeOf<'less' | 'equal'>, emit: Emitter): Value =>
  emit.kernel('Cast', { x: emit.condition(node) }, { dtype: 'float32' }, node.shape)

/** The comparison itself, whose result TensorFlow.js holds as truth values. */
export const truth = (node: Node, emit: Emitter): Value => {
  if (node.op === 'less') return emit.kernel('Less', { ...operands(node, emit) }, {}, node.shape)
  if (node.op === 'equal') return emit.kernel('Equal', { ...operands(node, emit) }, {}, node.shape)
  return emit.kernel('NotEqual', { a: emit.operand(node), b: emit.number(0) }, {}, node.shape)
}

export const elementwise: Rules<ElementwiseOp | 'countQuantile'> = {
  neg: unary('Neg'),
  exp: unary('Exp'),
  expm1: unary('Expm1'),
  log: unary('Log'),
  log1p: unary('Log1p'),
  sqrt: unary('Sqrt'),
  tanh: unary('Tanh'),
  sigmoid: unary('Sigmoid'),
  softplus: unary('Softplus'),
  lgamma: onHost(([x = 0]) => lgamma(x)),
  digamma: onHost(([x = 0]) => digamma(x)),
  relu: unary('Relu'),
  abs: unary('Abs'),
  sign: unary('Sign'),
  floor: unary('Floor'),
  stopGradient: (node, emit) => emit.operand(operandsOf(node)[0]),
  add: binary('Add'),
  sub: binary('Sub'),
  mul: binary('Multiply'),
  div: binary('RealDiv'),
  max: binary('Maximum'),
  min: binary('Minimum'),
  less: comparison,
  equal: comparison,
  select: (node, emit) =>
    emit.kernel(
      'Select',
      {
        condition: emit.condition(operandsOf(node)[0]),
        t: emit.operand(operandsOf(node)[1]),
        e: emit.operand(operandsOf(node)[2]),
      },
      {},
      node.shape,
    ),
  countQuantile: onHost(([u = 0, mean = 0, dispersion = 0]) => countQuantile(u, mean, dispersion)),
  // softplus(l) − l·t
  sigmoidCrossEntropy: (node, emit) => {
    const [l, t] = [emit.operand(operandsOf(node)[0]), emit.compact(operandsOf(node)[1])]
    const { shape } = node
    const product = emit.kernel('Multiply', { a: l, b: t }, {}, shape)
    return emit.kernel('Sub', { a: emit.kernel('Softplus', { x: l }, {}, shape), b: product }, {}, shape)
  },
}
