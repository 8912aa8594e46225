import * as E from 'fp-ts/lib/Either.js'
import { dataError, type ElboError } from '../error.ts'
import type { Tensor } from '../expr/Tensor.ts'
import { binarizeDynamically } from './binarize.ts'
import { widthOf, type Column, type Dataset, type Field, type Fields, type Split } from './Field.ts'
import { permutation } from './seeds.ts'

/**
 * What dynamic binarisation draws from. To train, from the stream (seed, step, 'binarize/x'), where pixel p of the b-th datum of a batch is
 * sample b · width + p. To evaluate, from (seed, 0, 'evaluate/binarize/x'), where b is the row of the datum: whatever the size and the order
 * of batches, the binary pictures are the same.
 */
export type Draw =
  | { readonly tag: 'training'; readonly seed: number; readonly step: number }
  | { readonly tag: 'evaluation'; readonly seed: number }

export const training = (seed: number, step: number): Draw => ({ tag: 'training', seed, step })
export const evaluation = (seed: number): Draw => ({ tag: 'evaluation', seed })

/** Writes the batch's numbers of one field into zeros. */
type Decode = (out: Float32Array, column: Column, rows: Uint32Array, width: number, name: string, draw: Draw) => void

const scaled =
  (value: (stored: number) => number): Decode =>
  (out, column, rows, width) => {
    for (let b = 0; b < rows.length; b++) {
      const from = (rows[b] ?? 0) * width
      for (let p = 0; p < width; p++) out[b * width + p] = value(column[from + p] ?? 0)
    }
  }

const decoders: { readonly [En in Field['encoding']]: Decode } = {
  value: (out, column, rows, width) =>
    rows.forEach((row, b) => out.set(column.subarray(row * width, (row + 1) * width), b * width)),
  grey: scaled((g) => g / 255),
  threshold: scaled((g) => (g >= 128 ? 1 : 0)),
  dynamic: (out, column, rows, width, name, draw) =>
    draw.tag === 'training'
      ? binarizeDynamically(
          out,
          column,
          rows,
          width,
          { seed: draw.seed, step: draw.step, name: `binarize/${name}` },
          (b) => b,
        )
      : binarizeDynamically(
          out,
          column,
          rows,
          width,
          { seed: draw.seed, step: 0, name: `evaluate/binarize/${name}` },
          (b) => rows[b] ?? 0,
        ),
  class: (out, column, rows, width) => rows.forEach((row, b) => (out[b * width + (column[row] ?? 0)] = 1)),
}

/**
 * The data at these rows of a split, field by field, as numbers.
 *
 * Shapes    rows: [n] → of each field [n, ...shape]
 */
export const gather = (fields: Fields, split: Split, rows: Uint32Array, draw: Draw): Map<string, Tensor> => {
  const batch = new Map<string, Tensor>()
  for (const [name, field] of Object.entries(fields)) {
    const column = split.columns[name]
    if (column === undefined) continue
    const width = widthOf(field)
    const data = new Float32Array(rows.length * width)
    decoders[field.encoding](data, column, rows, width, name, draw)
    batch.set(name, { shape: [rows.length, ...field.shape], data })
  }
  return batch
}

/** The fields that a model reads, so that nothing else is gathered. */
export const pick = (fields: Fields, names: readonly string[]): E.Either<ElboError, Fields> => {
  const missing = names.find((name) => fields[name] === undefined)
  return missing === undefined
    ? E.right(Object.fromEntries(Object.entries(fields).filter(([name]) => names.includes(name))))
    : E.left(dataError(`the data have no field '${missing}'; they have ${Object.keys(fields).join(', ')}`))
}

/** The rows of a split in the order that an epoch takes them. */
export const epochOrder = (split: Split, seed: number, epoch: number): Uint32Array =>
  permutation(split.size, { seed, step: epoch, name: 'shuffle' })

/** All rows of a split, first to last. */
export const inOrder = (split: Split): Uint32Array => Uint32Array.from({ length: split.size }, (_, row) => row)

/** Cuts an order into batches of `size`, a whole number from 1 on (checked with the settings of a run); the last may be short. */
export const batchesOf = (order: Uint32Array, size: number): readonly Uint32Array[] =>
  Array.from({ length: Math.ceil(order.length / size) }, (_, i) => order.subarray(i * size, (i + 1) * size))

/** The class of each datum of a split, where the data have classes: to colour or to sort pictures by. */
export const labelsOf = (dataset: Dataset, split: Split): Uint8Array | undefined => {
  const labelled = Object.entries(dataset.fields).find(([, field]) => field.encoding === 'class')
  const column = labelled === undefined ? undefined : split.columns[labelled[0]]
  return column instanceof Uint8Array ? column : undefined
}
