import * as E from 'fp-ts/lib/Either.js'
import { dataError, type ElboError } from '../error.ts'
import { classesOf, widthOf, type FieldType, type Support } from './Field.ts'

interface Rule {
  readonly holds: (x: number) => boolean
  readonly allows: string
}

/** What a finite number must be. */
const rules: { readonly [S in Support]: Rule } = {
  real: { holds: () => true, allows: 'any finite number' },
  positive: { holds: (x) => x > 0, allows: 'numbers above 0' },
  unit: { holds: (x) => x >= 0 && x <= 1, allows: 'numbers in [0, 1]' },
  binary: { holds: (x) => x === 0 || x === 1, allows: '0 and 1' },
  oneHot: { holds: (x) => x === 0 || x === 1, allows: 'rows with a single 1, the rest 0' },
  count: { holds: (x) => x >= 0 && Number.isInteger(x), allows: 'whole numbers from 0 on' },
}

/** Whether single precision, in which data are kept, can hold it. */
export const isStored = (x: number): boolean => Number.isFinite(Math.fround(x))

/** Where values are not what their support allows, and in what. */
interface Flaw {
  readonly row: number
  /** within the row; absent where the whole of it is wrong */
  readonly column: number | undefined
  readonly what: string
}

/** The first of values that are row-major. */
export const flawIn = (type: FieldType, values: ArrayLike<number>): Flaw | undefined => {
  const { holds, allows } = rules[type.support]
  const width = widthOf(type)
  const flaw = (row: number, what: string, column?: number): Flaw => ({
    row,
    column,
    what: `${what}, but '${type.support}' allows ${allows}`,
  })
  for (let i = 0; i < values.length; i++) {
    const x = values[i] ?? NaN
    const what = isStored(x) || !Number.isFinite(x) ? String(x) : `${x} is beyond single precision`
    if (!isStored(x) || !holds(x)) return flaw(Math.floor(i / width), what, i % width)
  }
  return type.support === 'oneHot' ? flawInVectors(type, values, flaw) : undefined
}

/** The first vector along the last axis that does not have a single 1. */
const flawInVectors = (
  type: FieldType,
  values: ArrayLike<number>,
  flaw: (row: number, what: string) => Flaw,
): Flaw | undefined => {
  const [classes, vectors] = [classesOf(type), widthOf(type) / classesOf(type)]
  for (let from = 0; from < values.length; from += classes) {
    let ones = 0
    for (let i = from; i < from + classes; i++) ones += values[i] ?? 0
    const vector = from / classes
    const where = vectors === 1 ? '' : ` in vector ${vector % vectors} of ${vectors} along the last axis`
    if (ones !== 1) return flaw(Math.floor(vector / vectors), `${ones} ones${where}`)
  }
  return undefined
}

/**
 * Whether the values of a field, row-major from row `first` on, are what its support allows.
 *
 * Errors    the first that is not: its field, row, value, and what is allowed
 */
export const checkSupport = (
  name: string,
  type: FieldType,
  values: ArrayLike<number>,
  first = 0,
): E.Either<ElboError, void> => {
  const flaw = flawIn(type, values)
  return flaw === undefined
    ? E.right(undefined)
    : E.left(dataError(`field '${name}', row ${first + flaw.row}: ${flaw.what}`))
}
