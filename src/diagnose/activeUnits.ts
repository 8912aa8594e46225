import type { Tensor } from '../expr/Tensor.ts'

/**
 * Moments of each latent dimension's posterior mean over data, seen minibatch by minibatch.
 *
 * Numerics  updated datum by datum, so no two large numbers are subtracted
 * Source    Welford 1962, Technometrics 4(3)
 */
export interface Spread {
  readonly data: number
  readonly mean: readonly number[]
  /** sums of squared distances from the mean */
  readonly squares: readonly number[]
}

export const noSpread: Spread = { data: 0, mean: [], squares: [] }

/** With a minibatch of posterior means. Shapes  locations: [n, ...latent] */
export const spreadWith = (spread: Spread, locations: Tensor): Spread => {
  const [n = 0] = locations.shape
  const width = n === 0 ? 0 : locations.data.length / n
  const mean = Float64Array.from({ length: width }, (_, i) => spread.mean[i] ?? 0)
  const squares = Float64Array.from({ length: width }, (_, i) => spread.squares[i] ?? 0)
  for (let datum = 0; datum < n; datum++)
    for (let i = 0; i < width; i++) {
      const x = locations.data[datum * width + i] ?? 0
      const before = x - (mean[i] ?? 0)
      mean[i] = (mean[i] ?? 0) + before / (spread.data + datum + 1)
      squares[i] = (squares[i] ?? 0) + before * (x - (mean[i] ?? 0))
    }
  return { data: spread.data + n, mean: [...mean], squares: [...squares] }
}

/** The variance of each dimension over the data seen. */
export const variancesOf = ({ data, squares }: Spread): readonly number[] =>
  squares.map((sum) => (data === 0 ? 0 : sum / data))

/** What a dimension must exceed to be counted active. */
export interface Thresholds {
  /** of its posterior mean over the data; default 0.01 */
  readonly variance?: number
  /** its KL; default 0.01 */
  readonly nats?: number
}
const DEFAULTS: Required<Thresholds> = { variance: 0.01, nats: 0.01 }

/** Whether a dimension is in use, by each criterion and by both. */
export interface Activity {
  readonly activeByVariance: boolean
  readonly activeByKl: boolean
  readonly active: boolean
}

/**
 * The one answer to whether a latent dimension is active: its posterior mean moves with the data, and it costs nats. Either alone misleads: a mean
 * that never moves but lies off the prior costs nats and tells nothing; in a hierarchy a mean may move only because the prior's does. Where there
 * is no KL, as of an autoencoder, the mean alone decides.
 *
 *   A_u = Var_x(E_q(u|x)[u]) > 0.01 ∧ KL_u > 0.01
 *
 * Source    Burda, Grosse & Salakhutdinov 2016, arXiv:1509.00519, App. C (the variance)
 */
export const activityOf = (
  { variance, kl }: { readonly variance: number; readonly kl: number | undefined },
  thresholds: Thresholds = {},
): Activity => {
  const least = { ...DEFAULTS, ...thresholds }
  const activeByVariance = variance > least.variance
  const activeByKl = kl !== undefined && kl > least.nats
  return { activeByVariance, activeByKl, active: activeByVariance && (activeByKl || kl === undefined) }
}

/** How many dimensions are active, by each criterion and by both. */
export interface Counted {
  readonly active: number
  readonly byVariance: number
  /** 0 where there is no KL */
  readonly byKl: number
}
export const counted = (dimensions: readonly Activity[]): Counted => ({
  active: dimensions.filter((d) => d.active).length,
  byVariance: dimensions.filter((d) => d.activeByVariance).length,
  byKl: dimensions.filter((d) => d.activeByKl).length,
})

/**
 * How many of a latent's dimensions are in use; `variances` are those of the posterior means. A Categorical has as many dimensions as choices: the
 * variances of one choice's probabilities add up.
 */
export interface ActiveUnits {
  readonly dimensions: number
  /** by both measures */
  readonly active: number
  readonly byVariance: number
  /** null where the objective has no KL */
  readonly byKl: number | null
  readonly variances: readonly number[]
}

/** Sums over equal runs, so that there are `terms` of them; as they are where there is no saying. */
export const choicesOf = (variances: readonly number[], terms: number | undefined): readonly number[] => {
  if (terms === undefined || terms === 0 || variances.length % terms !== 0) return variances
  const run = variances.length / terms
  return Array.from({ length: terms }, (_, i) => variances.slice(i * run, (i + 1) * run).reduce((sum, v) => sum + v, 0))
}

/** What is in use of a latent with this spread of posterior means and these KL terms. */
export const activeUnits = (spread: Spread, kl: readonly number[] | undefined): ActiveUnits => {
  const variances = choicesOf(variancesOf(spread), kl?.length)
  const { active, byVariance, byKl } = counted(variances.map((variance, i) => activityOf({ variance, kl: kl?.[i] })))
  return { dimensions: variances.length, active, byVariance, byKl: kl === undefined ? null : byKl, variances }
}
