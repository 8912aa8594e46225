import * as E from 'fp-ts/lib/Either.js'
import { dataError, type ElboError } from '../error.ts'
import type { Tensor } from '../expr/Tensor.ts'
import { namesLike } from '../namesLike.ts'
import { binarizeDynamically } from './binarize.ts'
import {
  classesOf,
  strideOf,
  widthOf,
  type Column,
  type Dataset,
  type Field,
  type Fields,
  type Split,
  type Streamed,
} from './Field.ts'
import { permutation } from './seeds.ts'
import { lately, takeRows } from './streamed.ts'
import { binarizeStream, evaluateBinarizeStream, type Part, shuffleStream, windowStream } from './streams.ts'

/**
 * What dynamic binarisation draws from. To train, from a stream of each update, where pixel p of the b-th datum of a batch is sample
 * b · width + p. To evaluate, from one stream of the part of the data, where b is the row of the datum: whatever the size and the order of
 * batches, the binary pictures are the same.
 */
export type Draw =
  | { readonly tag: 'training'; readonly seed: number; readonly step: number }
  | { readonly tag: 'evaluation'; readonly seed: number; readonly part: Part }

export const training = (seed: number, step: number): Draw => ({ tag: 'training', seed, step })
/** `part` says which data the rows are of: equal rows of two parts are binarised apart. */
export const evaluation = (seed: number, part: Part = 'test'): Draw => ({ tag: 'evaluation', seed, part })

/** Writes the batch's numbers of one field, which are at these places in the column, into zeros; `rows` are the places in the split. */
type Decode = (
  out: Float32Array,
  column: Column,
  at: Uint32Array,
  field: Field,
  name: string,
  draw: Draw,
  rows: Uint32Array,
) => void

const scaled =
  (value: (stored: number) => number): Decode =>
  (out, column, at, field) => {
    const width = widthOf(field)
    for (let b = 0; b < at.length; b++) {
      const from = (at[b] ?? 0) * width
      for (let p = 0; p < width; p++) out[b * width + p] = value(column[from + p] ?? 0)
    }
  }

const decoders: { readonly [En in Field['encoding']]: Decode } = {
  value: (out, column, at, field) => {
    const width = widthOf(field)
    at.forEach((row, b) => out.set(column.subarray(row * width, (row + 1) * width), b * width))
  },
  grey: scaled((g) => g / 255),
  threshold: scaled((g) => (g >= 128 ? 1 : 0)),
  dynamic: (out, column, at, field, name, draw, rows) =>
    draw.tag === 'training'
      ? binarizeDynamically(out, column, at, widthOf(field), binarizeStream(draw.seed, draw.step, name), (b) => b)
      : binarizeDynamically(
          out,
          column,
          at,
          widthOf(field),
          evaluateBinarizeStream(draw.seed, draw.part, name),
          (b) => rows[b] ?? 0,
        ),
  class: (out, column, at, field) => {
    const [vectors, classes] = [strideOf(field), classesOf(field)]
    at.forEach((row, b) => {
      for (let v = 0; v < vectors; v++) out[(b * vectors + v) * classes + (column[row * vectors + v] ?? 0)] = 1
    })
  },
}

/** The rows from one up to another. */
export const range = (from: number, to: number): Uint32Array =>
  Uint32Array.from({ length: to - from }, (_, i) => from + i)

/** Numbers at rest, and where in them some rows are. */
const columnAt = (
  { columns, streamed }: Split,
  name: string,
  field: Field,
  rows: Uint32Array,
): { readonly column: Column; readonly at: Uint32Array } | undefined => {
  if (streamed?.reader.dtypes[name] !== undefined)
    return { column: takeRows(streamed, name, rows, strideOf(field)), at: range(0, rows.length) }
  const column = columns[name]
  return column === undefined ? undefined : { column, at: rows }
}

/**
 * The data at these rows of a split, field by field, as numbers.
 *
 * Shapes    rows: [n] → of each field [n, ...shape]
 * Errors    throws where data that stay in files cannot be read any more, or are not what their support allows
 */
export const gather = (fields: Fields, split: Split, rows: Uint32Array, draw: Draw): Map<string, Tensor> => {
  const batch = new Map<string, Tensor>()
  for (const [name, field] of Object.entries(fields)) {
    const found = columnAt(split, name, field, rows)
    if (found === undefined) continue
    const data = new Float32Array(rows.length * widthOf(field))
    decoders[field.encoding](data, found.column, found.at, field, name, draw, rows)
    batch.set(name, { shape: [rows.length, ...field.shape], data })
  }
  return batch
}

/** The fields that a model reads, so that nothing else is gathered. */
export const pick = (fields: Fields, names: readonly string[]): E.Either<ElboError, Fields> => {
  const missing = names.find((name) => fields[name] === undefined)
  return missing === undefined
    ? E.right(Object.fromEntries(Object.entries(fields).filter(([name]) => names.includes(name))))
    : E.left(dataError(`the data have no field '${missing}'; they have ${namesLike(missing, Object.keys(fields))}`))
}

/** The rows of a split that is in memory in the order that an epoch takes them. */
export const epochOrder = (split: Split, seed: number, epoch: number): Uint32Array =>
  permutation(split.size, shuffleStream(seed, epoch))

/**
 * The rows of data that stay in files, in the order that an epoch takes them: the blocks in an order of stream 'shuffle', and the rows of every
 * `window` of them in one of 'shuffle/window'. It is made as far as it is asked for.
 */
const streamedOrder = (streamed: Streamed, seed: number, epoch: number): Order => {
  const { blocks, starts, window } = streamed
  const order = permutation(blocks.length, shuffleStream(seed, epoch))
  const windows = batchesOf(order, window)
  const rowsOf = (at: number): readonly number[] =>
    Array.from(windows[at] ?? []).flatMap((i) => Array.from(range(starts[i] ?? 0, starts[i + 1] ?? 0)))
  const ends = new Float64Array(windows.length)
  windows.forEach((picked, w) => {
    ends[w] = picked.reduce((n, i) => n + (blocks[i]?.size ?? 0), w === 0 ? 0 : (ends[w - 1] ?? 0))
  })
  const shuffled = lately(2, (w) => {
    const rows = rowsOf(w)
    const place = permutation(rows.length, windowStream(seed, epoch * windows.length + w))
    return place.map((i) => rows[i] ?? 0)
  })
  return (from, to) => {
    const taken = new Uint32Array(to - from)
    for (let w = ends.findIndex((end) => end > from), at = from; at < to; w++) {
      const begin = w === 0 ? 0 : (ends[w - 1] ?? 0)
      const part = shuffled(w).subarray(at - begin, to - begin)
      taken.set(part, at - from)
      at += part.length
    }
    return taken
  }
}

/** From one place of an order up to another. */
type Order = (from: number, to: number) => Uint32Array

/** The rows that an epoch takes, part by part. */
export const epochRows = (split: Split, seed: number, epoch: number): Order => {
  if (split.streamed !== undefined) return streamedOrder(split.streamed, seed, epoch)
  const order = epochOrder(split, seed, epoch)
  return (from, to) => order.subarray(from, to)
}

/** All rows of a split, first to last. */
export const inOrder = (split: Split): Uint32Array => range(0, split.size)

/** Cuts an order into batches of `size`, a whole number from 1 on (checked with the settings of a run); the last may be short. */
export const batchesOf = (order: Uint32Array, size: number): readonly Uint32Array[] =>
  Array.from({ length: Math.ceil(order.length / size) }, (_, i) => order.subarray(i * size, (i + 1) * size))

/** The class of each datum of a split, where the data have one each: to colour or to sort pictures by. */
export const labelsOf = (dataset: Dataset, split: Split): Uint8Array | undefined => {
  const labelled = Object.entries(dataset.fields).find(
    ([, field]) => field.encoding === 'class' && strideOf(field) === 1,
  )
  const column = labelled === undefined ? undefined : columnAt(split, ...labelled, inOrder(split))?.column
  return column instanceof Uint8Array ? column : undefined
}
