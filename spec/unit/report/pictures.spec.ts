import * as O from 'fp-ts/lib/Option.js'
import * as fc from 'fast-check'
import { PNG } from 'pngjs'
import { describe, expect, test } from 'vitest'
import { arrange, imageGrid, isPicture, type Picture, picturesOf, pngOf } from '../../../src/report/index.ts'

const plain = (width: number, height: number, value: number): Picture => ({
  width,
  height,
  rgb: new Uint8Array(width * height * 3).fill(value),
})

const pixel = ({ width, rgb }: Picture, x: number, y: number): readonly number[] => [
  ...rgb.subarray((y * width + x) * 3, (y * width + x) * 3 + 3),
]

describe('what is a picture', () => {
  test.each([
    [[28, 28, 1], true],
    [[28, 28], true],
    [[32, 16, 3], true],
    [[784], false],
    [[28, 28, 2], false],
    [[2, 3], false],
    [[28], false],
    [[28, 28, 1, 1], false],
  ])('%j: %s', (shape, answer) => {
    expect(isPicture(shape)).toBe(answer)
  })

  test('a batch that is none is told apart', () => {
    expect(picturesOf({ shape: [2, 5], data: new Float32Array(10) })).toEqual(O.none)
  })
})

describe('numbers as pixels', () => {
  test('grey becomes three equal bytes; outside [0, 1] is cut, NaN is black', () => {
    const data = new Float32Array(36).fill(0.5)
    data.set([0, 1, 2, -1, Number.NaN])
    const [picture] = O.getOrElse((): readonly Picture[] => [])(picturesOf({ shape: [1, 6, 6], data }))
    expect([0, 1, 2, 3, 4, 5].map((x) => picture && pixel(picture, x, 0))).toEqual(
      [0, 255, 255, 0, 0, 128].map((v) => [v, v, v]),
    )
  })

  test('colour keeps its channels', () => {
    const data = Float32Array.from({ length: 2 * 108 }, (_, i) => (i % 3 === 1 ? 1 : 0))
    const pictures = O.getOrElse((): readonly Picture[] => [])(picturesOf({ shape: [2, 6, 6, 3], data }))
    expect(pictures.map((p) => pixel(p, 5, 5))).toEqual([
      [0, 255, 0],
      [0, 255, 0],
    ])
  })

  test('a PNG file holds what was put into it', () => {
    const bytes = fc.uint8Array({ minLength: 3 * 12, maxLength: 3 * 12 })
    fc.assert(
      fc.property(bytes, (rgb) => {
        const read = PNG.sync.read(Buffer.from(pngOf({ width: 4, height: 3, rgb })))
        const expected = Array.from({ length: 12 }, (_, i) => [...rgb.subarray(i * 3, i * 3 + 3), 255])
        expect([...read.data]).toEqual(expected.flat())
      }),
      { numRuns: 30 },
    )
  })
})

describe('a grid', () => {
  const shades = [10, 20, 30, 40, 50].map((value) => plain(6, 7, value))

  test('goes in reading order, with white between and after', () => {
    const { picture, lefts, tops, cell } = arrange(shades, { columns: 3, scale: 2, gap: 4 })
    expect([cell, lefts, tops]).toEqual([{ width: 12, height: 14 }, [0, 16, 32], [0, 18]])
    expect([picture.width, picture.height]).toEqual([44, 32])
    const middles = tops.flatMap((y) => lefts.map((x) => pixel(picture, x + 6, y + 7)[0]))
    expect(middles).toEqual([10, 20, 30, 40, 50, 255])
    expect(pixel(picture, 13, 3)).toEqual([255, 255, 255])
  })

  test('enlarges without smoothing', () => {
    const checks: Picture = { width: 2, height: 1, rgb: Uint8Array.from([1, 2, 3, 4, 5, 6]) }
    const { picture } = arrange([checks], { columns: 1, scale: 3 })
    expect([0, 2, 3, 5].map((x) => pixel(picture, x, 2))).toEqual([
      [1, 2, 3],
      [1, 2, 3],
      [4, 5, 6],
      [4, 5, 6],
    ])
  })

  test('keeps groups of rows apart', () => {
    const { tops } = arrange(shades, { columns: 1, scale: 1, gap: 0, group: { rows: 2, gap: 10 } })
    expect(tops).toEqual([0, 7, 24, 31, 48])
  })

  test('is a PNG file', () => {
    const read = PNG.sync.read(Buffer.from(imageGrid(shades, { columns: 5, scale: 1, gap: 0 })))
    expect([read.width, read.height]).toEqual([30, 7])
  })
})
