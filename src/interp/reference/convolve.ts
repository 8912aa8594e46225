import type { Dims, Node, OpArgs } from '../../expr/Op.ts'
import { sizeOf } from '../../expr/Tensor.ts'
import { accumulate, transposed } from './matrix.ts'
import type { Rules } from './Rule.ts'

type Window = Pick<OpArgs['conv2d'], 'stride' | 'padding'>

/** Zeros before the first element. TensorFlow's 'same' puts the odd one at the end. */
const zerosBefore = (input: number, kernel: number, output: number, { stride, padding }: Window): number =>
  padding === 'same' ? Math.floor(Math.max((output - 1) * stride + kernel - input, 0) / 2) : 0

const outside = -1

/**
 * Where in one picture each element of each patch lies, as the matrix [rows · columns, h · w · C] whose product with the filter as
 * [h · w · C, F] is the convolution. {@link outside} where the padding is.
 */
const patchOffsets = (input: Dims, filter: Dims, output: Dims, window: Window): Int32Array => {
  const [, height = 1, width = 1, channels = 1] = input
  const [kernelHeight = 1, kernelWidth = 1] = filter
  const [, rows = 1, columns = 1] = output
  const top = zerosBefore(height, kernelHeight, rows, window)
  const left = zerosBefore(width, kernelWidth, columns, window)
  const found = new Int32Array(rows * columns * kernelHeight * kernelWidth * channels)
  let at = 0
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++)
      for (let i = 0; i < kernelHeight; i++)
        for (let j = 0; j < kernelWidth; j++) {
          const [y, x] = [row * window.stride + i - top, column * window.stride + j - left]
          const inside = y >= 0 && y < height && x >= 0 && x < width
          for (let c = 0; c < channels; c++) found[at++] = inside ? (y * width + x) * channels + c : outside
        }
  return found
}

const patches = (picture: Float64Array, from: Int32Array): Float64Array => {
  const out = new Float64Array(from.length)
  for (let i = 0; i < out.length; i++) out[i] = from[i] === outside ? 0 : picture[from[i]!]!
  return out
}

/** The three faces of a convolution, one picture at a time: how many, and the extents of the matrices. */
const faces = (input: Dims, filter: Dims, output: Dims, window: Window) => {
  const [batch = 1, ...picture] = input
  const [, ...image] = output
  const filters = filter[3] ?? 1
  const [inSize, outSize] = [sizeOf(picture), sizeOf(image)]
  return {
    from: patchOffsets(input, filter, output, window),
    positions: outSize / filters,
    patch: sizeOf(filter) / filters,
    filters,
    each: (
      visit: (inputOf: (x: Float64Array) => Float64Array, outputOf: (y: Float64Array) => Float64Array) => void,
    ): void => {
      for (let n = 0; n < batch; n++)
        visit(
          (x) => x.subarray(n * inSize, (n + 1) * inSize),
          (y) => y.subarray(n * outSize, (n + 1) * outSize),
        )
    },
  }
}

const shapeOf = (node: Node | undefined): Dims => node?.shape ?? []

export const convolve: Rules<'conv2d' | 'conv2dInput' | 'conv2dFilter'> = {
  conv2d: ({ arg, src: [input, filter], shape }, { valueOf }) => {
    const [x, w, out] = [valueOf(input), valueOf(filter), new Float64Array(sizeOf(shape))]
    const { from, positions, patch, filters, each } = faces(shapeOf(input), shapeOf(filter), shape, arg)
    each((inputOf, outputOf) => accumulate(outputOf(out), patches(inputOf(x), from), w, positions, patch, filters))
    return out
  },
  conv2dInput: ({ arg, src: [filter, output], shape }, { valueOf }) => {
    const [w, y, out] = [valueOf(filter), valueOf(output), new Float64Array(sizeOf(shape))]
    const { from, positions, patch, filters, each } = faces(shape, shapeOf(filter), shapeOf(output), arg)
    const back = transposed(w, patch, filters)
    each((inputOf, outputOf) => {
      const [picture, spread] = [inputOf(out), new Float64Array(from.length)]
      accumulate(spread, outputOf(y), back, positions, filters, patch)
      spread.forEach((value, i) => {
        const at = from[i]!
        if (at !== outside) picture[at] = picture[at]! + value
      })
    })
    return out
  },
  conv2dFilter: ({ arg, src: [input, output], shape }, { valueOf }) => {
    const [x, y, out] = [valueOf(input), valueOf(output), new Float64Array(sizeOf(shape))]
    const { from, positions, patch, filters, each } = faces(shapeOf(input), shape, shapeOf(output), arg)
    each((inputOf, outputOf) =>
      accumulate(out, transposed(patches(inputOf(x), from), positions, patch), outputOf(y), patch, positions, filters),
    )
    return out
  },
}
