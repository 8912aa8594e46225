import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { dataError, type ElboError } from '../error.ts'
import { namesLike } from '../namesLike.ts'
import { sizeOf, type Tensor } from '../expr/Tensor.ts'
import { classAt, classNames } from './classes.ts'
import { misfit } from './extents.ts'
import { classesOf, type Field, type Fields, widthOf } from './Field.ts'
import { isList, isTyped, numbersIn, shown } from './numbers.ts'
import { standardized, unstandardize } from './standardize.ts'
import { checkSupport } from './support.ts'

/** Numbers of one datum in lists as deep as it has axes. */
type Nested = readonly (number | Nested)[]

/**
 * Some data of one field, in their own terms (as in the file that a table was read from, not standardised): an entry a datum. An entry is a
 * row of numbers, row-major, or nested as its axes are; a number, where a datum is one; or the name of a class, which may be a number: 4 is
 * the class '4'. Or all of them as one tensor. Classes without names are called 0, 1, ….
 */
export type Values = Tensor | readonly (ArrayLike<number> | Nested | number | string)[]

const show = (shape: readonly number[]): string => `[${shape.join(', ')}]`

/** The numbers of one datum. */
const datumIn = (field: Field, list: ArrayLike<unknown>): E.Either<string, ArrayLike<number>> =>
  pipe(
    numbersIn(field, list),
    E.mapLeft(({ what }) => what),
  )

/** Deeper lists are those of no data, and may hold themselves. */
const DEEPEST = 32

/**
 * The extents of nested lists, by the first of each, down to the deepest; those of another length are found when they are flattened.
 */
const extentsIn = (list: ArrayLike<unknown>): readonly number[] => {
  const extents: number[] = []
  for (let at: unknown = list; isList(at) && extents.length <= DEEPEST; at = at[0]) extents.push(at.length)
  return extents
}

const flattened = (
  list: ArrayLike<unknown>,
  [length = 0, ...inner]: readonly number[],
): readonly unknown[] | undefined => {
  if (list.length !== length) return undefined
  if (inner.length === 0) return Array.from(list)
  const parts = Array.from(list, (part) => (isList(part) ? flattened(part, inner) : undefined))
  return parts.every((part) => part !== undefined) ? parts.flat() : undefined
}

/** Lists in lists have the extents of a datum. */
const nestedRow = (field: Field, entry: ArrayLike<unknown>): E.Either<string, ArrayLike<number>> => {
  const extents = extentsIn(entry)
  if (extents.length > DEEPEST)
    return E.left(`lists in more than ${DEEPEST} lists, but a datum is ${show(field.shape)}`)
  const flat = flattened(entry, extents)
  if (flat === undefined) return E.left(`lists of different lengths, but a datum is ${show(field.shape)}`)
  const advice = misfit([1, ...extents], field.shape)
  return advice === undefined
    ? datumIn(field, flat)
    : E.left(`lists of extents ${show(extents)}, but a datum is ${show(field.shape)}${advice}`)
}

/** The class that an entry says, as a one-hot row. */
const classRow = (field: Field, entry: number | string): E.Either<string, readonly number[]> => {
  const width = widthOf(field)
  if (classesOf(field) !== width)
    return E.left(
      `'${entry}' is one class, but a datum is ${show(field.shape)}: a 1 in each ${classesOf(field)} numbers`,
    )
  const at = classAt(field, entry)
  return at === undefined
    ? E.left(`'${entry}' is no class; there are ${namesLike(String(entry), classNames(field))}`)
    : E.right(Array.from({ length: width }, (_, i) => (i === at ? 1 : 0)))
}

const rowOf = (field: Field, entry: unknown): E.Either<string, ArrayLike<number>> => {
  if (field.support === 'oneHot' && (typeof entry === 'string' || typeof entry === 'number'))
    return classRow(field, entry)
  if (typeof entry === 'string') return E.left(`'${entry}' is no row of numbers`)
  const row = isList(entry) ? entry : [entry]
  if (isList(row[0])) return nestedRow(field, row)
  return row.length === widthOf(field)
    ? datumIn(field, row)
    : E.left(`${row.length} numbers, but a datum is ${widthOf(field)}: shape ${show(field.shape)}`)
}

const isTensor = (values: object): values is Tensor => 'shape' in values && 'data' in values
const isExtent = (d: unknown): boolean => typeof d === 'number' && Number.isSafeInteger(d) && d >= 0

const tensorRows = (
  name: string,
  field: Field,
  { shape, data }: Tensor,
): E.Either<ElboError, readonly ArrayLike<number>[]> => {
  const width = widthOf(field)
  const wrong = (what: string): E.Either<ElboError, never> => E.left(dataError(`field '${name}': ${what}`))
  if (!Array.isArray(shape) || !shape.every(isExtent) || !isTyped(data))
    return wrong('a tensor has a shape of whole numbers and, as data, a Float32Array or a Float64Array')
  const [count = 0] = shape
  const advice = misfit(shape, field.shape)
  if (advice !== undefined)
    return wrong(`a tensor ${show(shape)}, but it takes [n, ${field.shape.join(', ')}]${advice}`)
  return sizeOf(shape) === data.length && shape.length > 0
    ? E.right(Array.from({ length: count }, (_, i) => data.subarray(i * width, (i + 1) * width)))
    : wrong(`a tensor ${show(shape)} of ${data.length} numbers`)
}

const rowsIn = (name: string, field: Field, values: unknown): E.Either<ElboError, readonly ArrayLike<number>[]> => {
  if (typeof values === 'object' && values !== null && isTensor(values)) return tensorRows(name, field, values)
  if (!isList(values)) return E.left(dataError(`field '${name}': ${shown(values)} is no list of data`))
  return pipe(
    Array.from(values),
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
 * Errors    a row of another length or with other extents, something that is not a number, a class that there is not, a number that the support
 *           does not allow: with field and row
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

/** Values under the names of fields: a Map or a list has its entries elsewhere, and would be taken for nothing. */
const byName = (values: unknown): E.Either<ElboError, Readonly<Record<string, Values>>> => {
  const isPlain = typeof values === 'object' && values !== null && !(Symbol.iterator in values)
  // The values are looked at one by one.
  return isPlain
    ? E.right(values as Readonly<Record<string, Values>>)
    : E.left(
        dataError(`data are given by the names of their fields, as in { x: [[1, 2]] }, but this is ${shown(values)}`),
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
    byName(values),
    E.map(Object.entries<Values>),
    E.chain(
      E.traverseArray(([name, some]) => {
        const field = Object.hasOwn(fields, name) ? fields[name] : undefined
        return field === undefined
          ? E.left(dataError(`there is no field '${name}'; there are ${namesLike(name, Object.keys(fields))}`))
          : pipe(
              tensorOf(name, field, some),
              E.map((tensor) => [name, tensor] as const),
            )
      }),
    ),
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
