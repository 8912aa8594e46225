import { pipe } from 'fp-ts/lib/function.js'
import {
  columnAt,
  dense,
  estimateOf,
  gaussian,
  given,
  gradientDraws,
  type GradientEstimator,
  gradientEstimators,
  latent,
  model,
  normal,
  observe,
  openTarget,
  parameter,
  real,
  rowsFrom,
  type Session,
  standardNormal,
  vae,
} from 'elbo-ts'
import { exceeds, type Findings, type Lab, normalStream, often, orThrow } from './kit.ts'
import { plotSvg } from './picture.ts'

/**
 * Lab 3: taming randomness. The gradient of the bound in q's mean, estimated from single draws of z = μ + σ ε in two ways: through z (the
 * reparameterisation), and by the score function, (log p(x, z) − log q(z)) · ∇ log q(z). Both are graphs of one program; both are right on average.
 * The model is linear and Gaussian, so the true gradient is known.
 *
 * Source  Williams 1992, "Simple statistical gradient-following algorithms" (score function, baseline); Kingma & Welling 2014, arXiv:1312.6114, §2.4
 */

const SEEDS = [1, 2, 3, 4, 5]
const DRAWS = 10_000
const OUTPUTS = 20
const SIGMA = 0.3
const LATENTS = [1, 2, 4, 8, 16]

/** x = W z + ε with unit noise, and a q that is the same for all data: its mean is a parameter. */
const free = (latents: number) =>
  vae({
    model: pipe(
      model,
      latent('z', () => standardNormal(latents)),
      observe('x', ({ z }) => pipe(z, dense(OUTPUTS), gaussian({ scale: 1 }))),
    ),
    guide: pipe(
      given({ x: real(OUTPUTS) }),
      latent('z', () => normal(parameter(0, latents), SIGMA)),
    ),
  })
const LOC = 'guide/z/parameter_0/value'

/** Weights, a datum from them, and a mean near its posterior's: as tensors, and the gradient in that mean. */
const problem = (latents: number, seed: number) => {
  const next = normalStream(1000 * latents + seed)
  const weights = Array.from({ length: OUTPUTS }, () => Array.from({ length: latents }, next))
  const truth = Array.from({ length: latents }, next)
  const x = weights.map((w) => w.reduce((sum, v, k) => sum + v * (truth[k] ?? 0), next()))
  const loc = truth.map((z) => z + 0.2 * next())
  const residuals = weights.map((w, i) => (x[i] ?? 0) - w.reduce((sum, v, k) => sum + v * (loc[k] ?? 0), 0))
  const tensor = (shape: readonly number[], values: readonly number[]) => ({ shape, data: Float32Array.from(values) })
  return {
    parameters: new Map([
      [
        'model/x/dense_0/kernel',
        tensor(
          [latents, OUTPUTS],
          loc.flatMap((_, k) => weights.map((w) => w[k] ?? 0)),
        ),
      ],
      [
        'model/x/dense_0/bias',
        tensor(
          [OUTPUTS],
          weights.map(() => 0),
        ),
      ],
      [LOC, tensor([latents], loc)],
    ]),
    datum: new Map([['x', tensor([1, OUTPUTS], x)]]),
    // the bound is quadratic in z, so its mean slope is the slope at the mean
    exact: residuals.reduce((sum, r, i) => sum + r * (weights[i]?.[0] ?? 0), -(loc[0] ?? 0)),
  }
}

interface Estimates {
  readonly right: boolean
  readonly variance: number
}

/** The gradient in μ₀, from many single draws of each kind. */
const estimates = (session: Session, latents: number, seed: number): Readonly<Record<GradientEstimator, Estimates>> => {
  const { parameters, datum, exact } = problem(latents, seed)
  session.write(parameters)
  const of = (estimator: GradientEstimator): Estimates => {
    const drawn = orThrow(gradientDraws(free(latents), session, datum, { estimator, draws: DRAWS, seed }))
    const { value, standardError } = estimateOf(columnAt(drawn.get(LOC) ?? rowsFrom([]), 0))
    return { right: Math.abs(value - exact) < 6 * standardError, variance: standardError ** 2 * DRAWS }
  }
  return { pathwise: of('pathwise'), score: of('score'), scoreWithBaseline: of('scoreWithBaseline') }
}

const names: Readonly<Record<GradientEstimator, string>> = {
  pathwise: 'through z',
  score: 'score function',
  scoreWithBaseline: 'score function, baseline',
}
const orders = (a: Estimates, b: Estimates): number => Math.log10(a.variance / b.variance)

const run = async (): Promise<Findings> => {
  const { session } = orThrow(await openTarget('wasm')())
  const results = LATENTS.map((latents) => ({
    latents,
    seeds: SEEDS.map((seed) => estimates(session, latents, seed)),
  }))
  session.dispose()
  const all = results.flatMap((r) => r.seeds)
  const at = (latents: number) => results.find((r) => r.latents === latents)?.seeds ?? []
  const one = at(1)
  return {
    claims: [
      ...gradientEstimators.map((kind) =>
        often(
          '3',
          `${names[kind]}: the mean is the true gradient, within 6 standard errors, every time`,
          all.map((e) => e[kind].right),
          all.length,
        ),
      ),
      exceeds(
        '3',
        'the score function’s variance is over 10 times that of the reparameterisation, at 1 latent; orders of magnitude',
        one.map((e) => orders(e.score, e.pathwise)),
        1,
      ),
      exceeds(
        '3',
        '… and a baseline takes off some of it',
        one.map((e) => orders(e.score, e.scoreWithBaseline)),
      ),
      exceeds(
        '3',
        'with 16 latents the two are further apart; orders of magnitude',
        at(16).map((e, i) => {
          const single = one[i]
          return (
            orders(e.scoreWithBaseline, e.pathwise) -
            (single === undefined ? Infinity : orders(single.scoreWithBaseline, single.pathwise))
          )
        }),
      ),
    ],
    picture: await plotSvg({
      title: 'Variance of one draw’s gradient, by the number of latents',
      x: 'log₂ latents',
      y: 'log₁₀ variance',
      lines: true,
      points: results.flatMap(({ latents, seeds }) =>
        gradientEstimators.map((kind) => ({
          x: Math.log2(latents),
          y: seeds.reduce((sum, e) => sum + Math.log10(e[kind].variance) / seeds.length, 0),
          group: names[kind],
        })),
      ),
    }),
  }
}

export const tamingRandomness: Lab = { name: '3-taming-randomness', title: 'Taming randomness', run }
