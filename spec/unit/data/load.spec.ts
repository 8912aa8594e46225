import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { csv, inline, type DataSource } from '../../../src/data/DataSource.ts'
import { fieldsCodec, type Dataset, type Support } from '../../../src/data/Field.ts'
import { load } from '../../../src/data/load.ts'
import { unstandardize } from '../../../src/data/standardize.ts'

const loaded = async (source: DataSource, limit?: number): Promise<Dataset> =>
  E.getOrElse<{ message: string }, Dataset>(({ message }) => {
    throw new Error(message)
  })(await load(source, { limit })())
const messageOf = async (source: DataSource): Promise<string> =>
  E.match(
    ({ message }: { message: string }) => message,
    () => 'no error',
  )(await load(source)())

/** A column of the training data, then of the test data. */
const both = (data: Dataset, name: string): number[] => [
  ...(data.train.columns[name] ?? []),
  ...(data.test.columns[name] ?? []),
]

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'csv-'))
})
afterAll(() => rm(folder, { recursive: true }))
const table = async (text: string): Promise<string> => {
  const file = join(folder, 't.csv')
  await writeFile(file, text)
  return file
}

const iris = (n: number): string =>
  [
    'long,wide,same,kind',
    ...Array.from({ length: n }, (_, i) => `${i},${1000 - 3 * i},5,${['b', 'c', 'a'][i % 3]}`),
  ].join('\n')

describe('csv', () => {
  test('holds a tenth of the rows out to test with, the same ones every time, and loses none', async () => {
    const source = csv({ file: await table(iris(100)), label: 'kind', standardize: false })
    const data = await loaded(source)
    expect([data.train.size, data.validation.size, data.test.size]).toEqual([90, 0, 10])
    const rows = both(data, 'x').filter((_, i) => i % 3 === 0)
    expect(rows.sort((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, i) => i))
    expect(await loaded(source)).toEqual(data)
    expect(data.fields['y']).toEqual({ shape: [3], support: 'oneHot', encoding: 'class', names: ['a', 'b', 'c'] })
    data.train.columns['y']?.forEach((k, row) =>
      expect(k).toBe([1, 2, 0][(data.train.columns['x']?.[3 * row] ?? 0) % 3]),
    )
  })

  test('standardises by the training rows alone; a constant column is centred; it can be undone', async () => {
    const file = await table(iris(100))
    const [raw, data] = [
      await loaded(csv({ file, label: 'kind', standardize: false })),
      await loaded(csv({ file, label: 'kind' })),
    ]
    const train = data.train.columns['x'] ?? []
    for (const column of [0, 1, 2]) {
      const xs = [...train].filter((_, i) => i % 3 === column)
      const mean = xs.reduce((sum, x) => sum + x, 0) / xs.length
      const variance = xs.reduce((sum, x) => sum + (x - mean) ** 2, 0) / xs.length
      expect(mean).toBeCloseTo(0, 6)
      expect(variance).toBeCloseTo(column === 2 ? 0 : 1, 6)
    }
    const field = data.fields['x']
    if (field === undefined) throw new Error('no x')
    const longs = [...(raw.train.columns['x'] ?? [])].filter((_, i) => i % 3 === 0)
    expect(field.standardization?.mean[0]).toBeCloseTo(longs.reduce((sum, x) => sum + x, 0) / longs.length, 9)
    expect(field.names).toEqual(['long', 'wide', 'same'])
    for (const part of ['train', 'test'] as const)
      unstandardize(field, data[part].columns['x'] ?? []).forEach((x, i) =>
        expect(x).toBeCloseTo(raw[part].columns['x']?.[i] ?? NaN, 4),
      )
  })

  test('the columns named, in their order', async () => {
    const data = await loaded(csv({ file: await table(iris(10)), columns: ['same', 'long'], standardize: false }))
    expect(data.fields['x']).toEqual({ shape: [2], support: 'real', encoding: 'value', names: ['same', 'long'] })
    expect(Object.keys(data.fields)).toEqual(['x'])
    expect(both(data, 'x').filter((_, i) => i % 2 === 0)).toEqual(Array.from({ length: 10 }, () => 5))
  })

  test('counts stay counts, and what is none is refused', async () => {
    const counts = csv({ file: await table('a,b\n0,3\n2,1\n7,0\n1,1'), support: 'count', holdOut: 0.25 })
    const data = await loaded(counts)
    expect(data.fields['x']).toEqual({ shape: [2], support: 'count', encoding: 'value', names: ['a', 'b'] })
    expect(both(data, 'x').sort()).toEqual([0, 0, 1, 1, 1, 2, 3, 7])
    const file = await table('a\n0\n2\n7')
    const standardised: DataSource = { tag: 'csv', file, support: 'count', standardize: true, holdOut: 0.1 }
    expect(await messageOf(standardised)).toBe(`'${file}': standardised numbers are no 'count'; leave out standardize`)
  })

  test('a limit leaves the standardisation alone', async () => {
    const file = await table(iris(100))
    const [all, few] = [await loaded(csv({ file, label: 'kind' })), await loaded(csv({ file, label: 'kind' }), 7)]
    expect(few.fields).toEqual(all.fields)
    expect([few.train.size, few.test.size]).toEqual([7, 7])
  })

  test('what is known of the fields can be written down and read', async () => {
    const { fields } = await loaded(csv({ file: await table(iris(20)), label: 'kind' }))
    expect(fieldsCodec.decode(JSON.parse(JSON.stringify(fieldsCodec.encode(fields))))).toEqual(E.right(fields))
  })

  interface Given {
    readonly columns?: readonly string[]
    readonly label?: string
    readonly support?: Support
  }
  test.each<readonly [text: string, options: Given, message: string]>([
    ['a\n1\n', {}, 'FILE: two rows are needed, one to train and one to test with, but there is 1'],
    ['a,b\n1,2\n3,4\n', { columns: ['c'] }, "FILE: there is no column 'c'; the columns are a, b"],
    ['a,b\n1,2\n3,4\n', { label: 'c' }, "FILE: there is no column 'c'; the columns are a, b"],
    ['a,b\n1,2\n3,\n', { label: 'b' }, "FILE, line 3: column 'b': the label is empty"],
    ['b\n1\n3\n', { label: 'b' }, 'FILE: no columns are left for the data'],
    ['a,b\n1,2\n3,x\n', {}, "FILE, line 3: column 'b': 'x' is not a number"],
    [
      ['a,b', ...Array.from({ length: 257 }, (_, i) => `1,${i}x`)].join('\n'),
      { label: 'b' },
      "FILE: column 'b' has 257 different labels; at most 256 classes",
    ],
    [
      'kind,a,b\nu,0,1\n\nv,2,2.5\nu,7,-1\n',
      { label: 'kind', support: 'count' },
      "FILE, line 4: column 'b': 2.5, but 'count' allows whole numbers from 0 on",
    ],
    [
      'a,b\n1,0\n0,2\n',
      { columns: ['b', 'a'], support: 'unit' },
      "FILE, line 3: column 'b': 2, but 'unit' allows numbers in [0, 1]",
    ],
    [
      'a,b\n1,0\n1,1\n',
      { support: 'oneHot' },
      "FILE, line 3: 2 ones, but 'oneHot' allows rows with a single 1, the rest 0",
    ],
  ])('%j %j', async (text, options, message) => {
    const file = await table(text)
    expect((await messageOf(csv({ file, ...options }))).replaceAll(`'${file}'`, 'FILE')).toBe(message)
  })
  test('a missing file', async () => {
    expect(await messageOf(csv({ file: 'nowhere/t.csv' }))).toBe("cannot read 'nowhere/t.csv': there is no such file")
  })
})

describe('inline', () => {
  test('rows go to train or to test, whole, fields together', async () => {
    const sizes = fc.record({
      size: fc.integer({ min: 2, max: 40 }),
      width: fc.integer({ min: 1, max: 4 }),
      holdOut: fc.double({ min: 0.01, max: 0.99, noNaN: true }),
    })
    await fc.assert(
      fc.asyncProperty(sizes, async ({ size, width, holdOut }) => {
        const p = Array.from({ length: size * width }, (_, i) => i)
        const n = Array.from({ length: size }, (_, i) => i)
        const data = await loaded(
          inline({
            fields: {
              p: { shape: [width], support: 'real', values: p },
              n: { shape: [], support: 'count', values: n },
            },
            holdOut,
          }),
        )
        const ns = both(data, 'n')
        const ps = both(data, 'p')
        expect(data.train.size).toBeGreaterThan(0)
        expect(data.test.size).toBeGreaterThan(0)
        expect(Math.abs(data.test.size - holdOut * size)).toBeLessThanOrEqual(1)
        expect([...ns].sort((a, b) => a - b)).toEqual(n)
        expect(ps).toEqual(ns.flatMap((row) => p.slice(row * width, (row + 1) * width)))
      }),
      { seed: 10, numRuns: 60 },
    )
  })

  const one = (
    support: 'real' | 'positive' | 'unit' | 'binary' | 'oneHot' | 'count',
    values: readonly number[],
  ): DataSource => inline({ fields: { v: { shape: [2], support, values } } })
  test.each([
    [one('real', [1, 2, 3]), "field 'v': 3 values are no whole number of data of shape [2]"],
    [one('real', [1, 2, NaN, 4]), "field 'v', row 1: NaN, but 'real' allows any finite number"],
    [one('real', [1, 2, 3, -Infinity]), "field 'v', row 1: -Infinity, but 'real' allows any finite number"],
    [
      one('real', [1, 2, 1e39, 4]),
      "field 'v', row 1: 1e+39 is beyond single precision, but 'real' allows any finite number",
    ],
    [one('positive', [1, 2, 3, 0]), "field 'v', row 1: 0, but 'positive' allows numbers above 0"],
    [one('unit', [0, 1, 0.5, 1.5]), "field 'v', row 1: 1.5, but 'unit' allows numbers in [0, 1]"],
    [one('binary', [0, 0.5, 1, 1]), "field 'v', row 0: 0.5, but 'binary' allows 0 and 1"],
    [one('count', [0, 7, 2.5, 1]), "field 'v', row 1: 2.5, but 'count' allows whole numbers from 0 on"],
    [one('count', [0, 7, -1, 1]), "field 'v', row 1: -1, but 'count' allows whole numbers from 0 on"],
    [one('oneHot', [0, 1, 1, 1]), "field 'v', row 1: 2 ones, but 'oneHot' allows rows with a single 1, the rest 0"],
    [one('oneHot', [0, 0, 1, 0]), "field 'v', row 0: 0 ones, but 'oneHot' allows rows with a single 1, the rest 0"],
    [one('oneHot', [2, -1, 1, 0]), "field 'v', row 0: 2, but 'oneHot' allows rows with a single 1, the rest 0"],
    [inline({ fields: {} }), 'inline data have no fields'],
    [one('real', []), 'inline data: two rows are needed, one to train and one to test with, but there is 0'],
    [
      inline({
        fields: { a: { shape: [], support: 'real', values: [1, 2] }, b: { shape: [], support: 'real', values: [1] } },
      }),
      "field 'a' has 2 data, but field 'b' has 1",
    ],
    [inline({ fields: {}, holdOut: 2 }), "data source: 'holdOut' should be a share between 0 and 1 but is 2"],
  ])('%j: %s', async (source, message) => {
    expect(await messageOf(source)).toBe(message)
  })
})
