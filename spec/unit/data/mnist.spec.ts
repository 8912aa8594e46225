import { mkdtemp, rm, symlink, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import * as E from 'fp-ts/lib/Either.js'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { labelsOf } from '../../../src/data/batches.ts'
import { mnist } from '../../../src/data/DataSource.ts'
import type { Column, Dataset, Split } from '../../../src/data/Field.ts'
import { load, type LoadOptions } from '../../../src/data/load.ts'
import type { DataSource } from '../../../src/data/DataSource.ts'

const loaded = async (source: DataSource, options?: LoadOptions): Promise<Dataset> =>
  E.getOrElse<{ message: string }, Dataset>(({ message }) => {
    throw new Error(message)
  })(await load(source, options)())

const firstLabels = (data: Dataset, part: Split): number[] => Array.from(labelsOf(data, part)?.subarray(0, 10) ?? [])
const sameBytes = (a: Column | undefined, b: Column | undefined): boolean =>
  a !== undefined && b !== undefined && Buffer.from(a).equals(Buffer.from(b))

describe('the digits of the package', () => {
  test('60,000 and 10,000 of them; their first labels, their class counts and the mean grey level are as published', async () => {
    const digits = await loaded(mnist())
    const { train, test: held } = digits
    expect([train.size, digits.validation.size, held.size]).toEqual([60_000, 0, 10_000])
    expect(firstLabels(digits, digits.train)).toEqual([5, 0, 4, 1, 9, 2, 1, 3, 1, 4])
    expect(firstLabels(digits, digits.test)).toEqual([7, 2, 1, 0, 4, 1, 4, 9, 5, 9])
    const counts = Array.from({ length: 10 }, () => 0)
    labelsOf(digits, train)?.forEach((k) => (counts[k] = (counts[k] ?? 0) + 1))
    expect(counts).toEqual([5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949])
    const x = train.columns['x'] ?? new Uint8Array()
    let sum = 0
    for (const grey of x) sum += grey
    expect(sum / x.length / 255).toBeCloseTo(0.1306604762738429, 12)
  })
  test('a limit keeps the first of the training data; below 1,000 also of the test data', async () => {
    const [all, few, many] = [
      await loaded(mnist()),
      await loaded(mnist(), { limit: 300 }),
      await loaded(mnist(), { limit: 1000 }),
    ]
    expect([few.train.size, few.test.size]).toEqual([300, 300])
    expect([many.train.size, many.test.size]).toEqual([1000, 10_000])
    expect(sameBytes(few.train.columns['x'], all.train.columns['x']?.subarray(0, 300 * 784))).toBe(true)
    expect(sameBytes(few.test.columns['y'], all.test.columns['y']?.subarray(0, 300))).toBe(true)
    expect((await loaded(mnist(), { limit: 1e9 })).train.size).toBe(60_000)
  })
  test.each([0, -1, 1.5, NaN])('a limit of %s', async (limit) => {
    expect(await load(mnist(), { limit })()).toEqual(
      E.left({ tag: 'Usage', message: `limit: ${limit} is not a number of data: a whole number from 1 on` }),
    )
  })
})

const idx = (shape: readonly number[], values: readonly number[]): Uint8Array => {
  const head = [0, 0, 8, shape.length, ...shape.flatMap((d) => [0, 0, d >> 8, d & 255])]
  return Uint8Array.from([...head, ...values])
}
const pictures = (n: number): Uint8Array =>
  idx(
    [n, 28, 28],
    Array.from({ length: n * 784 }, (_, i) => i % 256),
  )

describe('a folder of IDX files', () => {
  let folder = ''
  const at = (name: string): string => join(folder, name)
  const messageOf = async (): Promise<string> =>
    E.match(
      ({ message }: { message: string }) => message.replaceAll(folder, '.'),
      () => 'no error',
    )(await load(mnist({ folder }))())
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'idx-'))
    await writeFile(at('train-images-idx3-ubyte'), pictures(3))
    await writeFile(at('train-labels-idx1-ubyte'), idx([3], [1, 2, 3]))
    await writeFile(at('t10k-images-idx3-ubyte.gz'), gzipSync(pictures(2)))
    await writeFile(at('t10k-labels-idx1-ubyte.gz'), gzipSync(idx([2], [9, 0])))
  })
  afterEach(() => rm(folder, { recursive: true }))

  test('reads plain and gzipped files', async () => {
    const data = await loaded(mnist({ folder, binarize: 'none' }))
    expect([...(data.test.columns['y'] ?? [])]).toEqual([9, 0])
    expect(data.test.columns['x']).toEqual(pictures(2).subarray(16))
    expect(data.fields['x']).toEqual({ shape: [28, 28, 1], support: 'unit', encoding: 'grey' })
  })
  test('a file is missing', async () => {
    await rm(at('train-labels-idx1-ubyte'))
    expect(await messageOf()).toBe("cannot read './train-labels-idx1-ubyte': there is no such file")
  })
  test('the file is a folder', async () => {
    await rm(at('train-labels-idx1-ubyte'))
    await symlink(tmpdir(), at('train-labels-idx1-ubyte'))
    expect(await messageOf()).toBe("cannot read './train-labels-idx1-ubyte': it is a folder")
  })
  test('a file is truncated', async () => {
    await truncate(at('train-images-idx3-ubyte'), 1000)
    expect(await messageOf()).toBe(
      "'./train-images-idx3-ubyte': truncated: [3, 28, 28] makes 2,368 bytes, the file has 1,000",
    )
  })
  test('a gzip file is damaged', async () => {
    await writeFile(at('t10k-images-idx3-ubyte.gz'), gzipSync(pictures(2)).subarray(0, 100))
    expect(await messageOf()).toMatch(/^'\.\/t10k-images-idx3-ubyte.gz' is a damaged gzip file: /)
  })
  test('pictures of another size', async () => {
    await writeFile(
      at('train-images-idx3-ubyte'),
      idx(
        [3, 2, 2],
        Array.from({ length: 12 }, () => 0),
      ),
    )
    expect(await messageOf()).toBe("'./train-images-idx3-ubyte': pictures are [28, 28], but these are [2, 2]")
  })
  test('fewer labels than pictures', async () => {
    await writeFile(at('train-labels-idx1-ubyte'), idx([2], [1, 2]))
    expect(await messageOf()).toBe("'./train-labels-idx1-ubyte' holds 2 labels for 3 pictures")
  })
  test('a label that is no class', async () => {
    await writeFile(at('train-labels-idx1-ubyte'), idx([3], [1, 10, 2]))
    expect(await messageOf()).toBe("'./train-labels-idx1-ubyte', row 1: label 10, but classes are 0 to 9")
  })
  test('no pictures', async () => {
    await writeFile(at('train-images-idx3-ubyte'), pictures(0))
    expect(await messageOf()).toBe("'./train-images-idx3-ubyte' holds no pictures")
  })
})
