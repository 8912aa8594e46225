import { type Estimate, estimateOf, logSumExp } from './Estimate.ts'
import { emptyRows, type Rows, rowAt } from './Rows.ts'

/**
 * What is kept of the densities of one draw zᵢ ~ q(z | xᵢ) a datum under all the posteriors: its own, and the sum of the n − 1 others, in
 * logarithms, jointly and for each coordinate alone.
 */
export interface CrossScores {
  readonly count: number
  /** log q(zᵢ | xᵢ) */
  readonly own: Float64Array
  /** log Σ_{j≠i} q(zᵢ | xⱼ) */
  readonly others: Float64Array
  readonly ownTerms: Rows
  readonly othersTerms: Rows
  /** log p(zᵢ), by coordinate */
  readonly prior: Rows
}

const sumOf = (values: Float64Array): number => values.reduce((sum, x) => sum + x, 0)

/** Scores of `count` draws, to be filled draw by draw with {@link scoreDraw}. */
export const noScores = (count: number, prior: Rows): CrossScores => ({
  count,
  own: new Float64Array(count),
  others: new Float64Array(count),
  ownTerms: emptyRows(count, prior.width),
  othersTerms: emptyRows(count, prior.width),
  prior,
})

/** Put in draw i. Shapes  logQ: [data, terms], the draw's density under every datum's posterior, by coordinate */
export const scoreDraw = (scores: CrossScores, i: number, logQ: Rows): void => {
  const joint = Float64Array.from({ length: logQ.count }, (_, j) => sumOf(rowAt(logQ, j)))
  const but = (values: Float64Array): Float64Array => values.filter((_, j) => j !== i)
  scores.own[i] = joint[i] ?? Number.NaN
  scores.others[i] = logSumExp(but(joint))
  for (let d = 0; d < logQ.width; d++) {
    const terms = Float64Array.from({ length: logQ.count }, (_, j) => logQ.data[j * logQ.width + d] ?? Number.NaN)
    scores.ownTerms.data[i * logQ.width + d] = terms[i] ?? Number.NaN
    scores.othersTerms.data[i * logQ.width + d] = logSumExp(but(terms))
  }
}

/**
 * How the aggregate posterior q(z) = 1/N Σ q(z | xⱼ) of a data set of N is estimated from n of its data, one of them the draw's own.
 *
 * - stratified   the own posterior weighs 1/N, the others share the rest: unbiased for q(z) at the draw; the weights sum to 1. At N = n it is
 *                the aggregate posterior of these n itself; at N = ∞ the own posterior is left out
 * - weighted     all weigh 1/(Nn), which sums to 1/N: what training on minibatches often uses, because log q(z) is then off by no more than
 *                log N, and by 0 where posteriors do not overlap
 *
 * Source    Chen, Li, Grosse & Duvenaud 2018, arXiv:1802.04942, §3 and App. C (there the last datum of the batch alone carries the rest)
 */
export interface Weighting {
  readonly scheme: 'stratified' | 'weighted'
  /** N */
  readonly dataset: number
}

/** The weights of the own posterior and of each other one. */
export const weightsOf = (
  { scheme, dataset }: Weighting,
  count: number,
): { readonly own: number; readonly other: number } =>
  scheme === 'weighted'
    ? { own: 1 / (dataset * count), other: 1 / (dataset * count) }
    : { own: 1 / dataset, other: (1 - 1 / dataset) / (count - 1) }

const mixed = (own: number, others: number, weights: { readonly own: number; readonly other: number }): number =>
  logSumExp([own + Math.log(weights.own), others + Math.log(weights.other)])

/**
 * The rate taken apart, in nats a datum:
 *
 *   rate = E KL(q(z|x) ‖ p(z)) = I_q(X; Z) + KL(q(z) ‖ p(z))            KL(q(z) ‖ p(z)) = total correlation + Σ_d KL(q(z_d) ‖ p(z_d))
 *
 * The second holds for priors of independent coordinates, as all here are given their parents.
 *
 * Bias      rate none. Under `stratified` at N = n, information, aggregateKl are unbiased for the aggregate posterior of these n data; of
 *           their population, information is too low, by at least what exceeds log n, and aggregateKl too high. Total correlation and
 *           dimensionKl: of order 1/n, with no sign. Under `weighted`, log q(z) is too low, by up to log N where posteriors overlap
 * Error     standard errors are those of the draws, given these data
 * Source    Hoffman & Johnson 2016, "ELBO surgery"; Chen et al. 2018, arXiv:1802.04942, eq. 2
 */
export interface AggregatePosterior {
  readonly count: number
  readonly weighting: Weighting
  readonly rate: Estimate
  readonly information: Estimate
  readonly aggregateKl: Estimate
  readonly totalCorrelation: Estimate
  readonly dimensionKl: Estimate
}

export const aggregatePosterior = (
  scores: CrossScores,
  weighting: Weighting = { scheme: 'stratified', dataset: scores.count },
): AggregatePosterior => {
  const { count, own, others, ownTerms, othersTerms, prior } = scores
  const weights = weightsOf(weighting, count)
  const each = (value: (i: number) => number): Float64Array => Float64Array.from({ length: count }, (_, i) => value(i))
  const logPrior = each((i) => sumOf(rowAt(prior, i)))
  const logAggregate = each((i) => mixed(own[i] ?? Number.NaN, others[i] ?? Number.NaN, weights))
  const logMarginals = each((i) => {
    const others = rowAt(othersTerms, i)
    return sumOf(rowAt(ownTerms, i).map((term, d) => mixed(term, others[d] ?? Number.NaN, weights)))
  })
  const difference = (a: Float64Array, b: Float64Array): Estimate =>
    estimateOf(a.map((x, i) => x - (b[i] ?? Number.NaN)))
  return {
    count,
    weighting,
    rate: difference(own, logPrior),
    information: difference(own, logAggregate),
    aggregateKl: difference(logAggregate, logPrior),
    totalCorrelation: difference(logAggregate, logMarginals),
    dimensionKl: difference(logMarginals, logPrior),
  }
}

/** Two estimates whose expectations enclose a number. */
export interface Bounds {
  readonly lower: Estimate
  readonly upper: Estimate
}

/**
 * I_q(X; Z) of the population that the data are a sample of, enclosed by nested Monte Carlo: the mixture with the own posterior bounds it from
 * below, the mixture without it from above. Both draw together as n grows.
 *
 * Range     the lower bound cannot exceed `ceiling` = log n: at it, the data are too few to tell
 * Source    Poole, Ozair, van den Oord, Alemi & Tucker 2019, arXiv:1905.06922, §2
 */
export const informationBounds = (scores: CrossScores): Bounds & { readonly ceiling: number } => ({
  lower: aggregatePosterior(scores).information,
  upper: aggregatePosterior(scores, { scheme: 'stratified', dataset: Infinity }).information,
  ceiling: Math.log(scores.count),
})
