import type { Dims, Padding } from '../../../expr/Op.ts'
import type { Window } from '../machine.ts'

/** Zeros before the first row, as TensorFlow lays them: the odd one comes at the end. */
const before = (input: number, filter: number, output: number, stride: number, padding: Padding): number =>
  padding === 'same' ? Math.max(0, (output - 1) * stride + filter - input) >> 1 : 0

/** What a convolution sees, from the shapes of its input, filter and output. */
export const windowOf = (
  [batch = 1, height = 1, width = 1, channels = 1]: Dims,
  [filterHeight = 1, filterWidth = 1]: Dims,
  [, outHeight = 1, outWidth = 1]: Dims,
  { stride, padding }: { readonly stride: number; readonly padding: Padding },
): Window => ({
  batch,
  height,
  width,
  channels,
  filterHeight,
  filterWidth,
  outHeight,
  outWidth,
  stride,
  top: before(height, filterHeight, outHeight, stride, padding),
  left: before(width, filterWidth, outWidth, stride, padding),
})
