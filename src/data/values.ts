import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { dataError, type ElboError } from '../error.ts'
import { sizeOf, type Tensor } from '../expr/Tensor.ts'
import { type Field, type Fields, widthOf } from './Field.ts'
import { standardized, unstandardize } from './standardize.ts'
import { checkSupport } from './support.ts'

/**
 * Some data of one field, in their own terms (as in the file that a table was read from, not standardised): an entry a datum. An entry is a
 * row of numbers, row-major; a number, where a datum is one number or a class; or the name of a class. Or all of them as one tensor.
 */
export type Values = Tensor | readonly (ArrayLike<number> | number | string)[]

const isTensor = (values: Values): values is Tensor => 'shape' in values

const show = (shape: readonly number[]): string => `[${shape.join(', ')}]`

/** The class that an entry says, as a one-hot row. */
const classRow = (field: Field, entry: number | string): E.Either<string, readonly number[]> => {
  const width = widthOf(field)
  const k = typeof entry === 'string' ? (field.names?.indexOf(entry) ?? -1) : entry
  const known = field.names === undefined ? `0 to ${width - 1}` : field.names.join(', ')
  return Number.isInteger(k) && k >= 0 && k < width
    ? E.right(Array.from({ length: width }, (_, i) => (i === k ? 1 : 0)))
    : E.left(`'${entry}' is no class; there are ${known}`)
}

const rowOf = (field: Field, entry: ArrayLike<number> | number | string): E.Either<string, ArrayLike<number>> => {
  if (typeof entry === 'string' || (typeof entry === 'number' && field.support === 'oneHot'))
    return field.support === 'oneHot' ? classRow(field, entry) : E.left(`'${entry}' is no row of numbers`)
  const row = typeof entry === 'number' ? [entry] : entry
  return row.length === widthOf(field)
    ? E.right(row)
    : E.left(`${row.length} numbers, but a datum is ${widthOf(field)}: shape ${show(field.shape)}`)
}

const rowsIn = (name: string, field: Field, values: Values): E.Either<ElboError, readonly ArrayLike<number>[]> => {
  const width = widthOf(field)
  if (isTensor(values)) {
    const [count = 0, ...shape] = values.shape
    return sizeOf(shape) === width && values.data.length === count * width
      ? E.right(Array.from({ length: count }, (_, i) => values.data.subarray(i * width, (i + 1) * width)))
      : E.left(
          dataError(`field '${name}': a tensor ${show(values.shape)}, but it takes [n, ${field.shape.join(', ')}]`),
        )
  }
  return pipe(
    values,
    E.traverseReadonlyArrayWithIndex((i, entry) =>
      pipe(
        rowOf(field, entry),
        E.mapLeft((what) => dataError(`field '${name}', row ${i}: ${what}`)),
      ),
    ),
  )
}

/**
 * Data as a model reads them: checked against their field, standardised as the training data were.
 *
 * Errors    a row of another length, a class that there is not, a number that the support does not allow: with field and row
 */
export const tensorOf = (name: string, field: Field, values: Values): E.Either<ElboError, Tensor> => {
  const { standardization } = field
  return pipe(
    rowsIn(name, field, values),
    E.map((rows) => {
      const width = widthOf(field)
      const data = new Float32Array(rows.length * width)
      for (const [i, row] of rows.entries())
        data.set(standardization === undefined ? row : standardized(standardization, Array.from(row)), i * width)
      return { shape: [rows.length, ...field.shape], data }
    }),
    E.chainFirst(({ data }) => checkSupport(name, field, data)),
  )
}

/**
 * {@link tensorOf} for several fields of the same data.
 *
 * Errors    a name that is none of a field; fields of different numbers of data
 */
export const batchOf = (
  fields: Fields,
  values: Readonly<Record<string, Values>>,
): E.Either<ElboError, ReadonlyMap<string, Tensor>> =>
  pipe(
    Object.entries(values),
    E.traverseArray(([name, some]) => {
      const field = fields[name]
      return field === undefined
        ? E.left(dataError(`there is no field '${name}'; there are ${Object.keys(fields).join(', ')}`))
        : pipe(
            tensorOf(name, field, some),
            E.map((tensor) => [name, tensor] as const),
          )
    }),
    E.chain((tensors) => {
      const [first] = tensors
      const other = tensors.find(([, { shape }]) => shape[0] !== first?.[1].shape[0])
      return first === undefined || other === undefined
        ? E.right(new Map(tensors))
        : E.left(
            dataError(
              `field '${first[0]}' has ${first[1].shape[0]} data, but field '${other[0]}' has ${other[1].shape[0]}`,
            ),
          )
    }),
  )

/** What a model answers of a field, back in the data's own terms. */
export const inOwnTerms = (field: Field | undefined, tensor: Tensor): Tensor =>
  field?.standardization === undefined ? tensor : { shape: tensor.shape, data: unstandardize(field, tensor.data) }
