import type { Activation, Node, NodeOf, OpArgs, Table } from '../../expr/Op.ts'
import { sigmoid } from '../../expr/build.ts'
import { isSplat } from '../../passes/splat.ts'
import { countQuantile } from './countQuantile.ts'
import type { Emitter } from './Emitter.ts'
import { type Attrs, textAttr, typeAttr } from './graphdef/GraphDef.ts'
import type { Operation } from './graphdef/operations.ts'
import type { Ref, Scope } from './graphdef/scope.ts'

type Rule = (node: Node, e: Emitter) => Ref

const unary =
  (op: Operation): Rule =>
  ({ src: [x] }, e) =>
    e.float(op, [e.ref(x)])

const binary =
  (op: Operation): Rule =>
  ({ src, shape }, e) =>
    e.float(op, e.together(src, shape))

export const asFloat = (scope: Scope, truth: Ref): Ref =>
  scope.add('Cast', [truth], { SrcT: typeAttr('bool'), DstT: typeAttr('float') })

/** TensorFlow's own above 0; elsewhere the logarithm, which has the limit at 0 and NaN below, or what it is mapped to. */
const fromZero = (op: 'Lgamma' | 'Digamma', { src: [x] }: Node, e: Emitter, elsewhere: (log: Ref) => Ref): Ref => {
  const operand = e.ref(x)
  const isPositive = e.float('Less', [e.scope.floats([0], []), operand])
  return e.float('SelectV2', [isPositive, e.float(op, [operand]), elsewhere(e.float('Log', [operand]))])
}

const comparison: Rule = (node, e) => asFloat(e.scope, e.truth(node))

/** The operations that compare; their truth is a bool before it is a number. */
export const comparisons: Readonly<Partial<Record<Node['op'], readonly [Operation, Attrs]>>> = {
  less: ['Less', {}],
  equal: ['Equal', { incompatible_shape_error: { b: true } }],
}

const window = ({ stride, padding }: Pick<OpArgs['conv2d'], 'stride' | 'padding'>): Attrs => ({
  strides: { list: { i: [1, stride, stride, 1] } },
  // TensorFlow takes these for granted, TensorFlow.js does not.
  dilations: { list: { i: [1, 1, 1, 1] } },
  data_format: textAttr('NHWC'),
  padding: textAttr(padding.toUpperCase()),
})

const activations: { readonly [A in Activation]: Operation | undefined } = {
  linear: undefined,
  relu: 'Relu',
  sigmoid: 'Sigmoid',
  tanh: 'Tanh',
}

/** One number a column, added to each row: what TensorFlow fuses with the product or the convolution before it. */
const sumOrBias: Rule = (node, e) => {
  const biased = (x: Node | undefined, y: Node | undefined): Ref | undefined => {
    const [bias] = y?.op === 'broadcast' ? y.src : []
    const columns = node.shape.at(-1)
    const fits = node.shape.length >= 2 && bias?.shape.length === 1 && bias.shape[0] === columns
    return fits && x?.op !== 'broadcast' ? e.float('BiasAdd', [e.ref(x), e.ref(bias)]) : undefined
  }
  const [x, y] = node.src
  return biased(x, y) ?? biased(y, x) ?? e.float('AddV2', e.together(node.src, node.shape))
}

/** Sums over all axes but the last have an operation of their own, which is faster. */
const sum = ({ arg: { axes }, src: [x] }: NodeOf<'sum'>, e: Emitter): Ref => {
  const rank = x?.shape.length ?? 0
  const columns = rank >= 2 && axes.length === rank - 1 && axes.every((axis, i) => axis === i)
  return columns
    ? e.float('BiasAddGrad', [e.ref(x)])
    : e.float('Sum', [e.ref(x), e.scope.ints(axes)], { Tidx: typeAttr('int32') })
}

const isRelu = (node: Node | undefined): boolean =>
  node?.op === 'relu' || (node?.op === 'dense' && node.arg.activation === 'relu')

/** Where it is the derivative of ReLU, given its result, TensorFlow has it as one operation. */
const select = ({ src: [condition, yes, no] }: NodeOf<'select'>, e: Emitter): Ref => {
  const [zero, result] = condition?.op === 'less' ? condition.src : []
  return isRelu(result) && isSplat(zero, 0) && isSplat(no, 0)
    ? e.float('ReluGrad', [e.ref(yes), e.ref(result)])
    : e.float('SelectV2', [e.truth(condition), e.ref(yes), e.ref(no)])
}

/**
 * max(l, 0) − l·t − log σ(|l|), with σ(|l|) = max(σ(l), 1 − σ(l)). The derivative has σ(l) too, so it is there already, and the logarithm costs a
 * quarter of TensorFlow's Softplus.
 *
 * Numerics  off by at most 6e-8 for each element, which is the rounding of a result of 1
 */
const sigmoidCrossEntropy = ({ src: [logits, target] }: NodeOf<'sigmoidCrossEntropy'>, e: Emitter): Ref => {
  const [l, t] = [e.ref(logits), e.ref(target)]
  const s = e.ref(logits === undefined ? logits : sigmoid(logits))
  const larger = e.float('Maximum', [s, e.float('Sub', [e.scope.floats([1], []), s])])
  const linear = e.float('Sub', [e.float('Relu', [l]), e.float('Mul', [l, t])])
  return e.float('Sub', [linear, e.float('Log', [larger])])
}

/** Our ops as TensorFlow's operations. What the passes have fused stays fused; the rest is one operation an op. */
export const lowering: Table<Emitter, Ref> = {
  const: ({ arg }, e) => e.scope.floats(arg.values, arg.shape),
  data: (node, e) => e.leaf(node),
  param: (node, e) => e.leaf(node),
  state: (node, e) => e.leaf(node),
  noise: (node, e) => e.leaf(node),
  scalar: (node, e) => e.leaf(node),
  neg: unary('Neg'),
  exp: unary('Exp'),
  expm1: unary('Expm1'),
  log: unary('Log'),
  log1p: unary('Log1p'),
  sqrt: unary('Sqrt'),
  tanh: unary('Tanh'),
  sigmoid: unary('Sigmoid'),
  softplus: unary('Softplus'),
  lgamma: (node, e) => fromZero('Lgamma', node, e, (log) => e.float('Neg', [log])),
  digamma: (node, e) => fromZero('Digamma', node, e, (log) => log),
  relu: unary('Relu'),
  abs: unary('Abs'),
  sign: unary('Sign'),
  floor: unary('Floor'),
  stopGradient: ({ src: [x] }, e) => e.ref(x),
  add: sumOrBias,
  sub: binary('Sub'),
  mul: binary('Mul'),
  div: binary('RealDiv'),
  max: binary('Maximum'),
  min: binary('Minimum'),
  less: comparison,
  equal: comparison,
  select,
  countQuantile,
  matmul: ({ arg, src: [x, y], shape }, e) =>
    shape.length === 2
      ? e.float('MatMul', [e.ref(x), e.ref(y)], {
          transpose_a: { b: arg.transposeA },
          transpose_b: { b: arg.transposeB },
        })
      : e.float('BatchMatMulV2', [e.ref(x), e.ref(y)], { adj_x: { b: arg.transposeA }, adj_y: { b: arg.transposeB } }),
  conv2d: ({ arg, src: [x, filter] }, e) => e.float('Conv2D', [e.ref(x), e.ref(filter)], window(arg)),
  conv2dInput: ({ arg, src: [filter, output] }, e) =>
    e.float('Conv2DBackpropInput', [e.scope.ints(arg.inputShape), e.ref(filter), e.ref(output)], window(arg)),
  conv2dFilter: ({ arg, src: [x, output] }, e) =>
    e.float('Conv2DBackpropFilter', [e.ref(x), e.scope.ints(arg.filterShape), e.ref(output)], window(arg)),
  sum,
  maximum: ({ arg, src: [x] }, e) => e.float('Max', [e.ref(x), e.scope.ints(arg.axes)], { Tidx: typeAttr('int32') }),
  reshape: ({ arg, src: [x] }, e) =>
    e.float('Reshape', [e.ref(x), e.scope.ints(arg.shape)], { Tshape: typeAttr('int32') }),
  transpose: ({ arg, src: [x] }, e) =>
    e.float('Transpose', [e.ref(x), e.scope.ints(arg.perm)], { Tperm: typeAttr('int32') }),
  broadcast: ({ arg, src: [x] }, e) =>
    e.float('BroadcastTo', [e.ref(x), e.scope.ints(arg.shape)], { Tidx: typeAttr('int32') }),
  slice: ({ arg, src: [x] }, e) =>
    e.float('Slice', [e.ref(x), e.scope.ints(arg.begin), e.scope.ints(arg.size)], { Index: typeAttr('int32') }),
  pad: ({ arg, src: [x] }, e) =>
    e.float(
      'PadV2',
      [
        e.ref(x),
        e.scope.ints(
          arg.before.flatMap((d, i) => [d, arg.after[i] ?? 0]),
          [arg.before.length, 2],
        ),
        e.scope.floats([0], []),
      ],
      { Tpaddings: typeAttr('int32') },
    ),
  concat: ({ arg, src }, e) =>
    e.float('ConcatV2', [...src.map(e.ref), e.scope.ints([arg.axis], [])], {
      N: { i: src.length },
      Tidx: typeAttr('int32'),
    }),
  reverse: ({ arg, src: [x] }, e) =>
    e.float('ReverseV2', [e.ref(x), e.scope.ints(arg.axes)], { Tidx: typeAttr('int32') }),
  dense: ({ arg, src: [x, kernel, bias] }, e) => {
    const product = e.float('MatMul', [e.ref(x), e.ref(kernel)], {
      transpose_a: { b: false },
      transpose_b: { b: false },
    })
    const layer = e.float('BiasAdd', [product, e.ref(bias)])
    const activation = activations[arg.activation]
    return activation === undefined ? layer : e.float(activation, [layer])
  },
  sigmoidCrossEntropy,
}
