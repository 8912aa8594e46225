import { CholeskyDecomposition, Matrix } from 'ml-matrix'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  aggregatePosterior,
  type CrossScores,
  informationBounds,
  noScores,
  scoreDraw,
  weightsOf,
} from '../../../src/diagnose/aggregate.ts'
import { crossScores } from '../../../src/diagnose/crossScores.ts'
import { rowsFrom } from '../../../src/diagnose/Rows.ts'
import { right } from '../either.ts'
import { bestWeights, covarianceOfX, drawData, linearVae, openLinear, truth } from './linear.ts'

/** The model whose posterior the guide answers with: not the one that the data are from, so that its coordinates depend on each other. */
const guided = {
  ...truth,
  weights: new Matrix([
    [1.2, 0.9],
    [-0.3, 0.4],
    [0.5, 0.9],
  ]),
}

/** The guide is z ~ N(A x + a, S) and x ~ N(b, C), so the aggregate posterior of the population is N(A b + a, A C Aᵀ + S). */
const exact = (off: number) => {
  const weights = bestWeights(guided, off)
  const kernel = Matrix.from1DArray(3, 4, weights.get('guide/z/dense_0/kernel')?.data ?? [])
  const bias = weights.get('guide/z/dense_0/bias')?.data ?? []
  const a = kernel.subMatrix(0, 2, 0, 1).transpose()
  const noise = [2, 3].map((i) => Math.exp(bias[i] ?? 0))
  const covariance = a.mmul(covarianceOfX(truth)).mmul(a.transpose()).add(Matrix.diag(noise))
  const mean = a
    .mmul(Matrix.columnVector([...truth.bias]))
    .to1DArray()
    .map((m, d) => m + (bias[d] ?? 0))
  const symmetric = Matrix.add(covariance, covariance.transpose()).div(2)
  const logDet = new CholeskyDecomposition(symmetric).lowerTriangularMatrix
    .diagonal()
    .reduce((sum, l) => sum + 2 * Math.log(l), 0)
  const variances = covariance.diagonal()
  const logVariances = variances.reduce((sum, v) => sum + Math.log(v), 0)
  const information = (logDet - noise.reduce((sum, v) => sum + Math.log(v), 0)) / 2
  const aggregateKl = (covariance.trace() + mean.reduce((sum, m) => sum + m * m, 0) - 2 - logDet) / 2
  return {
    information,
    aggregateKl,
    rate: information + aggregateKl,
    totalCorrelation: (logVariances - logDet) / 2,
    dimensionKl: variances.reduce((sum, v, d) => sum + (v + (mean[d] ?? 0) ** 2 - 1 - Math.log(v)) / 2, 0),
  }
}

/** Each comparison allows 6 standard errors: a false alarm in 10⁹. */
const SIX = 6

describe('the aggregate posterior of a linear-Gaussian guide', () => {
  const count = 600
  let scores: CrossScores
  beforeAll(() => {
    scores = right(crossScores(linearVae, openLinear(guided, 0.3), drawData(truth, count, 5), { seed: 2 }))
  }, 60_000)

  it('has the closed forms: the information enclosed, the others within error and 1/n', () => {
    const wanted = exact(0.3)
    const bounds = informationBounds(scores)
    expect(bounds.lower.value - SIX * bounds.lower.standardError).toBeLessThan(wanted.information)
    expect(bounds.upper.value + SIX * bounds.upper.standardError).toBeGreaterThan(wanted.information)
    expect(bounds.upper.value - bounds.lower.value).toBeLessThan(0.05)
    const got = aggregatePosterior(scores)
    for (const key of ['rate', 'aggregateKl', 'totalCorrelation', 'dimensionKl'] as const)
      expect(Math.abs(got[key].value - wanted[key]), key).toBeLessThan(SIX * got[key].standardError + 0.02)
    // what a wrong sign or a missing term would make of it
    expect(wanted.totalCorrelation).toBeGreaterThan(0.02)
    expect(wanted.aggregateKl).toBeGreaterThan(0.05)
  })

  it('holds rate = I + KL(q(z) ‖ p), and that = total correlation + Σ dimension KL, exactly, however it is weighted', () => {
    for (const weighting of [
      { scheme: 'stratified', dataset: count },
      { scheme: 'stratified', dataset: Infinity },
      { scheme: 'weighted', dataset: 5000 },
    ] as const) {
      const a = aggregatePosterior(scores, weighting)
      expect(a.information.value + a.aggregateKl.value).toBeCloseTo(a.rate.value, 9)
      expect(a.totalCorrelation.value + a.dimensionKl.value).toBeCloseTo(a.aggregateKl.value, 9)
    }
  })

  it('of weighted minibatches has log q(z) too low by log N, and stratified ones do not', () => {
    const dataset = 60_000
    const mws = aggregatePosterior(scores, { scheme: 'weighted', dataset })
    const mss = aggregatePosterior(scores, { scheme: 'stratified', dataset })
    const full = aggregatePosterior(scores)
    expect(mws.information.value - full.information.value).toBeCloseTo(Math.log(dataset), 9)
    expect(mss.information.value - full.information.value).toBeLessThan(0.05)
  })
})

describe('scores of draws', () => {
  it('by hand, of two data and one dimension', () => {
    const scores = noScores(2, rowsFrom([[Math.log(0.5)], [Math.log(0.5)]]))
    scoreDraw(scores, 0, rowsFrom([[Math.log(0.8)], [Math.log(0.2)]]))
    scoreDraw(scores, 1, rowsFrom([[Math.log(0.2)], [Math.log(0.8)]]))
    const a = aggregatePosterior(scores)
    expect(a.information.value).toBeCloseTo(Math.log(0.8 / 0.5), 12)
    expect(a.aggregateKl.value).toBeCloseTo(0, 12)
    expect(a.totalCorrelation.value).toBeCloseTo(0, 12)
    expect(informationBounds(scores).upper.value).toBeCloseTo(Math.log(0.8 / 0.2), 12)
  })

  it('are 0 information of a guide that ignores x, and log n of one that never overlaps', () => {
    const n = 8
    const of = (own: number, other: number) => {
      const scores = noScores(n, rowsFrom(Array.from({ length: n }, () => [0])))
      for (let i = 0; i < n; i++)
        scoreDraw(scores, i, rowsFrom(Array.from({ length: n }, (_, j) => [i === j ? own : other])))
      return informationBounds(scores)
    }
    expect(of(-1, -1).lower.value).toBeCloseTo(0, 12)
    expect(of(-1, -1).upper.value).toBeCloseTo(0, 12)
    expect(of(-1, -1e5).lower.value).toBeCloseTo(Math.log(n), 12)
    expect(of(-1, -1e5).ceiling).toBeCloseTo(Math.log(n), 12)
  })

  it('are weighted so that a stratified batch’s weights sum to 1, and a weighted one’s to 1/N', () => {
    for (const dataset of [10, 1000, Infinity]) {
      const { own, other } = weightsOf({ scheme: 'stratified', dataset }, 10)
      expect(own + 9 * other).toBeCloseTo(1, 12)
      expect(own).toBe(1 / dataset)
    }
    const { own, other } = weightsOf({ scheme: 'weighted', dataset: 1000 }, 10)
    expect(own + 9 * other).toBeCloseTo(1 / 1000, 12)
  })
})
