import { truncateSync } from 'node:fs'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { epochRows, evaluation, gather, inOrder, labelsOf, training } from '../../../src/data/batches.ts'
import { decodeSource, shards, type ShardsSource } from '../../../src/data/DataSource.ts'
import type { Dataset, Split } from '../../../src/data/Field.ts'
import { load } from '../../../src/data/load.ts'
import { loadShards } from '../../../src/data/shards.ts'
import { divide, split } from '../../../src/data/split.ts'
import { lately } from '../../../src/data/streamed.ts'
import { messageOf, right } from '../either.ts'
import { folderOf, idx, npy } from './arrays.ts'

const COUNT = 60
const greys = Uint8Array.from({ length: COUNT * 4 }, (_, i) => (i * 37) % 256)
const numbers = Float32Array.from({ length: COUNT * 3 }, (_, i) => i / 7 - 5)
const classes = Uint8Array.from({ length: COUNT }, (_, i) => i % 5)

/** 60 data; the files of each field end in other places. */
const folder = folderOf({
  'x-1.npy': npy(greys.slice(0, 4 * 25), [25, 2, 2]),
  'x-2.npy': npy(greys.slice(4 * 25, 4 * 26), [1, 4]),
  'x-3-ubyte': idx(greys.slice(4 * 26), [34, 2, 2, 1]),
  'x-r.npy': npy(numbers, [60, 3]),
  'y.idx': idx(classes, [60]),
  'y.txt': new Uint8Array(3),
})
const fields = {
  x: { shape: [2, 2, 1], support: 'unit', encoding: 'grey' },
  'x-r': { shape: [3], support: 'real' },
  y: { shape: [5], support: 'oneHot', encoding: 'class' },
} as const
const asSource = (source: object): ShardsSource => {
  const valid = right(decodeSource(source))
  if (valid.tag !== 'shards') throw new Error(valid.tag)
  return valid
}
const source = asSource(shards({ folder, fields, holdOut: 0.2 }))
/** A datum is 17 bytes: blocks of three, and four of them are shuffled together; without sizes, blocks of one. */
const sizes = { block: 60, window: 240, blocks: 1 }
const loaded = async (): Promise<Dataset> => right(await loadShards(source, sizes)())

/** The numbers of the rows in the files, by the first number of `x-r`. */
const idsOf = (data: Dataset, part: Split, rows = inOrder(part)): readonly number[] => {
  const all = gather(data.fields, part, rows, evaluation(1)).get('x-r')?.data ?? new Float32Array()
  return Array.from(rows, (_, i) => numbers.indexOf(all[3 * i] ?? NaN) / 3)
}

describe('shards', () => {
  test('are the rows of their files, in whatever order they are asked for', async () => {
    const data = await loaded()
    const ids = idsOf(data, data.train)
    fc.assert(
      fc.property(fc.array(fc.nat(data.train.size - 1)), (picked) => {
        const rows = Uint32Array.from(picked)
        const batch = gather(data.fields, data.train, rows, training(1, 0))
        const wanted = (width: number, value: (i: number) => number): readonly number[] =>
          picked.flatMap((row) => Array.from({ length: width }, (_, p) => value((ids[row] ?? 0) * width + p)))
        expect([...(batch.get('x')?.data ?? [])]).toEqual(wanted(4, (i) => Math.fround((greys[i] ?? 0) / 255)))
        expect([...(batch.get('x-r')?.data ?? [])]).toEqual(wanted(3, (i) => numbers[i] ?? 0))
        expect([...(batch.get('y')?.data ?? [])]).toEqual(
          wanted(5, (i) => (classes[Math.floor(i / 5)] === i % 5 ? 1 : 0)),
        )
      }),
      { seed: 5, numRuns: 50 },
    )
    expect([...(labelsOf(data, data.test) ?? [])]).toEqual(idsOf(data, data.test).map((id) => id % 5))
  })

  test('are held out in whole blocks, whatever the seed; for validation by the seed', async () => {
    const data = await loaded()
    const { kept, apart } = divide(20, 0.2, { seed: 0, step: 0, name: 'held out' })
    const rowsIn = (blocks: Uint32Array): readonly number[] =>
      Array.from(blocks).flatMap((k) => [3 * k, 3 * k + 1, 3 * k + 2])
    expect(idsOf(data, data.train)).toEqual(rowsIn(kept))
    expect(idsOf(data, data.test)).toEqual(rowsIn(apart))
    const parts = right(split(data, 0.25, 7))
    expect(parts.validation.size).toBe(12)
    expect([...idsOf(parts, parts.train), ...idsOf(parts, parts.validation)].sort((a, b) => a - b)).toEqual(
      rowsIn(kept),
    )
    const other = right(split(data, 0.25, 8))
    expect(idsOf(other, other.validation)).not.toEqual(idsOf(parts, parts.validation))
    expect(idsOf(parts, parts.test)).toEqual(idsOf(data, data.test))
  })

  test('an epoch takes every row once, blocks together, in an order of seed and epoch, however it is cut', async () => {
    const { train } = await loaded()
    const order = (seed: number, epoch: number): number[] => [...epochRows(train, seed, epoch)(0, train.size)]
    const first = order(1, 0)
    expect([...first].sort((a, b) => a - b)).toEqual([...inOrder(train)])
    for (const [seed, epoch] of [
      [1, 1],
      [2, 0],
    ] as const)
      expect(order(seed, epoch)).not.toEqual(first)
    // Four blocks of three rows at a time.
    for (let from = 0; from < 48; from += 12) {
      const blocks = new Set(first.slice(from, from + 12).map((row) => Math.floor(row / 3)))
      expect(blocks.size).toBe(4)
      expect(first.slice(from, from + 12)).not.toEqual(first.slice(from, from + 12).sort((a, b) => a - b))
    }
    fc.assert(
      fc.property(fc.nat(train.size), fc.nat(train.size), (a, b) => {
        const [from, to] = [Math.min(a, b), Math.max(a, b)]
        expect([...epochRows(train, 1, 0)(from, to)]).toEqual(first.slice(from, to))
      }),
      { seed: 3, numRuns: 60 },
    )
  })

  test('of a small folder are shuffled all together, and a limit takes the first', async () => {
    const all = right(await load(source)())
    expect(all.train.streamed?.blocks.length).toBe(48)
    expect(all.train.streamed?.window).toBeGreaterThan(1000)
    const few = right(await load(source, { limit: 7 })())
    expect([few.train.size, few.test.size]).toEqual([7, 7])
    expect(idsOf(few, few.train)).toEqual(idsOf(all, all.train).slice(0, 7))
    const { firstRows } = await import('../../../src/data/split.ts')
    const data = await loaded()
    expect(idsOf(data, firstRows(data.fields, data.train, 7))).toEqual(idsOf(data, data.train).slice(0, 7))
  })

  test('what was asked for lately is not made again, and only that is kept', () => {
    const made: number[] = []
    const get = lately(2, (key) => {
      made.push(key)
      return key
    })
    for (const key of [1, 2, 1, 3, 1, 2]) expect(get(key)).toBe(key)
    expect(made).toEqual([1, 2, 3, 2])
  })
})

describe('shards are refused', () => {
  const x = { shape: [2], support: 'count' } as const
  const loadOf = async (files: Readonly<Record<string, Uint8Array>>, of: object = { x }): Promise<string> =>
    messageOf(await loadShards(asSource(shards({ folder: folderOf(files), fields: of as { x: typeof x } })))())
  const three = Float32Array.of(1, 2, 3, 4, 5, 6)

  const cases: readonly (readonly [string, Readonly<Record<string, Uint8Array>>, RegExp, object?])[] = [
    ['no files', {}, /has no array of field 'x', such as x\.npy/],
    ['another format', { 'x.npy': new Uint8Array([80, 75, 3, 4, 5]) }, /neither a numpy array nor an IDX file/],
    ['an empty file', { 'x.npy': new Uint8Array() }, /neither/],
    ['half a header', { 'x.npy': npy(three, [3, 2]).slice(0, 20) }, /truncated: it ends in its header/],
    ['half an IDX header', { 'x.idx': idx(classes, [60]).slice(0, 6) }, /truncated: it ends in its header/],
    ['IDX of floats', { 'x.idx': Uint8Array.of(0, 0, 0x0d, 1, 0, 0, 0, 0) }, /other than unsigned bytes/],
    ['gzip', { 'x.npy': Uint8Array.of(0x1f, 0x8b, 8) }, /gzipped.*unpack it/],
    ['numbers of 64 bits', { 'x.npy': npy(Float64Array.from(three), [3, 2]) }, /'<f8'; save it as numpy\.uint8 or/],
    [
      'a truncated file',
      { 'x.npy': npy(three, [3, 2]).slice(0, -4) },
      /truncated: \[3, 2\] makes 152 bytes, the file has 148/,
    ],
    ['a file too long', { 'x.npy': new Uint8Array([...npy(three, [3, 2]), 0]) }, /too long/],
    ['another shape', { 'x.npy': npy(three, [2, 3]) }, /a datum is \[3\], but field 'x' is \[2\]/],
    [
      'two types',
      { 'x-1.npy': npy(three, [3, 2]), 'x-2.npy': npy(classes, [30, 2]) },
      /are uint8, but those of .*x-1\.npy' float32/,
    ],
    [
      'grey levels in floats',
      { 'x.npy': npy(three, [3, 2]) },
      /the encoding 'grey' is one of bytes/,
      { x: { ...x, encoding: 'grey' } },
    ],
    ['one datum', { 'x.npy': npy(three, [1, 6]) }, /two data are needed/, { x: { shape: [6], support: 'real' } }],
    [
      'fields of other lengths',
      { 'x.npy': npy(three, [3, 2]), 'y.npy': npy(three, [6]) },
      /field 'x' has 3 data, but field 'y' 6/,
      { x, y: { shape: [1], support: 'real' } },
    ],
  ]
  test.each(cases.map(([name, files, message, of]) => ({ name, files, message, of })))(
    '$name',
    async ({ files, message, of }) => {
      expect(await loadOf(files, of)).toMatch(message)
    },
  )

  test('no folder', async () => {
    expect(messageOf(await load(shards({ folder: '/no/such', fields: { x } }))())).toBe("there is no folder '/no/such'")
  })

  test('column order', async () => {
    expect(await loadOf({ 'x.npy': npy(three, [3, 2], 'True') })).toMatch(/ascontiguousarray/)
  })

  test('when they are read: values that the support does not allow, classes that there are not, a file that was cut', async () => {
    const all = (data: Dataset) => () => gather(data.fields, data.train, inOrder(data.train), evaluation(1))
    const read = async (files: Readonly<Record<string, Uint8Array>>, of: object): Promise<() => unknown> =>
      all(right(await loadShards(asSource(shards({ folder: folderOf(files), fields: of as { x: typeof x } })))()))
    const bad = Float32Array.from({ length: 40 }, (_, i) => (i === 9 ? 0.5 : 1))
    expect(await read({ 'x.npy': npy(bad, [20, 2]) }, { x })).toThrow("field 'x', row 4: 0.5, but 'count' allows")
    const y = { shape: [4], support: 'oneHot', encoding: 'class' }
    expect(await read({ 'y.npy': npy(classes, [60]) }, { y })).toThrow(
      /field 'y', row \d+: class 4, but classes are 0 to 3/,
    )
    const cut = folderOf({ 'x.npy': npy(bad.fill(1), [20, 2]) })
    const data = right(await loadShards(asSource(shards({ folder: cut, fields: { x } })))())
    truncateSync(join(cut, 'x.npy'), 140)
    expect(all(data)).toThrow(/has become shorter/)
  })
})
