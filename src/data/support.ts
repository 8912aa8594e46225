import * as E from 'fp-ts/lib/Either.js'
import { dataError, type ElboError } from '../error.ts'
import { widthOf, type FieldType, type Support } from './Field.ts'

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
  const { holds, allows } = rules[type.support]
  const width = widthOf(type)
  const wrong = (row: number, what: string): E.Either<ElboError, never> =>
    E.left(dataError(`field '${name}', row ${first + row}: ${what}, but '${type.support}' allows ${allows}`))
  for (let i = 0; i < values.length; i++) {
    const x = values[i] ?? NaN
    if (!isStored(x))
      return wrong(Math.floor(i / width), Number.isFinite(x) ? `${x} is beyond single precision` : String(x))
    if (!holds(x)) return wrong(Math.floor(i / width), String(x))
  }
  return type.support === 'oneHot' ? checkRows(values, width, wrong) : E.right(undefined)
}

const checkRows = (
  values: ArrayLike<number>,
  width: number,
  wrong: (row: number, what: string) => E.Either<ElboError, never>,
): E.Either<ElboError, void> => {
  for (let row = 0; row * width < values.length; row++) {
    let ones = 0
    for (let i = row * width; i < (row + 1) * width; i++) ones += values[i] ?? 0
    if (ones !== 1) return wrong(row, `${ones} ones`)
  }
  return E.right(undefined)
}
