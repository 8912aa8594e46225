import { permutation } from '../data/seeds.ts'
import { quantile } from './Estimate.ts'
import { type Rows, rowAt, rowsAt, squaredDistance, stacked } from './Rows.ts'

/** Of two sets of data, whether one distribution made them. */
export interface TwoSampleTest {
  /** the unbiased estimate of MMD²; may be below 0 */
  readonly squared: number
  /** the kernel's: exp(−d² / 2 bandwidth²) */
  readonly bandwidth: number
  /** the share of random divisions with a discrepancy as large: uniform on its values where the distributions are one */
  readonly p: number
}

const SUBSET = 500

/** The median distance between two data. Source  Gretton et al. 2012, §8 */
export const medianDistance = (rows: Rows): number => {
  const n = Math.min(rows.count, SUBSET)
  const distances: number[] = []
  for (let i = 0; i < n; i++)
    for (let j = 0; j < i; j++) distances.push(squaredDistance(rowAt(rows, i), rowAt(rows, j)))
  return Math.sqrt(quantile(distances, 0.5))
}

/** All kernel values, [n, n]. */
const gram = (rows: Rows, bandwidth: number): Float64Array => {
  const n = rows.count
  const values = new Float64Array(n * n)
  for (let i = 0; i < n; i++)
    for (let j = 0; j <= i; j++) {
      const k = Math.exp(-squaredDistance(rowAt(rows, i), rowAt(rows, j)) / (2 * bandwidth ** 2))
      values[i * n + j] = k
      values[j * n + i] = k
    }
  return values
}

/** The first m of an order against the rest, from their kernel values. */
const squaredMmd = (kernel: Float64Array, order: Uint32Array, m: number): number => {
  const n = order.length
  let [within, across, other] = [0, 0, 0]
  for (let a = 0; a < n; a++) {
    const row = (order[a] ?? 0) * n
    for (let b = 0; b < a; b++) {
      const k = kernel[row + (order[b] ?? 0)] ?? 0
      if (a < m) within += k
      else if (b >= m) other += k
      else across += k
    }
  }
  const rest = n - m
  return (2 * within) / (m * (m - 1)) + (2 * other) / (rest * (rest - 1)) - (2 * across) / (m * rest)
}

/** MMD² between two sets, unbiased. */
export const meanDiscrepancy = (a: Rows, b: Rows, bandwidth: number): number =>
  squaredMmd(
    gram(stacked(a, b), bandwidth),
    Uint32Array.from({ length: a.count + b.count }, (_, i) => i),
    a.count,
  )

/**
 * A kernel two-sample test: the largest difference in mean that a function of the kernel's space can see, against random divisions of all the
 * data into two sets.
 *
 * Bias      none in MMD²; p is valid at any size, its least value 1 / (permutations + 1)
 * Cost      the square of all data, in memory and in each permutation
 * Source    Gretton, Borgwardt, Rasch, Schölkopf & Smola 2012, JMLR 13, eq. 3 (Lemma 6)
 */
export const twoSampleTest = (
  a: Rows,
  b: Rows,
  options: { readonly permutations?: number; readonly seed?: number; readonly bandwidth?: number } = {},
): TwoSampleTest => {
  const { permutations = 200, seed = 0 } = options
  const all = stacked(a, b)
  // Of all data in a random order, so that the subset is of both.
  const shuffled = permutation(all.count, { seed, step: 0, name: 'two-sample/subset' })
  const bandwidth = options.bandwidth ?? medianDistance(rowsAt(all, shuffled.subarray(0, SUBSET)))
  const kernel = gram(all, bandwidth)
  const identity = Uint32Array.from({ length: all.count }, (_, i) => i)
  const squared = squaredMmd(kernel, identity, a.count)
  let above = 0
  for (let step = 0; step < permutations; step++) {
    const order = permutation(all.count, { seed, step, name: 'two-sample' })
    if (squaredMmd(kernel, order, a.count) >= squared) above++
  }
  return { squared, bandwidth, p: (above + 1) / (permutations + 1) }
}
