import { pipe } from 'fp-ts/lib/function.js'
import { describe, expect, it } from 'vitest'
import {
  bernoulli,
  binary,
  categorical,
  dense,
  elbo,
  enumerate,
  estimateOf,
  full,
  given,
  gradientDraws,
  gradientEstimators,
  type GradientEstimator,
  latent,
  model,
  observe,
  vae,
} from 'elbo-ts'
import { posteriorPrecision } from '../../../src/diagnose/linearGaussian.ts'
import { columnAt, type Rows, rowsFrom } from '../../../src/diagnose/Rows.ts'
import type { Tensor } from '../../../src/expr/Tensor.ts'
import { openReference } from '../../../src/interp/reference/index.ts'
import { gradientGraph } from '../../../src/train/graphs.ts'
import { messageOf, right } from '../either.ts'
import { bestWeights, linearVae, openLinear, truth } from './linear.ts'

/** Gradients of a linear-Gaussian bound, whose means and variances are known; and of a discrete latent, whose bound is a sum. */

const DRAWS = 20_000
const OFF = 0.4
const tensor = (shape: readonly number[], values: readonly number[]): Tensor => ({
  shape,
  data: Float64Array.from(values),
})

const session = openLinear(truth, OFF)
const x = [0.7, -0.2, 1.1]
const datum = new Map([['x', tensor([1, 3], x)]])

// what the guide says of x, and the precision that the model's posterior has
const weights = bestWeights(truth, OFF)
const values = (name: string): readonly number[] => [...(weights.get(name)?.data ?? [])]
const [kernel, bias] = [values('guide/z/dense_0/kernel'), values('guide/z/dense_0/bias')]
const answers = [0, 1, 2, 3].map((o) => x.reduce((sum, v, i) => sum + v * (kernel[4 * i + o] ?? 0), bias[o] ?? 0))
const mean = answers.slice(0, 2)
const scale = answers.slice(2).map((logVariance) => Math.exp(logVariance / 2))
const precision = posteriorPrecision(truth)
const at = (d: number): number => mean[d] ?? Number.NaN
const residuals = (z: readonly number[]): readonly number[] =>
  x.map((v, j) => v - (truth.bias[j] ?? 0) - [0, 1].reduce((sum, d) => sum + truth.weights.get(j, d) * (z[d] ?? 0), 0))
const slope = (z: readonly number[]): readonly number[] =>
  [0, 1].map(
    (d) =>
      residuals(z).reduce((sum, r, j) => sum + (r * truth.weights.get(j, d)) / (truth.noise[j] ?? 0), 0) - (z[d] ?? 0),
  )
const exact: Readonly<Record<string, readonly number[]>> = {
  'guide/z/dense_0/bias': [
    ...slope(mean),
    ...[0, 1].map((d) => 0.5 - (precision.get(d, d) * (scale[d] ?? 0) ** 2) / 2),
  ],
  'model/x/dense_0/bias': residuals(mean).map((r, j) => r / (truth.noise[j] ?? 0)),
}

/** log p(x, z) − log q(z | x) */
const score = (z: readonly number[]): number => {
  const logNormal = (v: number, m: number, s: number): number =>
    -(((v - m) / s) ** 2) / 2 - Math.log(s * Math.sqrt(2 * Math.PI))
  return (
    residuals(z).reduce((sum, r, j) => sum + logNormal(r, 0, Math.sqrt(truth.noise[j] ?? 0)), 0) +
    z.reduce((sum, v, d) => sum + logNormal(v, 0, 1) - logNormal(v, at(d), scale[d] ?? 0), 0)
  )
}
/** E[g(ε)] of two standard normal numbers, by the trapezoid rule: exact to rounding for what is smooth. */
const expected = (g: (e: readonly [number, number]) => number): number => {
  const grid = Array.from({ length: 161 }, (_, i) => (i - 80) / 8)
  const weight = (e: number): number => Math.exp((-e * e) / 2) / Math.sqrt(2 * Math.PI) / 8
  return grid.reduce((sum, a) => sum + grid.reduce((row, c) => row + weight(a) * weight(c) * g([a, c]), 0), 0)
}

const drawsOf = (estimator: GradientEstimator, name: string): Rows =>
  right(gradientDraws(linearVae, session, datum, { estimator, draws: DRAWS })).get(name) ?? rowsFrom([])

describe('gradients from single draws', () => {
  it.each(gradientEstimators)('%s: right on average, within 6 standard errors', (estimator) => {
    for (const [name, wanted] of Object.entries(exact)) {
      const rows = drawsOf(estimator, name)
      for (const [j, value] of wanted.entries()) {
        const found = estimateOf(columnAt(rows, j))
        expect(Math.abs(found.value - value)).toBeLessThan(6 * found.standardError + 1e-9)
        // far from being right by chance: nothing is as wide as what it estimates
        expect(6 * found.standardError).toBeLessThan(1)
      }
    }
    expect(Math.abs(exact['guide/z/dense_0/bias']?.[0] ?? 0)).toBeGreaterThan(1)
  })

  it('scatter as much as they must', () => {
    const varianceOf = (estimator: GradientEstimator): number => {
      const { standardError } = estimateOf(columnAt(drawsOf(estimator, 'guide/z/dense_0/bias'), 0))
      return standardError ** 2 * DRAWS
    }
    const pathwise = [0, 1].reduce((sum, d) => sum + (precision.get(0, d) * (scale[d] ?? 0)) ** 2, 0)
    const byScore = (baseline: number): number => {
      const estimate = (e: readonly [number, number]): number =>
        (score([at(0) + (scale[0] ?? 0) * e[0], at(1) + (scale[1] ?? 0) * e[1]]) - baseline) * (e[0] / (scale[0] ?? 0))
      return expected((e) => estimate(e) ** 2) - expected(estimate) ** 2
    }
    // a variance of 20,000 Normal numbers is known to 1 %; products of them have tails three times as heavy
    expect(varianceOf('pathwise') / pathwise).toBeCloseTo(1, 1)
    expect(Math.abs(varianceOf('score') / byScore(0) - 1)).toBeLessThan(0.2)
    expect(Math.abs(varianceOf('scoreWithBaseline') / byScore(score(mean)) - 1)).toBeLessThan(0.2)
    expect(byScore(0)).toBeGreaterThan(2 * byScore(score(mean)))
  })

  it('of a minibatch are a mean over its data, each with its own ε', () => {
    const pair = new Map([['x', tensor([2, 3], [...x, ...x])]])
    const one = estimateOf(columnAt(drawsOf('pathwise', 'guide/z/dense_0/bias'), 0))
    const rows = right(gradientDraws(linearVae, session, pair, { estimator: 'pathwise', draws: DRAWS }))
    const two = estimateOf(columnAt(rows.get('guide/z/dense_0/bias') ?? rowsFrom([]), 0))
    expect((one.standardError / two.standardError) ** 2).toBeCloseTo(2, 0)
  })
})

describe('a discrete latent', () => {
  const choice = vae({
    model: pipe(
      model,
      latent('k', () => categorical(full(0, 3))),
      observe('x', ({ k }) => pipe(k, dense(1), bernoulli)),
    ),
    guide: pipe(
      given({ x: binary(1) }),
      latent('k', ({ x }) => pipe(x, dense(3), categorical, enumerate)),
    ),
  })
  const open = openReference()
  open.write(
    new Map([
      ['model/x/dense_0/kernel', tensor([3, 1], [-2, 0.5, 1.5])],
      ['model/x/dense_0/bias', tensor([1], [0])],
      ['guide/k/dense_0/kernel', tensor([1, 3], [-3, 1, 2])],
      ['guide/k/dense_0/bias', tensor([3], [1, 0, -1])],
    ]),
  )
  const data = new Map([['x', tensor([2, 1], [0, 1])]])

  it('has the gradient of the bound that sums over it', () => {
    const plan = right(open.prepare(gradientGraph(choice, elbo(), { stepsPerEpoch: 1, epochs: 1 }, 2)))
    const summed = plan.run({ data, scalars: { step: 0 }, seed: 0, step: 0 })
    for (const estimator of ['score', 'scoreWithBaseline'] as const) {
      const rows = right(gradientDraws(choice, open, data, { estimator, draws: DRAWS }))
      for (const [name, found] of rows)
        for (let j = 0; j < found.width; j++) {
          const { value, standardError } = estimateOf(columnAt(found, j))
          // training minimises: its gradient is that of −bound
          const wanted = -(summed.get(`gradient/${name}`)?.data[j] ?? Number.NaN)
          expect(Math.abs(value - wanted)).toBeLessThan(6 * standardError + 1e-9)
        }
    }
  })

  it('has no pathwise gradient, and that is said', () => {
    const refused = gradientDraws(choice, open, data, { estimator: 'pathwise', draws: 10 })
    expect(messageOf(refused)).toContain("latent 'k': Categorical is not reparameterised")
  })
})
