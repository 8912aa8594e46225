import type { Dims, Node, NodeOf, Padding } from '../../../expr/Op.ts'
import { sizeOf } from '../../../expr/Tensor.ts'
import { operandsOf } from '../../../expr/operands.ts'
import type { Window } from '../machine.ts'
import type { Emitter, Value } from '../recorder.ts'
import type { Rules } from './Rules.ts'
import { windowOf } from './window.ts'

/** As a stack of matrices, which is the one form that all backends take. */
const stacked = (value: Value, emit: Emitter): Value =>
  emit.view(value, [sizeOf(value.shape.slice(0, -2)), ...value.shape.slice(-2)])

const asMatrices = (value: Value, emit: Emitter): Value =>
  emit.backend === 'tensorflow' ? value : stacked(value, emit)

const activations = { relu: 'Relu', sigmoid: 'Sigmoid', tanh: 'Tanh' } as const

const product = (
  a: Value,
  b: Value,
  flags: { readonly transposeA: boolean; readonly transposeB: boolean },
  node: Node,
  emit: Emitter,
): Value => {
  const [lead, matrix] = [node.shape.slice(0, -2), node.shape.slice(-2)]
  const shape = emit.backend === 'tensorflow' ? node.shape : [sizeOf(lead), ...matrix]
  return emit.view(
    emit.kernel('BatchMatMul', { a: asMatrices(a, emit), b: asMatrices(b, emit) }, { ...flags }, shape),
    node.shape,
  )
}

/** In three kernels: tfjs-node's fused one runs these by itself, on a tape, and that of wasm refuses a bias that was once reshaped. */
const dense = (node: NodeOf<'dense'>, emit: Emitter): Value => {
  const [a, b, bias] = [
    emit.operand(operandsOf(node)[0]),
    emit.operand(operandsOf(node)[1]),
    emit.operand(operandsOf(node)[2]),
  ]
  const linear = product(a, b, { transposeA: false, transposeB: false }, node, emit)
  const moved = emit.kernel('Add', { a: linear, b: bias }, {}, node.shape)
  const { activation } = node.arg
  return activation === 'linear' ? moved : emit.kernel(activations[activation], { x: moved }, {}, node.shape)
}

/**
 * Attributes of a convolution. The padding is spelled out for wasm, where XNNPACK's own reckoning of `same` differs from TensorFlow's for
 * strides above 1.
 */
const convolution = (backend: Emitter['backend'], w: Window, padding: Padding): Readonly<Record<string, unknown>> => {
  const after = (extent: number, filter: number, output: number, before: number): number =>
    Math.max(0, (output - 1) * w.stride + filter - extent - before)
  const explicit = [
    [0, 0],
    [w.top, after(w.height, w.filterHeight, w.outHeight, w.top)],
    [w.left, after(w.width, w.filterWidth, w.outWidth, w.left)],
    [0, 0],
  ]
  return {
    strides: [w.stride, w.stride],
    pad: backend === 'wasm' ? explicit : padding,
    dataFormat: 'NHWC',
    dilations: [1, 1],
  }
}

const swap = (value: Value, perm: Dims, emit: Emitter): Value =>
  emit.kernel(
    'Transpose',
    { x: value },
    { perm },
    perm.map((p) => value.shape[p] ?? 1),
  )

/**
 * The gradient in the filter where a backend has no kernel for it: a convolution in which channels stand where the batch was, the cotangent is
 * the filter, and the stride has become its dilation.
 *
 *   ∂f[i, j, c, o] = Σₙₚᵩ x[n, sp + i, sq + j, c] · g[n, p, q, o]
 */
const filterByConvolution = (node: NodeOf<'conv2dFilter'>, emit: Emitter): Value => {
  const [input, cotangent] = [operandsOf(node)[0], operandsOf(node)[1]]
  const { stride } = node.arg
  const w = windowOf(input.shape, node.arg.filterShape, cotangent.shape, node.arg)
  const [tall, wide] = [(w.outHeight - 1) * stride + w.filterHeight, (w.outWidth - 1) * stride + w.filterWidth]
  // Rows that no window reaches go; then zeros around, so that exactly the filter's extents come out.
  const [usedHeight, usedWidth] = [Math.min(w.height, tall - w.top), Math.min(w.width, wide - w.left)]
  const used = [w.batch, usedHeight, usedWidth, w.channels]
  const whole = emit.operand(input)
  const kept =
    usedHeight < w.height || usedWidth < w.width
      ? emit.kernel('Slice', { x: whole }, { begin: [0, 0, 0, 0], size: used }, used)
      : whole
  const [bottom, right] = [tall - w.top - usedHeight, wide - w.left - usedWidth]
  const padded = [w.batch, tall, wide, w.channels]
  const framed =
    w.top + bottom + w.left + right === 0
      ? kept
      : emit.kernel(
          'PadV2',
          { x: kept },
          {
            paddings: [
              [0, 0],
              [w.top, bottom],
              [w.left, right],
              [0, 0],
            ],
            constantValue: 0,
          },
          padded,
        )
  const [c, f] = [w.channels, cotangent.shape[3] ?? 1]
  const made = emit.kernel(
    'Conv2D',
    { x: swap(framed, [3, 1, 2, 0], emit), filter: swap(emit.operand(cotangent), [1, 2, 0, 3], emit) },
    { strides: [1, 1], pad: 'valid', dataFormat: 'NHWC', dilations: [stride, stride] },
    [c, w.filterHeight, w.filterWidth, f],
  )
  return swap(made, [1, 2, 0, 3], emit)
}

export const contract: Rules<'matmul' | 'dense' | 'conv2d' | 'conv2dInput' | 'conv2dFilter'> = {
  matmul: (node, emit) =>
    product(emit.operand(operandsOf(node)[0]), emit.operand(operandsOf(node)[1]), node.arg, node, emit),
  dense,
  conv2d: (node, emit) => {
    const [input, filter] = [operandsOf(node)[0], operandsOf(node)[1]]
    const attrs = convolution(emit.backend, windowOf(input.shape, filter.shape, node.shape, node.arg), node.arg.padding)
    return emit.kernel('Conv2D', { x: emit.operand(input), filter: emit.operand(filter) }, attrs, node.shape)
  },
  conv2dInput: (node, emit) => {
    const [filter, cotangent] = [operandsOf(node)[0], operandsOf(node)[1]]
    const attrs = convolution(
      emit.backend,
      windowOf(node.shape, filter.shape, cotangent.shape, node.arg),
      node.arg.padding,
    )
    const inputs = { filter: emit.operand(filter), dy: emit.operand(cotangent) }
    return emit.kernel('Conv2DBackpropInput', inputs, { ...attrs, inputShape: node.shape }, node.shape)
  },
  conv2dFilter: (node, emit) => {
    if (emit.backend === 'wasm') return filterByConvolution(node, emit)
    const [input, cotangent] = [operandsOf(node)[0], operandsOf(node)[1]]
    const attrs = convolution(
      emit.backend,
      windowOf(input.shape, node.shape, cotangent.shape, node.arg),
      node.arg.padding,
    )
    const inputs = { x: emit.operand(input), dy: emit.operand(cotangent) }
    return emit.kernel('Conv2DBackpropFilter', inputs, { ...attrs, filterShape: node.shape }, node.shape)
  },
}
