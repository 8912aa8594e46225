import type { Batch, Field, Tensor } from '../index.ts'

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

/** As the data were before they were standardised. */
const restored = (value: Tensor, field: Field | undefined): Tensor['data'] => {
  const standardization = field?.standardization
  if (standardization === undefined) return value.data
  const { mean, scale } = standardization
  return Float64Array.from(value.data, (x, i) => x * (scale[i % scale.length] ?? 1) + (mean[i % mean.length] ?? 0))
}

const quoted = (text: string): string => (/[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)

/** Seven digits: all that single precision holds. */
const shown = (x: number): string => String(Number(x.toPrecision(7)))

/** One line a datum, after a line of names; every tensor of the batch beside the others. */
export const csvOf = (batch: Batch, fields: Readonly<Record<string, Field>>): string => {
  const blocks = [...batch].map(([name, value]) => ({
    names: columnNames(name, value.shape.slice(1), fields[name]),
    data: restored(value, fields[name]),
  }))
  const count = [...batch.values()][0]?.shape[0] ?? 0
  const row = (i: number): string =>
    blocks
      .map(({ names, data }) => Array.from(data.subarray(i * names.length, (i + 1) * names.length), shown).join(','))
      .join(',')
  return [
    blocks
      .flatMap((b) => b.names)
      .map(quoted)
      .join(','),
    ...Array.from({ length: count }, (_, i) => row(i)),
    '',
  ].join('\n')
}
