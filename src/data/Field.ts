import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'

/** What the values of a field can be. */
export type Support = 'real' | 'positive' | 'unit' | 'binary' | 'oneHot' | 'count'

/** A field as the type of a program's input sees it. `shape` is that of one datum; an extent of type `number` is known once loaded. */
export interface FieldType {
  readonly shape: readonly number[]
  readonly support: Support
}
export type FieldTypes = Readonly<Record<string, FieldType>>

/**
 * How the numbers at rest become those of a batch.
 *
 * - `value`      as they are
 * - `grey`       0 … 255 → [0, 1]
 * - `threshold`  0 … 255 → 1 from 128 on, else 0
 * - `dynamic`    0 … 255 → 1 with probability grey / 255, drawn anew for every batch
 * - `class`      k → the one-hot vector of class k; one number for each vector along the last axis
 *
 * Source    (dynamic) Salakhutdinov & Murray 2008, "On the quantitative analysis of deep belief networks", ICML
 */
export type Encoding = 'value' | 'grey' | 'threshold' | 'dynamic' | 'class'

/** value = standardised · scale + mean, feature by feature. */
export interface Standardization {
  readonly mean: readonly number[]
  readonly scale: readonly number[]
}

/** Everything about a field but its numbers: plain data, kept with a run so that what the model says can be shown in the data's own terms. */
export interface Field extends FieldType {
  readonly encoding: Encoding
  /** of the features, or of the classes of a one-hot field */
  readonly names?: readonly string[]
  readonly standardization?: Standardization
}
export type Fields = Readonly<Record<string, Field>>

/** The numbers of a field, row-major; bytes stay bytes until a batch is gathered. */
export type Column = Uint8Array | Float32Array

/** Some data: of each field one column; or no columns, where they are too many to be in memory and stay in files. */
export interface Split {
  readonly size: number
  readonly columns: Readonly<Record<string, Column>>
  readonly streamed?: Streamed
}

/** Neighbouring rows, read together. */
export interface Block {
  readonly from: number
  readonly size: number
}

/** Files that rows are read from, as they are at rest. */
export interface RowReader {
  readonly dtypes: Readonly<Record<string, 'uint8' | 'float32'>>
  /** Of a field, the rows from a block's first on. Throws where a file is no longer what it was, or holds what its field does not allow. */
  readonly read: (name: string, block: Block) => Column
}

/**
 * Data that stay in files: some blocks of them, in an order. A row is numbered by its place among the blocks' rows. Of what is read only the
 * last is kept, so that memory does not grow with the data.
 */
export interface Streamed {
  readonly reader: RowReader
  readonly blocks: readonly Block[]
  /** the first row of each block, and the number of rows */
  readonly starts: Float64Array
  /** how many blocks an epoch shuffles together */
  readonly window: number
}

/** `validation` is empty until data are set aside for it. */
export interface Dataset {
  readonly fields: Fields
  readonly train: Split
  readonly validation: Split
  readonly test: Split
  /** what the user should know of the data, though they could be read */
  readonly notes?: readonly string[]
}

/** How many numbers a datum has in a batch. */
export const widthOf = (type: FieldType): number => type.shape.reduce((n, d) => n * d, 1)

/** The shape of a datum at rest: of classes, that of their numbers. */
export const shapeAtRest = ({ shape, encoding }: Field): readonly number[] =>
  encoding === 'class' ? shape.slice(0, -1) : shape

/** How many numbers a datum has at rest. */
export const strideOf = (field: Field): number => shapeAtRest(field).reduce((n, d) => n * d, 1)

/** How many classes a one-hot field has: they are along its last axis. */
export const classesOf = ({ shape }: FieldType): number => shape.at(-1) ?? 1

export const supportCodec: t.Type<Support, Support, unknown> = t.keyof({
  real: null,
  positive: null,
  unit: null,
  binary: null,
  oneHot: null,
  count: null,
})

/** A number of things: what every extent of a shape is. */
const isNatural = (n: number): boolean => Number.isSafeInteger(n) && n >= 1
const natural: t.Type<number, number, unknown> = t.refinement(t.number, isNatural, 'a whole number from 1 on')

export const fieldTypeCodec: t.Type<FieldType, unknown, unknown> = t.type(
  { shape: t.readonlyArray(natural), support: supportCodec },
  'a field’s type',
)

export const encodingCodec: t.Type<Encoding, Encoding, unknown> = t.keyof({
  value: null,
  grey: null,
  threshold: null,
  dynamic: null,
  class: null,
})

const fieldParts: t.Type<Field, unknown, unknown> = t.intersection([
  fieldTypeCodec,
  t.type({ encoding: encodingCodec }),
  t.partial({
    names: t.readonlyArray(t.string),
    standardization: t.type({ mean: t.readonlyArray(t.number), scale: t.readonlyArray(t.number) }),
  }),
])

/** What is wrong with a field by itself: a list that is not as long as a datum has numbers, a scale that cannot be divided by. */
const flawOf = (field: Field): string | undefined => {
  const { names, standardization } = field
  const lists = {
    names,
    'standardization.mean': standardization?.mean,
    'standardization.scale': standardization?.scale,
  }
  const width = widthOf(field)
  for (const [name, list] of Object.entries(lists))
    if (list !== undefined && list.length !== width)
      return `${name} has ${list.length} entries, but a datum of shape [${field.shape.join(', ')}] has ${width}`
  const odd = standardization?.scale.find((scale) => !(scale > 0))
  return odd === undefined ? undefined : `standardization.scale has ${odd}, but a scale is above 0`
}

const fieldCodec: t.Type<Field, unknown, unknown> = new t.Type(
  'a field',
  fieldParts.is,
  (u, context) =>
    E.chain((field: Field) => {
      const flaw = flawOf(field)
      return flaw === undefined ? t.success(field) : t.failure<Field>(u, context, flaw)
    })(fieldParts.validate(u, context)),
  t.identity,
)

/** For the run folder. */
export const fieldsCodec: t.Type<Fields, unknown, unknown> = t.record(t.string, fieldCodec)
