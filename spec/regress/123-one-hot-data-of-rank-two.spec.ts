import { describe, expect, test } from 'vitest'
import { evaluation, gather, inOrder, labelsOf } from '../../src/data/batches.ts'
import { type DataSource, inline, shards } from '../../src/data/DataSource.ts'
import type { Dataset, Field } from '../../src/data/Field.ts'
import { load } from '../../src/data/load.ts'
import { checkSupport } from '../../src/data/support.ts'
import { tensorOf } from '../../src/data/values.ts'
import { folderOf, npy } from '../unit/data/arrays.ts'
import { messageOf, right } from '../unit/either.ts'

// A datum of oneHot(2, 3) has two ones; it was refused for having "2 ones".

const classes = Array.from({ length: 40 }, (_, i) => (i * 7) % 3)
const ones = classes.flatMap((k) => [0, 1, 2].map((i) => (i === k ? 1 : 0)))

const all = (data: Dataset): readonly number[] =>
  [data.train, data.test].flatMap((part) => [
    ...(gather(data.fields, part, inOrder(part), evaluation(1)).get('x')?.data ?? []),
  ])
/** The rows of 6 numbers, in an order that does not depend on what was held out. */
const sorted = (numbers: readonly number[]): readonly string[] =>
  Array.from({ length: numbers.length / 6 }, (_, i) => numbers.slice(6 * i, 6 * i + 6).join('')).toSorted()

const bytes = Uint8Array.from(classes)
const sources: readonly (readonly [string, DataSource])[] = [
  ['inline', inline({ fields: { x: { shape: [2, 3], support: 'oneHot', values: ones } } })],
  [
    'vectors in files',
    shards({
      folder: folderOf({ 'x.npy': npy(Float32Array.from(ones), [20, 2, 3]) }),
      fields: { x: { shape: [2, 3], support: 'oneHot' } },
    }),
  ],
  [
    'classes in files',
    shards({
      folder: folderOf({ 'x.npy': npy(bytes, [20, 2]) }),
      fields: { x: { shape: [2, 3], support: 'oneHot', encoding: 'class' } },
    }),
  ],
]

test.each(sources)('%s are loaded, one 1 along the last axis', async (_, source) => {
  const data = right(await load(source)())
  expect(sorted(all(data))).toEqual(sorted(ones))
  expect(labelsOf(data, data.train)).toBeUndefined()
})

describe('what is not one 1 along the last axis', () => {
  const field: Field = { shape: [2, 3], support: 'oneHot', encoding: 'value' }
  test.each([
    [[1, 0, 0, 0, 0, 0], '0 ones in vector 1 of 2 along the last axis'],
    [[1, 1, 0, 0, 0, 0], '2 ones in vector 0 of 2 along the last axis'],
    [[0, 1, 0, 1, 0, 1], '2 ones in vector 1 of 2 along the last axis'],
  ])('%j is refused', (row, what) => {
    expect(messageOf(checkSupport('x', field, [...ones.slice(0, 6), ...row]))).toContain(`field 'x', row 1: ${what}`)
    expect(messageOf(tensorOf('x', field, [row]))).toContain(`field 'x', row 0: ${what}`)
  })
  test('a single class is no datum', () => {
    expect(messageOf(tensorOf('x', field, [1]))).toBe(
      "field 'x', row 0: '1' is one class, but a datum is [2, 3]: a 1 in each 3 numbers",
    )
  })
  test('an array of classes with its axes in another order, and a class that there is not', async () => {
    const fields = { x: { shape: [2, 3, 4], support: 'oneHot', encoding: 'class' } } as const
    const loading = (content: Uint8Array) => load(shards({ folder: folderOf({ 'x.npy': content }), fields }))()
    expect(messageOf(await loading(npy(bytes.slice(0, 36), [6, 3, 2])))).toContain('numpy.transpose(array, (0, 2, 1))')
    const data = right(await loading(npy(bytes.slice(0, 36).fill(4, 35), [6, 2, 3])))
    expect(() => all(data)).toThrow(/x\.npy': field 'x', row 5: class 4, but classes are 0 to 3/)
  })
})
