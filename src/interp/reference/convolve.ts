import type { Dims, OpArgs } from '../../expr/Op.ts'
import { sizeOf } from '../../expr/Tensor.ts'
import type { Rules } from './Rule.ts'

type Window = Pick<OpArgs['conv2d'], 'stride' | 'padding'>
type Tap = (input: number, filter: number, output: number, channels: number, filters: number) => void

/** Zeros before the first element. TensorFlow's 'same' puts the odd one at the end. */
const paddingBefore = (input: number, kernel: number, output: number, { stride, padding }: Window): number =>
  padding === 'same' ? Math.floor(Math.max((output - 1) * stride + kernel - input, 0) / 2) : 0

/**
 * Every pair of an output position and a filter position whose input lies inside the picture, as the offsets of their channel vector
 * (input, [C]), matrix (filter, [C, F]) and vector (output, [F]). The convolution and both its gradients differ only in what they add where.
 */
const eachTap = (input: Dims, filter: Dims, output: Dims, window: Window, tap: Tap): void => {
  const [batch = 1, height = 1, width = 1, channels = 1] = input
  const [kernelHeight = 1, kernelWidth = 1, , filters = 1] = filter
  const [, rows = 1, columns = 1] = output
  const top = paddingBefore(height, kernelHeight, rows, window)
  const left = paddingBefore(width, kernelWidth, columns, window)
  for (let n = 0; n < batch; n++)
    for (let r = 0; r < rows; r++)
      for (let i = 0; i < kernelHeight; i++) {
        const y = r * window.stride + i - top
        if (y < 0 || y >= height) continue
        for (let c = 0; c < columns; c++)
          for (let j = 0; j < kernelWidth; j++) {
            const x = c * window.stride + j - left
            if (x < 0 || x >= width) continue
            tap(
              ((n * height + y) * width + x) * channels,
              (i * kernelWidth + j) * channels * filters,
              ((n * rows + r) * columns + c) * filters,
              channels,
              filters,
            )
          }
      }
}

export const convolve: Rules<'conv2d' | 'conv2dInput' | 'conv2dFilter'> = {
  conv2d: ({ arg, src: [input, filter], shape }, { valueOf }) => {
    const [x, w] = [valueOf(input), valueOf(filter)]
    const out = new Float64Array(sizeOf(shape))
    eachTap(input?.shape ?? [], filter?.shape ?? [], shape, arg, (at, matrix, to, channels, filters) => {
      for (let c = 0; c < channels; c++)
        for (let f = 0, k = matrix + c * filters; f < filters; f++, k++) out[to + f] = out[to + f]! + x[at + c]! * w[k]!
    })
    return out
  },
  conv2dInput: ({ arg, src: [filter, output], shape }, { valueOf }) => {
    const [w, y] = [valueOf(filter), valueOf(output)]
    const out = new Float64Array(sizeOf(shape))
    eachTap(shape, filter?.shape ?? [], output?.shape ?? [], arg, (to, matrix, at, channels, filters) => {
      for (let c = 0; c < channels; c++)
        for (let f = 0, k = matrix + c * filters; f < filters; f++, k++) out[to + c] = out[to + c]! + w[k]! * y[at + f]!
    })
    return out
  },
  conv2dFilter: ({ arg, src: [input, output], shape }, { valueOf }) => {
    const [x, y] = [valueOf(input), valueOf(output)]
    const out = new Float64Array(sizeOf(shape))
    eachTap(input?.shape ?? [], shape, output?.shape ?? [], arg, (at, matrix, from, channels, filters) => {
      for (let c = 0; c < channels; c++)
        for (let f = 0, k = matrix + c * filters; f < filters; f++, k++) out[k] = out[k]! + x[at + c]! * y[from + f]!
    })
    return out
  },
}
