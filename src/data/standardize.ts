import type { Field, Standardization } from './Field.ts'

/**
 * The mean and the standard deviation (of the population) of each of `width` features over some rows. A constant feature has scale 1, so
 * that standardising only centres it.
 *
 * Numerics  two passes, in double precision
 */
export const fitStandardization = (rows: readonly (readonly number[])[], width: number): Standardization => {
  const average = (of: (x: number, i: number) => number): number[] =>
    Array.from({ length: width }, (_, i) => rows.reduce((sum, row) => sum + of(row[i] ?? 0, i) / rows.length, 0))
  const mean = average((x) => x)
  const isConstant = (i: number): boolean => rows.every((row) => row[i] === rows[0]?.[i])
  const variance = average((x, i) => (x - (mean[i] ?? 0)) ** 2)
  return { mean, scale: variance.map((v, i) => (isConstant(i) || v === 0 ? 1 : Math.sqrt(v))) }
}

export const standardized = ({ mean, scale }: Standardization, row: readonly number[]): number[] =>
  row.map((x, i) => (x - (mean[i] ?? 0)) / (scale[i] ?? 1))

/**
 * Values of a field, such as a model's samples of it, in the units that the data came in; as they are where the field was not standardised.
 *
 * Shapes    values: any number of data, row-major
 */
export const unstandardize = (field: Field, values: ArrayLike<number>): Float64Array => {
  const { mean, scale } = field.standardization ?? { mean: [0], scale: [1] }
  return Float64Array.from(values, (x, i) => x * (scale[i % scale.length] ?? 1) + (mean[i % mean.length] ?? 0))
}

/**
 * log |d standardised / d value| of one datum: what to add to a log-density of standardised rows for one of the rows in their own units; 0 where
 * the field was not standardised.
 *
 *   log p(x) = log p((x − mean) / scale) − Σᵢ log scaleᵢ      Units nats
 */
export const logAbsDetJacobian = ({ standardization }: Field): number =>
  (standardization?.scale ?? []).reduce((sum, scale) => sum - Math.log(scale), 0)
