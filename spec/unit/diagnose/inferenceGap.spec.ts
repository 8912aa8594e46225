import { beforeAll, describe, expect, it } from 'vitest'
import {
  approximationGapOf,
  gaussianLogDensity,
  klToPosterior,
  marginalOf,
  posteriorPrecision,
} from '../../../src/diagnose/linearGaussian.ts'
import { inferenceGap, type InferenceGap, optimiseGuide } from '../../../src/diagnose/inferenceGap.ts'
import { outlierScores } from '../../../src/diagnose/outliers.ts'
import { messageOf, right } from '../either.ts'
import { openReference } from '../../../src/interp/reference/index.ts'
import { bestWeights, drawData, linearVae, openLinear, orthogonal, truth } from './linear.ts'
import { hierarchy } from './hierarchy.ts'

describe('the inference gap of a linear-Gaussian model', () => {
  const count = 12
  const data = drawData(truth, count, 7)
  const x = data.get('x')?.data ?? new Float64Array(0)
  const off = 0.2
  let gap: InferenceGap
  beforeAll(() => {
    gap = right(inferenceGap(linearVae, openLinear(truth, off), data, { steps: 200, bounds: 4000, importance: 2000 }))
  }, 60_000)

  it('has the exact approximation part, and amortisation what the encoder is off by', () => {
    const precision = posteriorPrecision(truth)
    // q's means are off by δ in both dimensions: ½ δᵀ Λ δ, and its variances are the best
    const amortisation = (off ** 2 / 2) * precision.sum()
    expect(gap.approximation.value).toBeCloseTo(approximationGapOf(truth), 1.8)
    expect(gap.amortisation.value).toBeCloseTo(amortisation, 1.8)
    expect(approximationGapOf(truth)).toBeGreaterThan(0.04)
    expect(amortisation).toBeGreaterThan(0.1)
    expect(gap.inference.value).toBeCloseTo(gap.approximation.value + gap.amortisation.value, 9)
  })

  it('ends, datum by datum, where the exact KL to the posterior is least', () => {
    const guide = right(optimiseGuide(linearVae, openLinear(truth, off), data, { steps: 200 }))
    const [loc, logScale] = [guide.optimised.get('z/loc')?.data, guide.optimised.get('z/logScale')?.data]
    const start = guide.amortised.get('z/loc')?.data
    for (let i = 0; i < count; i++) {
      const at = (values: Float32Array | Float64Array | undefined) => [values?.[2 * i] ?? 0, values?.[2 * i + 1] ?? 0]
      const datum = x.subarray(3 * i, 3 * i + 3)
      const variance = at(logScale).map((l) => Math.exp(2 * l))
      expect(klToPosterior(truth, datum, { loc: at(loc), variance })).toBeLessThan(approximationGapOf(truth) + 0.01)
      expect(klToPosterior(truth, datum, { loc: at(start), variance })).toBeGreaterThan(approximationGapOf(truth) + 0.1)
    }
  })

  it('knows log p(x)', () => {
    const density = gaussianLogDensity(marginalOf(truth))
    gap.logLikelihood.data.forEach((d, i) =>
      expect(Math.abs(d.logMean - density(x.subarray(3 * i, 3 * i + 3)))).toBeLessThan(6 * d.standardError),
    )
  })

  it('vanishes where the guide is the posterior', () => {
    const none = right(
      inferenceGap(linearVae, openLinear(orthogonal), data, { steps: 100, bounds: 100, importance: 100 }),
    )
    expect(Math.abs(none.amortisation.value)).toBeLessThan(0.01)
    expect(Math.abs(none.inference.value)).toBeLessThan(6 * none.inference.standardError + 0.01)
  })

  it('is regret, datum by datum', () => {
    const scores = right(outlierScores(linearVae, openLinear(truth, off), data, { steps: 200, bounds: 4000, seed: 0 }))
    scores.regret.forEach((r, i) => expect(r).toBeCloseTo((gap.optimised[i] ?? 0) - (gap.amortised[i] ?? 0), 6))
    scores.bound.forEach((b, i) => expect(b).toBeCloseTo(-(gap.amortised[i] ?? 0), 6))
  })

  it('is not asked of a guide whose latents hang together', () => {
    expect(messageOf(optimiseGuide(hierarchy, openReference(), data))).toBe(
      "only independent latents are optimised per datum, but the guide's 'b' depends on 'a'",
    )
    expect(bestWeights(truth).size).toBe(4)
  })
})
