import type { Dims } from '../../expr/Op.ts'
import { sizeOf } from '../../expr/Tensor.ts'
import type { Rules } from './Rule.ts'
import { offsets, rowMajor } from './strides.ts'

/** Where each element of `from` goes once the axes are gone. */
const targets = (from: Dims, axes: Dims, to: Dims): Int32Array => {
  const strides = rowMajor(to)
  let kept = 0
  return offsets(
    from,
    from.map((_, axis) => (axes.includes(axis) ? 0 : (strides[kept++] ?? 0))),
  )
}

export const reduce: Rules<'sum' | 'maximum'> = {
  sum: ({ arg, src: [operand], shape }, { valueOf }) => {
    const out = new Float64Array(sizeOf(shape))
    const to = targets(operand?.shape ?? [], arg.axes, shape)
    valueOf(operand).forEach((x, i) => (out[to[i]!] = out[to[i]!]! + x))
    return out
  },
  maximum: ({ arg, src: [operand], shape }, { valueOf }) => {
    const out = new Float64Array(sizeOf(shape)).fill(Number.NEGATIVE_INFINITY)
    const to = targets(operand?.shape ?? [], arg.axes, shape)
    valueOf(operand).forEach((x, i) => (out[to[i]!] = Math.max(out[to[i]!]!, x)))
    return out
  },
}
