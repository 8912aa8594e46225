import * as E from 'fp-ts/lib/Either.js'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseIdx } from '../../../src/data/idx.ts'

const file = (shape: readonly number[], values: readonly number[], type = 0x08): Uint8Array => {
  const bytes = new Uint8Array(4 + 4 * shape.length + values.length)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, (type << 8) | shape.length)
  shape.forEach((d, i) => view.setUint32(4 + 4 * i, d))
  bytes.set(values, 4 + 4 * shape.length)
  return bytes
}
const messageOf = (bytes: Uint8Array, rank: number): string =>
  E.match(
    ({ message }: { message: string }) => message,
    () => 'no error',
  )(parseIdx('digits', bytes, rank))

describe('parseIdx', () => {
  test('reads what was written, at any offset of its memory', () => {
    const arrays = fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 4 }).chain((shape) => {
      const length = shape.reduce((n, d) => n * d, 1)
      return fc.tuple(fc.constant(shape), fc.array(fc.nat(255), { minLength: length, maxLength: length }), fc.nat(5))
    })
    fc.assert(
      fc.property(arrays, ([shape, values, offset]) => {
        const bytes = file(shape, values)
        const within = new Uint8Array(bytes.length + offset)
        within.set(bytes, offset)
        const parsed = parseIdx('digits', within.subarray(offset), shape.length)
        expect(parsed).toEqual(E.right({ shape, data: Uint8Array.from(values) }))
      }),
      { seed: 7, numRuns: 200 },
    )
  })

  test('truncated: how many bytes there should be and are', () => {
    expect(messageOf(file([2, 3], [1, 2, 3, 4, 5]), 2)).toBe(
      "'digits': truncated: [2, 3] makes 18 bytes, the file has 17",
    )
    expect(messageOf(file([2, 3], []).subarray(0, 9), 2)).toBe(
      "'digits': truncated: an IDX header has 12 bytes, the file 9",
    )
    expect(messageOf(new Uint8Array(), 3)).toBe("'digits': truncated: an IDX header has 16 bytes, the file 0")
  })
  test('every proper prefix of a file is refused', () => {
    const bytes = file([2, 2, 2], [1, 2, 3, 4, 5, 6, 7, 8])
    for (let n = 0; n < bytes.length; n++) expect(messageOf(bytes.subarray(0, n), 3)).toContain('truncated')
  })
  test('too long', () => {
    expect(messageOf(file([2], [1, 2, 3]), 1)).toBe("'digits': too long: [2] makes 10 bytes, the file has 11")
  })
  test('another magic number, rank or type of elements', () => {
    expect(messageOf(new TextEncoder().encode('<!doctype html>'), 3)).toBe(
      "'digits': magic number 0x3c21646f where IDX with 3 axes has 0x00000803",
    )
    expect(messageOf(file([1], [1]), 3)).toBe("'digits': magic number 0x00000801 where IDX with 3 axes has 0x00000803")
    expect(messageOf(file([1], [1, 2, 3, 4], 0x0d), 1)).toBe(
      "'digits': magic number 0x00000d01 where IDX with 1 axis has 0x00000801 (elements are float32; only unsigned bytes are read)",
    )
  })
})
