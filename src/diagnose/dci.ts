import { meanOf, varianceOf } from './Estimate.ts'
import { columnAt, type Rows } from './Rows.ts'

/** Disentanglement, completeness, informativeness: all in [0, 1]. */
export interface Dci {
  /** does each code dimension speak of one factor? over dimensions, by their share of all importance */
  readonly disentanglement: number
  /** is each factor told by one dimension? over factors */
  readonly completeness: number
  /** how well the code tells the factors: R² on data that the fit did not see, at least 0 */
  readonly informativeness: number
  /** [dimensions, factors]: |weight| of standardised codes */
  readonly importance: Rows
}

const standardised = (column: Float64Array): Float64Array => {
  const [mean, scale] = [meanOf(column), Math.sqrt(varianceOf(column))]
  return column.map((x) => (scale > 0 ? (x - mean) / scale : 0))
}

const softened = (x: number, by: number): number => Math.sign(x) * Math.max(0, Math.abs(x) - by)

/**
 * Least absolute shrinkage: minimises ½ mean (y − Xw)² + penalty Σ|w| one coordinate at a time, over standardised columns.
 * Source  Friedman, Hastie & Tibshirani 2010, J. Statistical Software 33(1), eq. 5
 */
export const lasso = (
  columns: readonly Float64Array[],
  y: Float64Array,
  penalty: number,
  rounds = 200,
): Float64Array => {
  const weights = new Float64Array(columns.length)
  const left = Float64Array.from(y)
  for (let round = 0; round < rounds; round++) {
    let moved = 0
    for (const [j, column] of columns.entries()) {
      const before = weights[j] ?? 0
      let [dot, size] = [0, 0]
      column.forEach((x, i) => {
        dot += x * ((left[i] ?? 0) + before * x)
        size += x * x
      })
      const after = size === 0 ? 0 : softened(dot / y.length, penalty) / (size / y.length)
      if (after === before) continue
      column.forEach((x, i) => (left[i] = (left[i] ?? 0) + (before - after) * x))
      weights[j] = after
      moved = Math.max(moved, Math.abs(after - before))
    }
    if (moved < 1e-10) break
  }
  return weights
}

/** 1 less the entropy of shares, relative to that of equal ones: 1 where one has all, 0 where all are equal. */
const concentration = (values: Float64Array): number => {
  const total = values.reduce((sum, v) => sum + v, 0)
  if (total === 0 || values.length < 2) return total === 0 ? 0 : 1
  const entropy = values.reduce((sum, v) => (v > 0 ? sum - (v / total) * Math.log(v / total) : sum), 0)
  return 1 - entropy / Math.log(values.length)
}

/**
 * The code's importance for each factor is the absolute weight of a lasso regression from all its dimensions; the last third of the data is
 * kept to measure informativeness on. Factors are taken as numbers: one column a class for those that are not.
 *
 * Bias      the penalty shrinks weights, evenly, so shares hardly change; of a useless code informativeness is 0 but for noise of order 1/n
 * Source    Eastwood & Williams 2018, "A framework for the quantitative evaluation of disentangled representations", ICLR, §3
 */
export const dci = (codes: Rows, factors: Rows, penalty = 0.01): Dci => {
  const columns = Array.from({ length: codes.width }, (_, j) => standardised(columnAt(codes, j)))
  const fitted = Math.ceil((codes.count * 2) / 3)
  const importance = { count: codes.width, width: factors.width, data: new Float64Array(codes.width * factors.width) }
  const explained = Array.from({ length: factors.width }, (_, k) => {
    const y = standardised(columnAt(factors, k))
    const weights = lasso(
      columns.map((c) => c.subarray(0, fitted)),
      y.subarray(0, fitted),
      penalty,
    )
    weights.forEach((w, j) => (importance.data[j * factors.width + k] = Math.abs(w)))
    let [errors, squares] = [0, 0]
    for (let i = fitted; i < y.length; i++) {
      const told = columns.reduce((sum, c, j) => sum + (weights[j] ?? 0) * (c[i] ?? 0), 0)
      errors += ((y[i] ?? 0) - told) ** 2
      squares += (y[i] ?? 0) ** 2
    }
    return Math.max(0, 1 - errors / squares)
  })
  const byCode = Array.from({ length: codes.width }, (_, j) =>
    importance.data.subarray(j * factors.width, (j + 1) * factors.width),
  )
  const sums = byCode.map((row) => row.reduce((sum, v) => sum + v, 0))
  const all = sums.reduce((sum, v) => sum + v, 0)
  return {
    disentanglement:
      all === 0 ? 0 : byCode.reduce((sum, row, j) => sum + ((sums[j] ?? 0) / all) * concentration(row), 0),
    completeness: meanOf(Array.from({ length: factors.width }, (_, k) => concentration(columnAt(importance, k)))),
    informativeness: meanOf(explained),
    importance,
  }
}
