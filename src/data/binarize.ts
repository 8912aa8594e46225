import type { Column } from './Field.ts'
import { PAIR, highWord, lowWord, twoBlocks } from './philox.ts'
import { MANTISSA, MANTISSA_SIZE, streamKey, type Stream } from './seeds.ts'

/** How many of the 2²³ uniform numbers are below grey / 255 in single precision: u < grey / 255 as a comparison of whole numbers. */
export const thresholds: Int32Array = Int32Array.from({ length: 256 }, (_, grey) =>
  Math.ceil(Math.fround(grey / 255) * MANTISSA_SIZE),
)

const words = new Uint32Array(PAIR) // 8, hence the shift by 3 below

/**
 * x = 1 where u < grey / 255, for u uniform of the stream: pixel p of the b-th datum takes sample place(b) · width + p, the same numbers as
 * `fillUniform` gives. Blocks of pixels that are black or white draw nothing.
 *
 * Shapes    out: [n, width], zeros; column: [rows, width] of 0 … 255
 */
export const binarizeDynamically = (
  out: Float32Array,
  column: Column,
  rows: Uint32Array,
  width: number,
  { seed, step, name }: Stream,
  place: (b: number) => number,
): void => {
  const [k0, k1] = streamKey(seed, name)
  const [c2, c3] = [lowWord(step), highWord(step)]
  for (let b = 0; b < rows.length; b++) {
    const from = (rows[b] ?? 0) * width
    const first = place(b) * width
    // the datum's samples start inside a pair of blocks
    const offset = first % PAIR
    const pairs = (first - offset) / PAIR
    let drawn = -1
    for (let p = 0; p < width; p++) {
      const grey = column[from + p] ?? 0
      if (grey === 0) continue
      if (grey === 255) {
        out[b * width + p] = 1
        continue
      }
      const pair = (offset + p) >>> 3
      if (pair !== drawn) {
        const block = 2 * (pairs + pair)
        twoBlocks(words, 0, k0, k1, lowWord(block), highWord(block), c2, c3)
        drawn = pair
      }
      if (((words[(offset + p) & 7] ?? 0) & MANTISSA) < (thresholds[grey] ?? 0)) out[b * width + p] = 1
    }
  }
}
