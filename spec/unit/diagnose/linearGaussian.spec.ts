import { Matrix } from 'ml-matrix'
import { describe, expect, it } from 'vitest'
import { rowsFrom, rowsOf } from '../../../src/diagnose/Rows.ts'
import {
  approximationGapOf,
  gaussianLogDensity,
  klToPosterior,
  marginalOf,
  posteriorOf,
  posteriorPrecision,
} from '../../../src/diagnose/linearGaussian.ts'
import { linearGaussianOf } from '../../../src/diagnose/linearGaussianOf.ts'
import { principalComponents, projected, reconstructed } from '../../../src/diagnose/principalComponents.ts'
import { probabilisticPca } from '../../../src/diagnose/probabilisticPca.ts'
import { estimateOf } from '../../../src/diagnose/Estimate.ts'
import { messageOf, right } from '../either.ts'
import { tinyVae } from '../train/tiny.ts'
import { openReference } from '../../../src/interp/reference/index.ts'
import { initialValues } from '../../../src/train/initialize.ts'
import { vaeParams } from '../../../src/train/graphs.ts'
import { drawData, linearVae, openLinear, orthogonal, truth } from './linear.ts'

describe('the linear-Gaussian model', () => {
  const x = [0.7, -1.1, 0.4]

  it('has the density of one dimension by hand', () => {
    const one = { weights: new Matrix([[2]]), bias: Float64Array.of(1), noise: Float64Array.of(0.25) }
    const variance = 4 + 0.25
    expect(gaussianLogDensity(marginalOf(one))([3])).toBeCloseTo(
      -0.5 * (Math.log(2 * Math.PI * variance) + 4 / variance),
      12,
    )
    expect(posteriorOf(one, [3]).mean[0]).toBeCloseTo((2 * 2) / variance, 12)
    expect(posteriorOf(one, [3]).covariance.get(0, 0)).toBeCloseTo(0.25 / variance, 12)
  })

  it('holds log p(x) = log p(x | z) + log p(z) − log p(z | x) at any z', () => {
    const identity = { mean: new Float64Array(2), covariance: Matrix.eye(2) }
    for (const z of [
      [0, 0],
      [1.3, -0.4],
    ]) {
      const mean = truth.weights.mmul(Matrix.columnVector(z)).to1DArray()
      const likelihood = gaussianLogDensity({
        mean: truth.bias.map((b, i) => b + (mean[i] ?? 0)),
        covariance: Matrix.diag([...truth.noise]),
      })
      const split = likelihood(x) + gaussianLogDensity(identity)(z) - gaussianLogDensity(posteriorOf(truth, x))(z)
      expect(split).toBeCloseTo(gaussianLogDensity(marginalOf(truth))(x), 10)
    }
  })

  it('knows the KL to its posterior: 0 at the posterior, least at 1/Λ_dd', () => {
    const exact = posteriorOf(orthogonal, x)
    expect(klToPosterior(orthogonal, x, { loc: exact.mean, variance: exact.covariance.diagonal() })).toBeCloseTo(0, 12)
    expect(approximationGapOf(orthogonal)).toBeCloseTo(0, 12)
    const { mean } = posteriorOf(truth, x)
    const variance = posteriorPrecision(truth)
      .diagonal()
      .map((l) => 1 / l)
    const least = klToPosterior(truth, x, { loc: mean, variance })
    expect(least).toBeCloseTo(approximationGapOf(truth), 12)
    expect(least).toBeGreaterThan(0.01)
    for (const factor of [0.8, 1.25])
      expect(klToPosterior(truth, x, { loc: mean, variance: variance.map((v) => v * factor) })).toBeGreaterThan(least)
  })

  it('is read from a VAE whose decoder is affine, and from no other', () => {
    const model = right(linearGaussianOf(linearVae, openLinear(truth)))
    expect(Matrix.sub(model.weights, truth.weights).norm()).toBeLessThan(1e-12)
    expect([...model.noise]).toEqual([...truth.noise])
    const curved = tinyVae()
    const session = openReference()
    session.write(initialValues(vaeParams(curved), 1))
    expect(messageOf(linearGaussianOf(curved, session))).toContain("'x' is Bernoulli, not Normal")
  })
})

describe('principal components', () => {
  const rows = rowsOf(right1(drawData(truth, 4000, 1).get('x')))

  it('of four points on two axes, by hand', () => {
    const cross = rowsFrom([
      [3, 1],
      [-1, 1],
      [1, 2],
      [1, 0],
    ])
    const pca = principalComponents(cross)
    expect([...pca.mean]).toEqual([1, 1])
    expect([...pca.variances]).toEqual([2, 0.5].map((v) => expect.closeTo(v, 12)))
    expect(Math.abs(projected(pca, cross, 1).data[0] ?? 0)).toBeCloseTo(2, 12)
  })

  it('reconstruct with an error of exactly the variances left out', () => {
    const pca = principalComponents(rows)
    const back = reconstructed(pca, rows, 2)
    const error = back.data.reduce((sum, v, i) => sum + (v - (rows.data[i] ?? 0)) ** 2, 0) / rows.count
    expect(error).toBeCloseTo(pca.variances[2] ?? 0, 10)
  })

  it('give pPCA, whose likelihood is that of its own marginal, and higher than the truth’s', () => {
    const fitted = probabilisticPca(rows, 2)
    const mean = (density: (x: ArrayLike<number>) => number): number =>
      estimateOf(Array.from({ length: rows.count }, (_, i) => density(rows.data.subarray(i * 3, i * 3 + 3)))).value
    expect(mean(gaussianLogDensity(marginalOf(fitted.model)))).toBeCloseTo(fitted.logLikelihood, 9)
    expect(fitted.logLikelihood).toBeGreaterThan(mean(gaussianLogDensity(marginalOf(truth))))
    // 9 parameters more or less cost about 9 / 2n nats: far less than another model would
    expect(fitted.logLikelihood).toBeLessThan(mean(gaussianLogDensity(marginalOf(truth))) + 0.01)
  })
})

function right1<A>(value: A | undefined): A {
  if (value === undefined) throw new Error('missing')
  return value
}
