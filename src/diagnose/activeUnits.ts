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

/** A latent dimension is used if its posterior mean moves with the data by more than this variance. */
export const ACTIVE_VARIANCE = 0.01
/** … or, by the other measure, if it costs more than so many nats. */
export const ACTIVE_NATS = 0.01

/**
 * How many of a latent's dimensions are in use, by either measure; `variances` are those of the posterior means. A Categorical has as many
 * dimensions as choices: the variances of one choice's probabilities add up.
 */
export interface ActiveUnits {
  readonly dimensions: number
  readonly byVariance: number
  /** null where the objective has no KL */
  readonly byKl: number | null
  readonly variances: readonly number[]
}

/** Sums over equal runs, so that there are `terms` of them; as they are where there is no saying. */
const choicesOf = (variances: readonly number[], terms: number | undefined): readonly number[] => {
  if (terms === undefined || terms === 0 || variances.length % terms !== 0) return variances
  const run = variances.length / terms
  return Array.from({ length: terms }, (_, i) => variances.slice(i * run, (i + 1) * run).reduce((sum, v) => sum + v, 0))
}

/**
 *   A_u = Var_x(E_q(u|x)[u]) > 0.01
 *
 * Source    Burda, Grosse & Salakhutdinov 2016, arXiv:1509.00519, App. C
 */
export const activeUnits = (spread: Spread, kl: readonly number[] | undefined): ActiveUnits => {
  const variances = choicesOf(variancesOf(spread), kl?.length)
  return {
    dimensions: variances.length,
    byVariance: variances.filter((v) => v > ACTIVE_VARIANCE).length,
    byKl: kl === undefined ? null : kl.filter((nats) => nats > ACTIVE_NATS).length,
    variances,
  }
}
