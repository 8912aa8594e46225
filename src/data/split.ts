import * as E from 'fp-ts/lib/Either.js'
import { dataError, type ElboError } from '../error.ts'
import { strideOf, type Column, type Dataset, type Fields, type Split, type Streamed } from './Field.ts'
import { permutation, type Stream } from './seeds.ts'
import { firstOf, streamedSplit, theseBlocks } from './streamed.ts'
import { validationStream } from './streams.ts'

const takeRows = (column: Column, stride: number, rows: Uint32Array): Column => {
  const taken =
    column instanceof Uint8Array ? new Uint8Array(rows.length * stride) : new Float32Array(rows.length * stride)
  rows.forEach((row, i) => taken.set(column.subarray(row * stride, (row + 1) * stride), i * stride))
  return taken
}

const mapColumns = (fields: Fields, split: Split, f: (column: Column, stride: number) => Column): Split['columns'] =>
  Object.fromEntries(
    Object.entries(fields).flatMap(([name, field]) => {
      const column = split.columns[name]
      return column === undefined ? [] : [[name, f(column, strideOf(field))]]
    }),
  )

/** The data at these rows, copied. */
export const rowsOf = (fields: Fields, split: Split, rows: Uint32Array): Split => ({
  size: rows.length,
  columns: mapColumns(fields, split, (column, stride) => takeRows(column, stride, rows)),
})

/** The first rows, copied so that the memory of the others can go. */
export const firstRows = (fields: Fields, split: Split, size: number): Split =>
  size >= split.size
    ? split
    : split.streamed !== undefined
      ? streamedSplit(firstOf(split.streamed, size))
      : { size, columns: mapColumns(fields, split, (column, stride) => column.slice(0, size * stride)) }

/** Which of n rows a share of them is: chosen by the stream, at least 1 and at most n − 1, both parts in their first order. */
export const divide = (
  n: number,
  share: number,
  stream: Stream,
): { readonly kept: Uint32Array; readonly apart: Uint32Array } => {
  const size = Math.min(n - 1, Math.max(1, Math.round(n * share)))
  const order = permutation(n, stream)
  return { kept: order.slice(size).sort(), apart: order.slice(0, size).sort() }
}

interface Parts {
  readonly train: Split
  readonly validation: Split
}

/** Rows that are read together stay together. */
const blocksApart = (streamed: Streamed, share: number, stream: Stream): E.Either<ElboError, Parts> => {
  const { length } = streamed.blocks
  if (length < 2) return E.left(dataError(`validation: ${length} block of data to train with cannot be divided`))
  const { kept, apart } = divide(length, share, stream)
  return E.right({
    train: streamedSplit(theseBlocks(streamed, kept)),
    validation: streamedSplit(theseBlocks(streamed, apart)),
  })
}

/**
 * Sets a share of the training data apart for validation, at least one datum, chosen by the seed; 0 sets none apart. Of data that stay in files it is a
 * share of the blocks. To be done once, on a
 * dataset as loaded.
 *
 * Errors    a share outside [0, 1); no data left to train with
 */
export const split = (dataset: Dataset, share: number, seed: number): E.Either<ElboError, Dataset> => {
  const { fields, train } = dataset
  if (!(share >= 0 && share < 1))
    return E.left(dataError(`validation: ${share} is not a share of the training data: 0 up to, not including, 1`))
  if (share === 0) return E.right(dataset)
  if (train.size < 2) return E.left(dataError(`validation: ${train.size} datum to train with cannot be divided`))
  const stream = validationStream(seed)
  if (train.streamed !== undefined)
    return E.map((parts: Parts) => ({ ...dataset, ...parts }))(blocksApart(train.streamed, share, stream))
  const { kept, apart } = divide(train.size, share, stream)
  return E.right({ ...dataset, train: rowsOf(fields, train, kept), validation: rowsOf(fields, train, apart) })
}
