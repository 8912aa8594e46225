import type { Estimate } from './Estimate.ts'
import { principalComponents } from './principalComponents.ts'
import { type Rows, rowAt, squaredDistance } from './Rows.ts'

/** How many numbers linear reconstruction needs. */
export interface LinearDimension {
  readonly variances: Float64Array
  /** components for 90 %, 95 % and 99 % of the variance */
  readonly for90: number
  readonly for95: number
  readonly for99: number
  /** (Σ λ)² / Σ λ²: how many equal directions would spread the same */
  readonly participationRatio: number
}

/**
 * Bias      of curved data it counts the space they bend through, not their own dimension
 * Source    Jolliffe 2002, §6.1 (cumulative variance); Gao & Ganguli 2015, arXiv:1503.08779 (participation ratio)
 */
export const linearDimension = (rows: Rows): LinearDimension => {
  const { variances } = principalComponents(rows)
  const total = variances.reduce((sum, v) => sum + v, 0)
  const needed = (share: number): number => {
    let sum = 0
    return 1 + variances.findIndex((v) => (sum += v) >= share * total * (1 - 1e-12))
  }
  return {
    variances,
    for90: needed(0.9),
    for95: needed(0.95),
    for99: needed(0.99),
    participationRatio: total ** 2 / variances.reduce((sum, v) => sum + v * v, 0),
  }
}

/** Of every datum the ratio μ = r₂ / r₁ of the distances to its second and its first neighbour; without data that have a twin. */
export const neighbourRatios = (rows: Rows): Float64Array => {
  const ratios: number[] = []
  for (let i = 0; i < rows.count; i++) {
    let [first, second] = [Infinity, Infinity]
    for (let j = 0; j < rows.count; j++) {
      if (j === i) continue
      const d = squaredDistance(rowAt(rows, i), rowAt(rows, j))
      if (d < first) [first, second] = [d, first]
      else if (d < second) second = d
    }
    if (first > 0) ratios.push(Math.sqrt(second / first))
  }
  return Float64Array.from(ratios)
}

/**
 * The dimension of what data lie on, linear or curved, from μ alone: where the density hardly changes within the second neighbour's distance,
 * P(μ > t) = t^(−d). The maximum-likelihood estimate, corrected: d = (n − 1) / Σ log μᵢ over the n smallest μ's (censored at `trim`).
 *
 * Bias      none on a uniform density without noise; too low in high dimension (boundaries), too high where noise exceeds the distances
 * Error     d / √n
 * Source    Facco, d'Errico, Rodriguez & Laio 2017, Scientific Reports 7:12140 (μ, its law, leaving out the largest tenth);
 *           Johnson, Kotz & Balakrishnan 1994, §20.4 (the estimate)
 */
export const dimensionOfRatios = (ratios: ArrayLike<number>, trim = 0.1): Estimate => {
  const logs = Float64Array.from(ratios, (r) => Math.log(r)).sort()
  const kept = Math.max(2, Math.round(logs.length * (1 - trim)))
  const cut = logs[kept - 1] ?? Number.NaN
  // Exponential lifetimes censored at the last that is kept: those beyond have lived at least as long.
  const total = logs.subarray(0, kept).reduce((sum, l) => sum + l, 0) + (logs.length - kept) * cut
  const value = (kept - 1) / total
  return { value, standardError: value / Math.sqrt(kept) }
}

/** {@link dimensionOfRatios} of data. Cost  n² distances */
export const twoNN = (rows: Rows, trim = 0.1): Estimate => dimensionOfRatios(neighbourRatios(rows), trim)
