import type { Dims } from '../../expr/Op.ts'
import { sizeOf } from '../../expr/Tensor.ts'

/** How far apart neighbours along each axis are in a row-major array. */
export const rowMajor = (shape: Dims): Dims => shape.map((_, axis) => sizeOf(shape.slice(axis + 1)))

/**
 * Where each element of a `shape`, visited in row-major order, lies in an array with these strides. Every movement and reduction is
 * one loop over such offsets: a stride of 0 repeats (or accumulates), a negative one reverses, a permuted one transposes.
 */
export const offsets = (shape: Dims, strides: Dims, start = 0): Int32Array => {
  let found = Int32Array.of(start)
  shape.forEach((extent, axis) => {
    const stride = strides[axis] ?? 0
    const longer = new Int32Array(found.length * extent)
    for (let i = 0, at = 0; i < found.length; i++)
      for (let k = 0, o = found[i]!; k < extent; k++, o += stride) longer[at++] = o
    found = longer
  })
  return found
}
