import type { Tensor } from '../expr/Tensor.ts'

/** Data on the host in float64, a row each, row-major: what every estimate here is made from. */
export interface Rows {
  readonly count: number
  readonly width: number
  readonly data: Float64Array
}

/** Shapes  [n, ...rest] → n rows of the product of rest */
export const rowsOf = ({ shape, data }: Tensor): Rows => {
  const [count = 0] = shape
  return { count, width: count === 0 ? 0 : data.length / count, data: Float64Array.from(data) }
}

export const rowsFrom = (rows: readonly (readonly number[])[]): Rows => ({
  count: rows.length,
  width: rows[0]?.length ?? 0,
  data: Float64Array.from(rows.flat()),
})

export const emptyRows = (count: number, width: number): Rows => ({
  count,
  width,
  data: new Float64Array(count * width),
})

/** A view, not a copy. */
export const rowAt = ({ width, data }: Rows, i: number): Float64Array => data.subarray(i * width, (i + 1) * width)

export const columnAt = ({ count, width, data }: Rows, j: number): Float64Array =>
  Float64Array.from({ length: count }, (_, i) => data[i * width + j] ?? Number.NaN)

export const rowsAt = (rows: Rows, at: ArrayLike<number>): Rows => {
  const picked = emptyRows(at.length, rows.width)
  for (let i = 0; i < at.length; i++) picked.data.set(rowAt(rows, at[i] ?? 0), i * rows.width)
  return picked
}

/** One set of rows after another. */
export const stacked = (a: Rows, b: Rows): Rows => {
  const both = emptyRows(a.count + b.count, a.width)
  both.data.set(a.data)
  both.data.set(b.data, a.data.length)
  return both
}

export const columnMeans = (rows: Rows): Float64Array => {
  const means = new Float64Array(rows.width)
  for (let i = 0; i < rows.count; i++)
    for (let j = 0; j < rows.width; j++)
      means[j] = (means[j] ?? 0) + ((rows.data[i * rows.width + j] ?? 0) - (means[j] ?? 0)) / (i + 1)
  return means
}

export const squaredDistance = (a: Float64Array, b: Float64Array): number => {
  let sum = 0
  for (let i = 0; i < a.length; i++) {
    const d = (a[i] ?? 0) - (b[i] ?? 0)
    sum += d * d
  }
  return sum
}
