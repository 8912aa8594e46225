import { type Batch, type Field, inOwnTerms, type Tensor } from '../index.ts'

/** Tensors as the columns of a CSV file. */

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
const classBlock = (name: string, { shape: [, classes = 1], data }: Tensor, { names }: Field): Block => ({
  names: [name],
  cells: (row) => {
    const k = data.subarray(row * classes, (row + 1) * classes).indexOf(1)
    return [names?.[k] ?? String(k)]
  },
})

const numberBlock = (name: string, value: Tensor, field: Field | undefined): Block => {
  const names = columnNames(name, value.shape.slice(1), field)
  const { data } = inOwnTerms(field, value)
  return { names, cells: (row) => Array.from(data.subarray(row * names.length, (row + 1) * names.length), shown) }
}

/** Probabilities of classes are no class. */
const isClass = (field: Field | undefined, { shape, data }: Tensor): field is Field =>
  field?.support === 'oneHot' && shape.length === 2 && data.every((v) => v === 0 || v === 1)

/** One line a datum, after a line of names; every tensor of the batch beside the others. */
export const csvOf = (batch: Batch, fields: Readonly<Record<string, Field>>): string => {
  const blocks = [...batch].map(([name, value]) => {
    const field = fields[name]
    return isClass(field, value) ? classBlock(name, value, field) : numberBlock(name, value, field)
  })
  const count = [...batch.values()][0]?.shape[0] ?? 0
  const line = (cells: readonly string[]): string => cells.map(quoted).join(',')
  return [
    line(blocks.flatMap(({ names }) => names)),
    ...Array.from({ length: count }, (_, row) => line(blocks.flatMap(({ cells }) => cells(row)))),
    '',
  ].join('\n')
}
