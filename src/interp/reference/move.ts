import { sizeOf } from '../../expr/Tensor.ts'
import type { Rules } from './Rule.ts'
import { offsets, rowMajor } from './strides.ts'

const gather = (x: Float64Array, from: Int32Array): Float64Array => {
  const out = new Float64Array(from.length)
  for (let i = 0; i < out.length; i++) out[i] = x[from[i]!]!
  return out
}

const scatter = (out: Float64Array, to: Int32Array, x: Float64Array): void => {
  for (let i = 0; i < x.length; i++) out[to[i]!] = x[i]!
}

const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, x, i) => sum + x * (b[i] ?? 0), 0)

export const move: Rules<'reshape' | 'transpose' | 'broadcast' | 'slice' | 'pad' | 'concat' | 'reverse'> = {
  reshape: ({ src: [x] }, { valueOf }) => valueOf(x),
  transpose: ({ arg, src: [x], shape }, { valueOf }) => {
    const strides = rowMajor(x?.shape ?? [])
    return gather(
      valueOf(x),
      offsets(
        shape,
        arg.perm.map((p) => strides[p] ?? 0),
      ),
    )
  },
  broadcast: ({ src: [x], shape }, { valueOf }) => {
    const from = x?.shape ?? []
    const strides = rowMajor(from)
    const absent = shape.length - from.length
    return gather(
      valueOf(x),
      offsets(
        shape,
        shape.map((_, axis) => (axis < absent || from[axis - absent] === 1 ? 0 : (strides[axis - absent] ?? 0))),
      ),
    )
  },
  slice: ({ arg, src: [x], shape }, { valueOf }) => {
    const strides = rowMajor(x?.shape ?? [])
    return gather(valueOf(x), offsets(shape, strides, dot(arg.begin, strides)))
  },
  pad: ({ arg, src: [x], shape }, { valueOf }) => {
    const strides = rowMajor(shape)
    const out = new Float64Array(sizeOf(shape))
    scatter(out, offsets(x?.shape ?? [], strides, dot(arg.before, strides)), valueOf(x))
    return out
  },
  concat: ({ arg, src, shape }, { valueOf }) => {
    const strides = rowMajor(shape)
    const out = new Float64Array(sizeOf(shape))
    let begin = 0
    for (const part of src) {
      scatter(out, offsets(part.shape, strides, begin * (strides[arg.axis] ?? 0)), valueOf(part))
      begin += part.shape[arg.axis] ?? 0
    }
    return out
  },
  reverse: ({ arg, src: [x], shape }, { valueOf }) => {
    const strides = rowMajor(shape)
    const last = shape.map((d, axis) => (arg.axes.includes(axis) ? d - 1 : 0))
    return gather(
      valueOf(x),
      offsets(
        shape,
        strides.map((s, axis) => (arg.axes.includes(axis) ? -s : s)),
        dot(last, strides),
      ),
    )
  },
}
