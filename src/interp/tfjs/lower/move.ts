import type { Dims, NodeOf } from '../../../expr/Op.ts'
import { operandsOf } from '../../../expr/operands.ts'
import type { Emitter, Value } from '../recorder.ts'
import type { Rules } from './Rules.ts'

const reduction =
  (kernel: string, axesName: string) =>
  (node: NodeOf<'sum' | 'maximum'>, emit: Emitter): Value =>
    emit.kernel(
      kernel,
      { x: emit.operand(operandsOf(node)[0]) },
      { [axesName]: node.arg.axes, keepDims: false },
      node.shape,
    )

/** With ones in front, so that both have one rank. */
const ranked = (shape: Dims, rank: number): Dims => [...Array.from({ length: rank - shape.length }, () => 1), ...shape]

export const move: Rules<
  'sum' | 'maximum' | 'reshape' | 'transpose' | 'broadcast' | 'slice' | 'pad' | 'concat' | 'reverse'
> = {
  sum: reduction('Sum', 'axis'),
  maximum: reduction('Max', 'reductionIndices'),
  reshape: (node, emit) => emit.view(emit.operand(operandsOf(node)[0]), node.shape),
  transpose: (node, emit) =>
    emit.kernel('Transpose', { x: emit.operand(operandsOf(node)[0]) }, { perm: node.arg.perm }, node.shape),
  broadcast: (node, emit) => {
    const value = emit.operand(operandsOf(node)[0])
    const from = ranked(value.shape, node.shape.length)
    return emit.kernel(
      'Tile',
      { x: emit.view(value, from) },
      { reps: node.shape.map((d, i) => d / (from[i] ?? 1)) },
      node.shape,
    )
  },
  slice: (node, emit) =>
    emit.kernel(
      'Slice',
      { x: emit.operand(operandsOf(node)[0]) },
      { begin: node.arg.begin, size: node.arg.size },
      node.shape,
    ),
  pad: (node, emit) =>
    emit.kernel(
      'PadV2',
      { x: emit.operand(operandsOf(node)[0]) },
      { paddings: node.arg.before.map((d, i) => [d, node.arg.after[i] ?? 0]), constantValue: 0 },
      node.shape,
    ),
  concat: (node, emit) =>
    emit.kernel(
      'Concat',
      Object.fromEntries(node.src.map((s, i) => [String(i), emit.operand(s)])),
      { axis: node.arg.axis },
      node.shape,
    ),
  reverse: (node, emit) =>
    emit.kernel('Reverse', { x: emit.operand(operandsOf(node)[0]) }, { dims: node.arg.axes }, node.shape),
}
