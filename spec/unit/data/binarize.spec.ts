import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { binarizeDynamically, thresholds } from '../../../src/data/binarize.ts'
import { fillUniform } from '../../../src/data/seeds.ts'

const s = { seed: 5, step: 9, name: 'binarize/x' }

const binarized = (
  column: Uint8Array,
  rows: Uint32Array,
  width: number,
  place: (b: number) => number,
): Float32Array => {
  const out = new Float32Array(rows.length * width)
  binarizeDynamically(out, column, rows, width, s, place)
  return out
}

describe('dynamic binarisation', () => {
  test('is u < grey / 255 in single precision, with the u that fillUniform gives', () => {
    const grey = fc.oneof(fc.constantFrom(0, 255), fc.integer({ min: 0, max: 255 }))
    const pictures = fc.tuple(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 6 })).chain(([width, size]) =>
      fc.record({
        width: fc.constant(width),
        column: fc.array(grey, { minLength: width * size, maxLength: width * size }),
        rows: fc.array(fc.nat(size - 1), { maxLength: 8 }),
        byRow: fc.boolean(),
      }),
    )
    fc.assert(
      fc.property(pictures, ({ width, column, rows, byRow }) => {
        const place = (b: number): number => (byRow ? (rows[b] ?? 0) : b)
        const u = new Float32Array(column.length + rows.length * width)
        fillUniform(u, s)
        const wanted = rows.flatMap((row, b) =>
          Array.from({ length: width }, (_, p) =>
            (u[place(b) * width + p] ?? 0) < Math.fround((column[row * width + p] ?? 0) / 255) ? 1 : 0,
          ),
        )
        expect([...binarized(Uint8Array.from(column), Uint32Array.from(rows), width, place)]).toEqual(wanted)
      }),
      { seed: 6, numRuns: 300 },
    )
  })

  test('as many of the 2²³ uniform numbers are counted as ones as there are below each grey level', () => {
    thresholds.forEach((count, grey) => {
      const p = Math.fround(grey / 255)
      expect(count / 2 ** 23).toBeGreaterThanOrEqual(p)
      expect((count - 1) / 2 ** 23).toBeLessThan(p)
    })
  })

  test('black stays 0 and white 1; a grey level is 1 as often as it is bright (6 standard errors)', () => {
    const n = 20_000
    for (const grey of [0, 1, 64, 128, 254, 255]) {
      const ones = binarized(new Uint8Array(n).fill(grey), Uint32Array.of(0), n, (b) => b).reduce(
        (sum, x) => sum + x,
        0,
      )
      const p = grey / 255
      expect(Math.abs(ones / n - p)).toBeLessThanOrEqual(6 * Math.sqrt((p * (1 - p)) / n))
    }
  })
})
