import * as E from 'fp-ts/lib/Either.js'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  batchesOf,
  epochOrder,
  evaluation,
  gather,
  inOrder,
  labelsOf,
  pick,
  training,
} from '../../../src/data/batches.ts'
import type { Column, Dataset, Encoding, Field, Fields, Split } from '../../../src/data/Field.ts'
import { fillUniform } from '../../../src/data/seeds.ts'
import { split } from '../../../src/data/split.ts'

const greys = Uint8Array.of(0, 127, 128, 255, 10, 200, 90, 30)
const field = (encoding: Encoding, shape: readonly number[] = [2, 1]): Field => ({ shape, support: 'real', encoding })
const whole = (columns: Readonly<Record<string, Column>>, size: number): Split => ({ size, columns })
const column = (fields: Fields, data: Split, rows: readonly number[], name = 'x', seed = 1, step = 0): number[] => [
  ...(gather(fields, data, Uint32Array.from(rows), training(seed, step)).get(name)?.data ?? []),
]

describe('gather', () => {
  test('values as they are, grey levels, threshold, classes: by hand', () => {
    expect(column({ x: field('value') }, whole({ x: Float32Array.of(1, 2, 3, 4, 5, 6) }, 3), [2, 0, 2])).toEqual([
      5, 6, 1, 2, 5, 6,
    ])
    expect(column({ x: field('grey') }, whole({ x: greys }, 4), [1])).toEqual([Math.fround(128 / 255), 1])
    expect(column({ x: field('threshold') }, whole({ x: greys }, 4), [0, 1])).toEqual([0, 0, 1, 1])
    expect(column({ x: field('class', [3]) }, whole({ x: Uint8Array.of(2, 0) }, 2), [1, 0])).toEqual([1, 0, 0, 0, 0, 1])
  })
  test('shapes have the batch first', () => {
    const batch = gather({ x: field('grey', [2, 1]) }, whole({ x: greys }, 4), Uint32Array.of(3, 1, 2), evaluation(1))
    expect(batch.get('x')?.shape).toEqual([3, 2, 1])
    expect(batch.get('x')?.data.length).toBe(6)
  })
  test('dynamic, in training: u of (seed, step, binarize/x) by place in the batch', () => {
    const u = new Float32Array(8)
    fillUniform(u, { seed: 4, step: 11, name: 'binarize/x' })
    const rows = [3, 0, 3, 1]
    const wanted = rows.flatMap((row, b) =>
      [0, 1].map((p) => ((u[2 * b + p] ?? 0) < Math.fround((greys[2 * row + p] ?? 0) / 255) ? 1 : 0)),
    )
    expect(column({ x: field('dynamic') }, whole({ x: greys }, 4), rows, 'x', 4, 11)).toEqual(wanted)
  })
  test('dynamic, in evaluation: the same pictures for whatever batches', () => {
    const size = 50
    const data = whole({ x: Uint8Array.from({ length: 7 * size }, (_, i) => (i * 37) % 256) }, size)
    const fields = { x: field('dynamic', [7]) }
    const at = (rows: Uint32Array): readonly number[] => [
      ...(gather(fields, data, rows, evaluation(3)).get('x')?.data ?? []),
    ]
    const all = at(inOrder(data))
    fc.assert(
      fc.property(fc.array(fc.nat(size - 1)), (rows) => {
        expect(at(Uint32Array.from(rows))).toEqual(rows.flatMap((row) => all.slice(7 * row, 7 * row + 7)))
      }),
      { seed: 11, numRuns: 50 },
    )
    const u = new Float32Array(7 * size)
    fillUniform(u, { seed: 3, step: 0, name: 'evaluate/binarize/x' })
    expect(all).toEqual([...u].map((v, i) => (v < Math.fround((data.columns['x']?.[i] ?? 0) / 255) ? 1 : 0)))
  })
  test('only the fields picked', () => {
    const fields = { x: field('grey'), y: field('class', [3]) }
    expect(E.map(Object.keys)(pick(fields, ['y']))).toEqual(E.right(['y']))
    expect(pick(fields, ['y', 'c'])).toEqual(
      E.left({ tag: 'Data', message: "the data have no field 'c'; they have x, y" }),
    )
  })
})

describe('an epoch', () => {
  test('takes every row once, in an order of its own; the last batch may be short', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 64 }), fc.nat(), (size, batch, seed) => {
        const batches = batchesOf(epochOrder(whole({}, size), seed, 0), batch)
        expect(batches.length).toBe(Math.ceil(size / batch))
        expect(batches.slice(0, -1).every(({ length }) => length === batch)).toBe(true)
        expect(batches.flatMap((rows) => Array.from(rows)).sort((a, b) => a - b)).toEqual([...inOrder(whole({}, size))])
      }),
      { seed: 12, numRuns: 100 },
    )
    const order = (seed: number, epoch: number): string => epochOrder(whole({}, 100), seed, epoch).join()
    expect(order(1, 0)).toBe(order(1, 0))
    expect(new Set([order(1, 0), order(1, 1), order(2, 0)]).size).toBe(3)
  })
})

describe('split', () => {
  const dataset = (size: number): Dataset => ({
    fields: { x: field('value', [2]), y: field('class', [300]) },
    train: whole(
      { x: Float32Array.from({ length: 2 * size }, (_, i) => i), y: Uint8Array.from({ length: size }, (_, i) => i) },
      size,
    ),
    validation: whole({ x: new Float32Array(), y: new Uint8Array() }, 0),
    test: whole({}, 0),
  })
  test('every training datum goes to one side, its fields together; chosen by the seed', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 200 }),
        fc.double({ min: 0.01, max: 0.99, noNaN: true }),
        fc.nat(),
        (size, share, seed) => {
          const parts = E.getOrElseW(() => undefined)(split(dataset(size), share, seed))
          if (parts === undefined) throw new Error('no parts')
          const ys = [...(parts.train.columns['y'] ?? []), ...(parts.validation.columns['y'] ?? [])]
          const xs = [...(parts.train.columns['x'] ?? []), ...(parts.validation.columns['x'] ?? [])]
          expect([parts.train.size, parts.validation.size]).toEqual([
            parts.train.columns['y']?.length,
            parts.validation.columns['y']?.length,
          ])
          expect(parts.validation.size).toBe(Math.min(size - 1, Math.max(1, Math.round(size * share))))
          expect([...ys].sort((a, b) => a - b)).toEqual(Array.from({ length: size }, (_, i) => i))
          expect(xs).toEqual(ys.flatMap((y) => [2 * y, 2 * y + 1]))
          expect([...(labelsOf(parts, parts.train) ?? [])]).toEqual(
            [...(parts.train.columns['y'] ?? [])].sort((a, b) => a - b),
          )
        },
      ),
      { seed: 13, numRuns: 100 },
    )
    const chosen = (seed: number): string =>
      E.match(
        () => '',
        (parts: Dataset) => String(parts.validation.columns['y']),
      )(split(dataset(100), 0.2, seed))
    expect(chosen(1)).toBe(chosen(1))
    expect(chosen(1)).not.toBe(chosen(2))
  })
  test('a share of 0 changes nothing', () => {
    const data = dataset(3)
    expect(split(data, 0, 1)).toEqual(E.right(data))
  })
  test.each([
    [10, 1, 'validation: 1 is not a share of the training data: 0 up to, not including, 1'],
    [10, -0.1, 'validation: -0.1 is not a share of the training data: 0 up to, not including, 1'],
    [10, NaN, 'validation: NaN is not a share of the training data: 0 up to, not including, 1'],
    [1, 0.5, 'validation: 1 datum to train with cannot be divided'],
  ])('%s data, a share of %s', (size, share, message) => {
    expect(split(dataset(size), share, 1)).toEqual(E.left({ tag: 'Data', message }))
  })
})
