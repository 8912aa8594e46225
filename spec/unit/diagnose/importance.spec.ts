import { describe, expect, it } from 'vitest'
import { normals, uniforms } from '../../../src/diagnose/draws.ts'
import { logMeanExp, logSumExp, meanOf, quantile, varianceOf } from '../../../src/diagnose/Estimate.ts'
import { importanceEstimate } from '../../../src/diagnose/importance.ts'
import { gaussianLogDensity, marginalOf } from '../../../src/diagnose/linearGaussian.ts'
import { logLikelihood } from '../../../src/diagnose/logLikelihood.ts'
import { paretoK, paretoShape, reliable } from '../../../src/diagnose/paretoK.ts'
import { right, messageOf } from '../either.ts'
import { drawData, linearVae, openLinear, orthogonal, truth } from './linear.ts'

describe('importance weights', () => {
  it('by hand: two of weight 1 and 3', () => {
    const e = importanceEstimate(Float64Array.of(0, Math.log(3)))
    expect(e.logMean).toBeCloseTo(Math.log(2), 12)
    expect(e.effectiveSamples).toBeCloseTo(16 / 10, 12)
    expect(e.standardError).toBeCloseTo(Math.SQRT2 / 2 / Math.SQRT2, 12)
  })

  it('that are equal are exact, wherever they lie', () => {
    const e = importanceEstimate(new Float64Array(100).fill(-2000))
    expect(e.logMean).toBeCloseTo(-2000, 9)
    expect(e.standardError).toBeCloseTo(0, 12)
    expect(e.effectiveSamples).toBeCloseTo(100, 9)
    expect(e.paretoK).toBe(-Infinity)
  })

  it('of log-normal weights have their mean, error and effective samples', () => {
    const sigma = 0.8
    const n = 100_000
    const e = importanceEstimate(normals(n, { seed: 1, step: 0, name: 'w' }).map((z) => sigma * z))
    expect(Math.abs(e.logMean - sigma ** 2 / 2)).toBeLessThan(6 * e.standardError)
    expect(e.standardError * Math.sqrt(n)).toBeCloseTo(Math.sqrt(Math.exp(sigma ** 2) - 1), 1)
    expect(e.effectiveSamples / n).toBeCloseTo(Math.exp(-(sigma ** 2)), 1)
  })
})

describe('Pareto k̂', () => {
  const n = 4000
  /** The quantiles of a generalised Pareto of shape k: a sample without noise. */
  const quantiles = (k: number): Float64Array =>
    Float64Array.from({ length: n }, (_, i) => {
      const p = (i + 0.5) / n
      return Math.abs(k) < 1e-9 ? -Math.log1p(-p) : ((1 - p) ** -k - 1) / k
    })

  it.each([-0.3, 0, 0.3, 0.7, 1.2])('is the shape of exact quantiles: %f', (k) => {
    // the prior of 10 in 4000 pulls by at most 0.003; the missing extremes of quantiles by a little more
    expect(Math.abs(paretoShape(quantiles(k)) - k)).toBeLessThan(0.03)
    expect(paretoShape(quantiles(k).map((x) => 1e-200 * x))).toBeCloseTo(paretoShape(quantiles(k)), 6)
  })

  it.each([0.36, 0.7, 0.9])('of a Normal proposal of variance %f for a standard Normal is 1 − variance', (v) => {
    // P(w > t) falls as t^(−1/(1 − v)), up to a logarithm
    const z = normals(200_000, { seed: 3, step: 0, name: 'z' }).map((x) => x * Math.sqrt(v))
    const k = paretoK(z.map((x) => (x * x) / (2 * v) - (x * x) / 2))
    expect(Math.abs(k - (1 - v))).toBeLessThan(0.15)
  })

  it('looks at the largest fifth of few weights, at 3√n of many', () => {
    const tailOf = (size: number, tail: number): Float64Array =>
      Float64Array.from({ length: size }, (_, i) =>
        i < size - tail ? -i / size : Math.log(1 + 2 * (i - size + tail + 1) ** 2),
      )
    for (const [size, tail] of [
      [50, 10],
      [10_000, 300],
    ] as const) {
      const logs = tailOf(size, tail)
      const peak = Math.max(...logs)
      const cut = Math.exp(Float64Array.from(logs).sort()[size - tail - 1] ?? 0)
      const exceedances = logs.slice(size - tail).map((l) => Math.exp(l - peak) - cut / Math.exp(peak))
      expect(paretoK(logs)).toBeCloseTo(paretoShape(exceedances), 9)
    }
  })

  it('is above 0.7 where the variance does not exist, and then not relied upon', () => {
    const z = normals(4000, { seed: 4, step: 0, name: 'z' }).map((x) => x * 0.3)
    const k = paretoK(z.map((x) => (x * x) / 0.18 - (x * x) / 2))
    expect(k).toBeGreaterThan(0.7)
    expect(reliable(k, 4000)).toBe(false)
    expect(reliable(0.5, 4000)).toBe(true)
    expect(reliable(0.6, 100)).toBe(false)
  })
})

describe('log p(x) by importance sampling', () => {
  const data = drawData(truth, 20, 1)
  const x = data.get('x')?.data ?? new Float64Array(0)
  const exactOf = (m: typeof truth) => {
    const density = gaussianLogDensity(marginalOf(m))
    return Array.from({ length: 20 }, (_, i) => density(x.subarray(3 * i, 3 * i + 3)))
  }

  it('is exact with one sample where the guide is the posterior', () => {
    const exact = exactOf(orthogonal)
    const got = right(logLikelihood(linearVae, openLinear(orthogonal), data, { samples: 2 }))
    got.data.forEach((d, i) => expect(d.logMean).toBeCloseTo(exact[i] ?? 0, 9))
    expect(got.unreliable).toBe(0)
  })

  it('is within its standard errors of the exact one, and never far above', () => {
    const exact = exactOf(truth)
    const got = right(logLikelihood(linearVae, openLinear(truth, 0.5), data, { samples: 1030, seed: 3 }))
    got.data.forEach((d, i) => {
      expect(d.samples).toBe(1030)
      expect(Math.abs(d.logMean - (exact[i] ?? 0))).toBeLessThan(6 * d.standardError + 0.01)
    })
    // z-scores of the right size: errors are neither far too small nor too large
    const scores = got.data.map((d, i) => (d.logMean - (exact[i] ?? 0)) / d.standardError)
    expect(Math.sqrt(meanOf(scores.map((s) => s * s)))).toBeLessThan(2)
    expect(Math.sqrt(meanOf(scores.map((s) => s * s)))).toBeGreaterThan(0.5)
    expect(got.bias).toBeLessThan(0)
  })

  it('says what is missing', () => {
    expect(
      messageOf(
        logLikelihood(linearVae, openLinear(truth), new Map([['y', data.get('x') ?? { shape: [], data: x }]]), {
          samples: 2,
        }),
      ),
    ).toContain("'x'")
  })
})

describe('estimates', () => {
  it('by hand', () => {
    expect(meanOf([1, 2, 6])).toBeCloseTo(3, 12)
    expect(varianceOf([1, 2, 6])).toBeCloseTo(7, 12)
    expect(logSumExp([])).toBe(-Infinity)
    expect(logSumExp([-Infinity, -1000, -1000])).toBeCloseTo(-1000 + Math.log(2), 12)
    expect(logMeanExp([1000, 1000])).toBeCloseTo(1000, 12)
    expect(quantile([4, 1, 3, 2], 0.5)).toBe(2.5)
    expect(meanOf(uniforms(10_000, { seed: 0, step: 0, name: 'u' }))).toBeCloseTo(0.5, 1)
  })
})
