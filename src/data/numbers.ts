import * as E from 'fp-ts/lib/Either.js'
import { type FieldType, widthOf } from './Field.ts'

/** Numbers from outside: from JSON, or from a program that no one need have type-checked. Nothing is taken for a number that is none. */

/** A value as a message shows it. */
export const shown = (value: unknown): string => {
  if (typeof value === 'string') return `'${value}'`
  if (typeof value === 'bigint') return `${value}n`
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'function') return 'a function'
  return typeof value === 'object' && value !== null ? 'an object' : String(value)
}

/** Elements of a typed array are numbers, unless they are BigInts. */
export const isTyped = (value: unknown): value is Float32Array | Float64Array | Uint8Array =>
  ArrayBuffer.isView(value) &&
  !(value instanceof DataView || value instanceof BigInt64Array || value instanceof BigUint64Array)

/** More entries no array has. */
const isLength = (value: unknown): boolean =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < 2 ** 32

/** Whatever has a length and is no text. */
export const isList = (value: unknown): value is ArrayLike<unknown> =>
  typeof value === 'object' && value !== null && 'length' in value && isLength(value.length)

/** Which of a datum's numbers is meant, where there are several. */
const place = ({ shape, names }: FieldType & { readonly names?: readonly string[] }, i: number): string =>
  shape.length === 1 && names !== undefined ? `column '${names[i]}': ` : shape.some((d) => d > 1) ? `number ${i}: ` : ''

interface Stranger {
  readonly row: number
  readonly what: string
}

/** A list, row-major, as the numbers that it holds. Errors  the first that is not a number: its row, its place in it, what it is */
export const numbersIn = (
  field: FieldType & { readonly names?: readonly string[] },
  list: ArrayLike<unknown>,
): E.Either<Stranger, ArrayLike<number>> => {
  if (isTyped(list)) return E.right(list)
  const width = widthOf(field)
  const numbers: number[] = []
  for (let i = 0; i < list.length; i++) {
    const value = list[i]
    if (typeof value !== 'number')
      return E.left({ row: Math.floor(i / width), what: `${place(field, i % width)}${shown(value)} is not a number` })
    numbers.push(value)
  }
  return E.right(numbers)
}
