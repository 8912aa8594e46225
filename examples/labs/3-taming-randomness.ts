import { estimateOf } from 'elbo-ts'
import { exceeds, type Findings, type Lab, normalStream, often } from './kit.ts'
import { plotSvg } from './picture.ts'

/**
 * Lab 3: taming randomness. The gradient of E_q[log p(x | z)] in q's mean, estimated from single draws of z = μ + σ ε in two ways: through z (the
 * reparameterisation), and by the score function, log p(x | z) · ∇ log q(z). Both are right on average; the model is linear and Gaussian, so the
 * true gradient is known.
 *
 * Source  Williams 1992, "Simple statistical gradient-following algorithms" (score function, baseline); Kingma & Welling 2014, arXiv:1312.6114, §2.4
 */

const SEEDS = [1, 2, 3, 4, 5]
const DRAWS = 20_000
const OUTPUTS = 20
const SIGMA = 0.3
const LATENTS = [1, 2, 4, 8, 16]

/** A decoder x = W z + ε with unit noise, a datum from it, and a q near its posterior. */
const problem = (latents: number, seed: number) => {
  const next = normalStream(1000 * latents + seed)
  const weights = Array.from({ length: OUTPUTS }, () => Array.from({ length: latents }, next))
  const truth = Array.from({ length: latents }, next)
  const x = weights.map((w) => w.reduce((sum, v, k) => sum + v * (truth[k] ?? 0), next()))
  const loc = truth.map((z) => z + 0.2 * next())
  const residuals = (z: readonly number[]): readonly number[] =>
    weights.map((w, i) => (x[i] ?? 0) - w.reduce((sum, v, k) => sum + v * (z[k] ?? 0), 0))
  return {
    next,
    loc,
    logLikelihood: (z: readonly number[]): number =>
      residuals(z).reduce((sum, r) => sum - (r * r) / 2 - Math.log(2 * Math.PI) / 2, 0),
    /** ∂/∂z₀ */
    slope: (z: readonly number[]): number => residuals(z).reduce((sum, r, i) => sum + r * (weights[i]?.[0] ?? 0), 0),
  }
}

/** The gradient in μ₀: the truth, and many single-draw estimates of each kind. */
const estimates = (latents: number, seed: number) => {
  const { next, loc, logLikelihood, slope } = problem(latents, seed)
  const baseline = logLikelihood(loc)
  const through = new Float64Array(DRAWS)
  const score = new Float64Array(DRAWS)
  const withBaseline = new Float64Array(DRAWS)
  for (let i = 0; i < DRAWS; i++) {
    const epsilon = loc.map(() => next())
    const z = loc.map((m, k) => m + SIGMA * (epsilon[k] ?? 0))
    const value = logLikelihood(z)
    const scored = (epsilon[0] ?? 0) / SIGMA
    through[i] = slope(z)
    score[i] = value * scored
    withBaseline[i] = (value - baseline) * scored
  }
  const of = (values: Float64Array) => {
    const { value, standardError } = estimateOf(values)
    return { mean: value, standardError, variance: standardError ** 2 * DRAWS }
  }
  // log p is quadratic in z, so its mean slope is the slope at the mean
  return { exact: slope(loc), through: of(through), score: of(score), withBaseline: of(withBaseline) }
}

const orders = (a: number, b: number): number => Math.log10(a / b)

const run = async (): Promise<Findings> => {
  const results = LATENTS.map((latents) => ({ latents, seeds: SEEDS.map((seed) => estimates(latents, seed)) }))
  const all = results.flatMap((r) => r.seeds)
  const at = (latents: number) => results.find((r) => r.latents === latents)?.seeds ?? []
  const right = (kind: 'through' | 'score' | 'withBaseline'): readonly boolean[] =>
    all.map((e) => Math.abs(e[kind].mean - e.exact) < 6 * e[kind].standardError)
  return {
    claims: [
      often(
        '3',
        'through z: the mean is the true gradient, within 6 standard errors, every time',
        right('through'),
        all.length,
      ),
      often(
        '3',
        'by the score function: the mean is the true gradient, within 6 standard errors, every time',
        right('score'),
        all.length,
      ),
      exceeds(
        '3',
        'the score function’s variance is over 10 times that of the reparameterisation, at 1 latent; orders of magnitude',
        at(1).map((e) => orders(e.score.variance, e.through.variance)),
        1,
      ),
      exceeds(
        '3',
        '… and a baseline takes off some of it',
        at(1).map((e) => orders(e.score.variance, e.withBaseline.variance)),
      ),
      exceeds(
        '3',
        'with 16 latents the two are further apart; orders of magnitude',
        at(16).map((e, i) => {
          const one = at(1)[i]
          return (
            orders(e.withBaseline.variance, e.through.variance) -
            (one === undefined ? Infinity : orders(one.withBaseline.variance, one.through.variance))
          )
        }),
      ),
    ],
    picture: await plotSvg({
      title: 'Variance of one draw’s gradient, by the number of latents',
      x: 'log₂ latents',
      y: 'log₁₀ variance',
      lines: true,
      points: results.flatMap(({ latents, seeds }) => {
        const average = (kind: 'through' | 'score' | 'withBaseline'): number =>
          seeds.reduce((sum, e) => sum + Math.log10(e[kind].variance) / seeds.length, 0)
        const x = Math.log2(latents)
        return [
          { x, y: average('through'), group: 'through z' },
          { x, y: average('withBaseline'), group: 'score function, baseline' },
          { x, y: average('score'), group: 'score function' },
        ]
      }),
    }),
  }
}

export const tamingRandomness: Lab = { name: '3-taming-randomness', title: 'Taming randomness', run }
