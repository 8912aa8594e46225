import type { Tensor } from '../expr/Tensor.ts'
import { classesOf, type Field } from './Field.ts'

/**
 * The classes of a field, by name. Inside, a class is its place in the list of names; nothing outside sees that place where there are names. Classes
 * without names, such as the digits of MNIST, are called by their place: '0', '1', …
 */

const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i

/** A field whose datum is a class: one-hot, of one axis. */
export const isClass = (field: Field): boolean => field.support === 'oneHot' && field.shape.length === 1

/** What the classes are called, in order. */
export const classNames = (field: Field): readonly string[] =>
  field.names ?? Array.from({ length: classesOf(field) }, (_, k) => String(k))

/** Different names in the order that their classes have, whatever that of the rows: by size where all are numbers, else by the alphabet. */
export const inClassOrder = (names: readonly string[]): readonly string[] => {
  const different = [...new Set(names)].sort()
  return different.every((name) => DECIMAL.test(name)) ? different.sort((a, b) => Number(a) - Number(b)) : different
}

/** The place of a class. A number is the class of that name: 4 is '4', whichever place that has; where there is no '4' but a '4.0', that one. */
export const classAt = (field: Field, entry: string | number): number | undefined => {
  const names = classNames(field)
  const exact = names.indexOf(String(entry))
  if (exact >= 0) return exact
  const equal =
    typeof entry === 'string' ? [] : names.flatMap((n, k) => (DECIMAL.test(n) && Number(n) === entry ? [k] : []))
  return equal.length === 1 ? equal[0] : undefined
}

/**
 * The class of each datum, by name, of one-hot rows such as a batch or draws have them; undefined where a row is not one-hot, as probabilities are
 * not.
 *
 * For example   classesIn({ shape: [2], support: 'oneHot', encoding: 'class' }, { shape: [1, 2], data: Float32Array.of(0, 1) }) // => ['1']
 */
export const classesIn = (field: Field, { shape, data }: Tensor): readonly string[] | undefined => {
  const names = classNames(field)
  if (!isClass(field) || shape.length !== 2 || shape[1] !== names.length) return undefined
  const classes = Array.from({ length: shape[0] ?? 0 }, (_, row) => {
    const datum = data.subarray(row * names.length, (row + 1) * names.length)
    return datum.every((x) => x === 0 || x === 1) && datum.indexOf(1) === datum.lastIndexOf(1)
      ? names[datum.indexOf(1)]
      : undefined
  })
  return classes.every((name) => name !== undefined) ? classes : undefined
}

/** Names as numbers, where every class of the field is called by the usual decimal of one. */
export const asNumbers = (field: Field, names: readonly string[]): Float64Array | undefined =>
  classNames(field).every((name) => DECIMAL.test(name) && String(Number(name)) === name)
    ? Float64Array.from(names, Number)
    : undefined
