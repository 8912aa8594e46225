import {
  asNumbers,
  type Batch,
  classesIn,
  classNames,
  type Field,
  type Fields,
  inOwnTerms,
  type NpzArray,
  type Tensor,
} from '../index.ts'

/** Tensors as the columns of a CSV file, or as the arrays of an npz file. */

/** One column for each number of a datum: the field's own names, or z_0, z_1, … or x_3_5. An axis of one number is not counted. */
export const columnNames = (name: string, shape: readonly number[], field: Field | undefined): readonly string[] => {
  if (field?.names !== undefined && shape.length === 1) return field.names
  const indices = shape
    .filter((extent) => extent > 1)
    .reduce<readonly string[]>(
      (known, extent) => known.flatMap((path) => Array.from({ length: extent }, (_, i) => `${path}_${i}`)),
      [''],
    )
  return indices.map((path) => `${name}${path}`)
}

const quoted = (text: string): string => (/[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)

/** Seven digits: all that single precision holds. */
const shown = (x: number): string => String(Number(x.toPrecision(7)))

/** Some columns, and what stands in them in a row. */
interface Block {
  readonly names: readonly string[]
  readonly cells: (row: number) => readonly string[]
}

/** A class is one column, of its name. */
const classBlock = (name: string, classes: readonly string[]): Block => ({
  names: [name],
  cells: (row) => [classes[row] ?? ''],
})

/** Probabilities of classes are a column for each, such as `kind_rain`. */
const numberBlock = (name: string, value: Tensor, field: Field | undefined): Block => {
  const names =
    field !== undefined && field.support === 'oneHot' && value.shape.length === 2
      ? classNames(field).map((known) => `${name}_${known}`)
      : columnNames(name, value.shape.slice(1), field)
  const { data } = inOwnTerms(field, value)
  return { names, cells: (row) => Array.from(data.subarray(row * names.length, (row + 1) * names.length), shown) }
}

/** What tensors hold: data and draws, in which a class is one-hot, or means, in which it is probabilities. */
export type Content = 'values' | 'means'

const classesOf = (field: Field | undefined, value: Tensor, content: Content): readonly string[] | undefined =>
  field === undefined || content === 'means' ? undefined : classesIn(field, value)

/** One line a datum, after a line of names; every tensor of the batch beside the others, in the data's own units, classes by name. */
export const csvOf = (batch: Batch, fields: Fields, content: Content = 'values'): string => {
  const blocks = [...batch].map(([name, value]) => {
    const field = fields[name]
    const classes = classesOf(field, value, content)
    return classes === undefined ? numberBlock(name, value, field) : classBlock(name, classes)
  })
  const count = [...batch.values()][0]?.shape[0] ?? 0
  const line = (cells: readonly string[]): string => cells.map(quoted).join(',')
  return [
    line(blocks.flatMap(({ names }) => names)),
    ...Array.from({ length: count }, (_, row) => line(blocks.flatMap(({ cells }) => cells(row)))),
    '',
  ].join('\n')
}

/**
 * The same as arrays for an npz file, under their names after `prefix`. A class is its name, or a number where all are called by numbers; beside
 * probabilities `classes/‹field›` names what they are of.
 */
export const arraysOf = (
  prefix: string,
  batch: Batch,
  fields: Fields,
  content: Content = 'values',
): readonly (readonly [string, NpzArray])[] =>
  [...batch].flatMap(([name, value]): readonly (readonly [string, NpzArray])[] => {
    const field = fields[name]
    const classes = classesOf(field, value, content)
    if (field === undefined || classes === undefined) {
      const numbers = [`${prefix}${name}`, inOwnTerms(field, value)] as const
      return field?.names !== undefined && field.support === 'oneHot'
        ? [numbers, [`classes/${name}`, field.names]]
        : [numbers]
    }
    const numbers = asNumbers(field, classes)
    return [[`${prefix}${name}`, numbers === undefined ? classes : { shape: [classes.length], data: numbers }]]
  })
