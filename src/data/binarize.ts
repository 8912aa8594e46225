import type { Column } from './Field.ts'
import { PAIR, highWord, lowWord, twoBlocks } from './philox.ts'
import { MANTISSA, MANTISSA_SIZE, streamKey, type Stream } from './seeds.ts'

/** How many of the 2²³ uniform numbers are below grey / 255 in single precision: u < grey / 255 as a comparison of whole numbers. */
const THRESHOLDS: Int32Array = Int32Array.from({ length: 256 }, (_, grey) =>
  Math.ceil(Math.fround(grey / 255) * MANTISSA_SIZE),
)

const words = new Uint32Array(PAIR)

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
  let drawn = -1
  for (let b = 0; b < rows.length; b++) {
    const from = (rows[b] ?? 0) * width
    const base = place(b) * width
    for (let p = 0; p < width; p++) {
      const grey = column[from + p] ?? 0
      if (grey === 0) continue
      const sample = base + p
      const pair = Math.floor(sample / PAIR)
      if (pair !== drawn && grey !== 255) {
        twoBlocks(words, 0, k0, k1, lowWord(2 * pair), highWord(2 * pair), c2, c3)
        drawn = pair
      }
      const u = (words[sample - pair * PAIR] ?? 0) & MANTISSA
      if (grey === 255 || u < (THRESHOLDS[grey] ?? 0)) out[b * width + p] = 1
    }
  }
}
