import type { Dims, Node, NodeOf } from '../../../expr/Op.ts'
import { sizeOf } from '../../../expr/Tensor.ts'
import { operandsOf } from '../../../expr/operands.ts'
import { callGenerated, type GeneratedKernel } from '../kernels.ts'
import type { Machine, Task, Window } from '../machine.ts'
import type { Emitter, Value } from '../recorder.ts'
import { contract } from './contract.ts'
import type { Rules } from './Rules.ts'
import { windowOf } from './window.ts'

/** Patches of more numbers than this (128 MB) are not laid out; the backend's own kernel takes over. */
const MOST_PATCHES = 2 ** 25

const call = (emit: Emitter, kernel: GeneratedKernel, task: Task, inputs: readonly Value[], shape: Dims): Value => {
  const [value] = callGenerated(emit, kernel, task, inputs, [shape])
  return value ?? { slot: 0, shape }
}

interface Product {
  readonly a: Value
  readonly b: Value
  readonly bias?: Value
  readonly relu?: boolean
  readonly transposeA?: boolean
  readonly transposeB?: boolean
}

/** The product of the last two axes, for equal leading ones. */
const product = (machine: Machine, emit: Emitter, p: Product, shape: Dims): Value => {
  const { transposeA = false, transposeB = false, relu = false } = p
  const spec = {
    batch: sizeOf(shape.slice(0, -2)),
    m: shape.at(-2) ?? 1,
    n: shape.at(-1) ?? 1,
    k: p.a.shape.at(transposeA ? -2 : -1) ?? 1,
    transposeA,
    transposeB,
    bias: p.bias !== undefined,
    relu,
    shape,
  }
  return call(emit, 'ElboMatMul', machine.matmul(spec), [p.a, p.b, ...(p.bias === undefined ? [] : [p.bias])], shape)
}

/** Reduces each run of neighbouring axes by a kernel of its own, the last run first. */
const reduction =
  (machine: Machine) =>
  (node: NodeOf<'sum' | 'maximum'>, emit: Emitter): Value => {
    const reduced = (from: Value, axes: Dims): Value => {
      const last = axes.at(-1)
      if (last === undefined) return from
      const start = axes.findIndex((a, i) => axes.slice(i).every((x, j) => x === a + j))
      const first = axes[start] ?? last
      const shape = [...from.shape.slice(0, first), ...from.shape.slice(last + 1)]
      const spec = {
        law: node.op,
        outer: sizeOf(from.shape.slice(0, first)),
        extent: sizeOf(from.shape.slice(first, last + 1)),
        inner: sizeOf(from.shape.slice(last + 1)),
        shape,
      }
      return reduced(call(emit, 'ElboReduce', machine.reduce(spec), [from], shape), axes.slice(0, start))
    }
    return reduced(emit.operand(operandsOf(node)[0]), node.arg.axes)
  }

const rowsOf = (w: Window): number => w.batch * w.outHeight * w.outWidth
const patchOf = (w: Window): number => w.filterHeight * w.filterWidth * w.channels
const fits = (w: Window): boolean => rowsOf(w) * patchOf(w) <= MOST_PATCHES

/** Lays out patches, each image's once: a convolution and the gradient in its filter read the same. */
const gatherer = (machine: Machine): ((emit: Emitter, input: Node, window: Window) => Value) => {
  const known = new Map<string, Value>()
  return (emit, input, window) => {
    const shape = [rowsOf(window), patchOf(window)]
    const image = emit.operand(input)
    if (window.filterHeight === 1 && window.filterWidth === 1 && window.stride === 1) return emit.view(image, shape)
    const key = JSON.stringify([image.slot, window])
    const made =
      known.get(key) ??
      call(emit, 'ElboPatches', machine.patches({ direction: 'gather', window, shape }), [image], shape)
    known.set(key, made)
    return made
  }
}

/** A filter or an output as a matrix whose columns are its last axis. */
const matrix = (value: Value, emit: Emitter): Value => {
  const columns = value.shape.at(-1) ?? 1
  return emit.view(value, [sizeOf(value.shape) / columns, columns])
}

type Generated = 'matmul' | 'dense' | 'sum' | 'maximum' | 'conv2d' | 'conv2dInput' | 'conv2dFilter'

/** Rules that use generated kernels instead of the backend's own; for one plan. */
export const generated = (machine: Machine): Rules<Generated> => {
  const gather = gatherer(machine)
  return {
    matmul: (node, emit) =>
      product(
        machine,
        emit,
        { a: emit.operand(operandsOf(node)[0]), b: emit.operand(operandsOf(node)[1]), ...node.arg },
        node.shape,
      ),
    dense: (node, emit) => {
      const { activation } = node.arg
      const [a, b, bias] = [
        emit.operand(operandsOf(node)[0]),
        emit.operand(operandsOf(node)[1]),
        emit.operand(operandsOf(node)[2]),
      ]
      const linear = product(machine, emit, { a, b, bias, relu: activation === 'relu' }, node.shape)
      if (activation === 'linear' || activation === 'relu') return linear
      return emit.kernel(activation === 'sigmoid' ? 'Sigmoid' : 'Tanh', { x: linear }, {}, node.shape)
    },
    sum: reduction(machine),
    maximum: reduction(machine),
    conv2d: (node, emit) => {
      const [input, filter] = [operandsOf(node)[0], operandsOf(node)[1]]
      const window = windowOf(input.shape, filter.shape, node.shape, node.arg)
      if (!fits(window)) return contract.conv2d(node, emit)
      const a = gather(emit, input, window)
      return emit.view(
        product(machine, emit, { a, b: matrix(emit.operand(filter), emit) }, [rowsOf(window), node.shape[3] ?? 1]),
        node.shape,
      )
    },
    conv2dInput: (node, emit) => {
      const [filter, cotangent] = [operandsOf(node)[0], operandsOf(node)[1]]
      const window = windowOf(node.shape, filter.shape, cotangent.shape, node.arg)
      if (!fits(window)) return contract.conv2dInput(node, emit)
      const rows = { a: matrix(emit.operand(cotangent), emit), b: matrix(emit.operand(filter), emit), transposeB: true }
      const patches = product(machine, emit, rows, [rowsOf(window), patchOf(window)])
      return call(
        emit,
        'ElboPatches',
        machine.patches({ direction: 'scatter', window, shape: node.shape }),
        [patches],
        node.shape,
      )
    },
    conv2dFilter: (node, emit) => {
      const [input, cotangent] = [operandsOf(node)[0], operandsOf(node)[1]]
      const window = windowOf(input.shape, node.shape, cotangent.shape, node.arg)
      if (!fits(window)) return contract.conv2dFilter(node, emit)
      const a = gather(emit, input, window)
      const shape = [patchOf(window), node.shape[3] ?? 1]
      return emit.view(
        product(machine, emit, { a, b: matrix(emit.operand(cotangent), emit), transposeA: true }, shape),
        node.shape,
      )
    },
  }
}
