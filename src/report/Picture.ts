import * as O from 'fp-ts/lib/Option.js'
import { PNG } from 'pngjs'
import { sizeOf, type Tensor } from '../expr/Tensor.ts'

/** Pixels as red, green, blue bytes, row after row. */
export interface Picture {
  readonly width: number
  readonly height: number
  readonly rgb: Uint8Array
}

/** Fewer pixels than this along an edge are a small table of numbers rather than a picture. */
const SMALLEST = 6

/** Whether data of this shape can be looked at: [height, width], or [height, width, channels] in grey (1) or colour (3). */
export const isPicture = (shape: readonly number[]): boolean => {
  const [height = 0, width = 0, channels = 1] = shape
  return (
    (shape.length === 2 || shape.length === 3) && height >= SMALLEST && width >= SMALLEST && [1, 3].includes(channels)
  )
}

/** A picture by its axes, of too few pixels to be drawn as one. */
export const isSmallPicture = (shape: readonly number[]): boolean => {
  const [height = 0, width = 0, channels = 1] = shape
  const axes = shape.length === 2 || (shape.length === 3 && [1, 3].includes(channels))
  return axes && Math.min(height, width) < SMALLEST
}

/** What such data are told instead of being drawn. */
export const tooSmall = (name: string, [height = 0, width = 0]: readonly number[]): string =>
  `'${name}' is ${height} × ${width}: pictures are drawn from ${SMALLEST} × ${SMALLEST} pixels on`

const byte = (x: number): number => Math.round(Math.min(1, Math.max(0, x)) * 255)

/**
 * A batch as pictures, or none where its data are not pictures. What is outside [0, 1] is cut there, and NaN is black.
 *
 * Shapes    [N, H, W], [N, H, W, 1] or [N, H, W, 3] → N pictures
 */
export const picturesOf = (batch: Tensor): O.Option<readonly Picture[]> => {
  const [count = 0, ...shape] = batch.shape
  const [height = 1, width = 1, channels = 1] = shape
  if (!isPicture(shape)) return O.none
  const size = sizeOf(shape)
  return O.some(
    Array.from({ length: count }, (_, n) => {
      const rgb = new Uint8Array(width * height * 3)
      for (let i = 0; i < rgb.length; i++) {
        const from = channels === 3 ? i : Math.floor(i / 3)
        rgb[i] = byte(batch.data[n * size + from] ?? 0)
      }
      return { width, height, rgb }
    }),
  )
}

/** A PNG file's bytes. */
export const pngOf = ({ width, height, rgb }: Picture): Uint8Array => {
  const png = new PNG({ width, height })
  for (let i = 0; i < rgb.length; i++) png.data[Math.floor(i / 3) * 4 + (i % 3)] = rgb[i] ?? 0
  for (let i = 3; i < png.data.length; i += 4) png.data[i] = 255
  return PNG.sync.write(png, { colorType: 2 })
}
