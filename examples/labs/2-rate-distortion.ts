import { pipe } from 'fp-ts/lib/function.js'
import {
  adam,
  curveViolations,
  dense,
  diagonalNormal,
  elbo,
  type Experiment,
  experiment,
  gaussian,
  given,
  inline,
  inspect,
  latent,
  model,
  observe,
  real,
  reconstructionByDimension,
  standardNormal,
  vae,
} from 'elbo-ts'
import { below, exceeds, type Findings, inSeeds, type Lab, normalStream, orThrow, seeded, withTrained } from './kit.ts'
import { plotSvg } from './picture.ts'

/**
 * Lab 2: rate and distortion. One model, trained at many β: what a nat of rate buys. The data are Normal and the net is linear, so the best
 * curve is known: reverse water-filling over the data's variances.
 */

const VARIANCES = [4, 2, 1, 0.5]
const WIDTH = VARIANCES.length
const SCALE = 0.5
const BETAS = [0.1, 0.3, 1, 3, 10]
const SEEDS = [1, 2, 3]

const next = normalStream(2)
const rows = Array.from({ length: 4000 }, () => VARIANCES.map((v) => Math.sqrt(v) * next()))

const at = (beta: number): Experiment =>
  experiment({
    name: `beta-${beta}`,
    vae: vae({
      model: pipe(
        model,
        latent('z', () => standardNormal(WIDTH)),
        observe('x', ({ z }) => pipe(z, dense(WIDTH), gaussian({ scale: SCALE }))),
      ),
      guide: pipe(
        given({ x: real(WIDTH) }),
        latent('z', ({ x }) => pipe(x, dense(2 * WIDTH), diagonalNormal(WIDTH))),
      ),
    }),
    objective: elbo({ beta }),
    data: inline({ fields: { x: { shape: [WIDTH], support: 'real', values: rows.flat() } }, holdOut: 0.25 }),
    optimizer: adam(1e-2),
    epochs: 40,
    batch: 100,
  })

const mean = (values: ArrayLike<number>): number => Array.from(values).reduce((sum, v) => sum + v / values.length, 0)

/**
 * The least rate at a mean squared error, for Normal data: each variance above the water level is cut down to it.
 *
 * Source  Cover & Thomas 2006, "Elements of Information Theory", §10.3.3
 */
const leastGaussianRate = (error: number): number => {
  let [low, high] = [0, Math.max(...VARIANCES)]
  for (let round = 0; round < 60; round++) {
    const level = (low + high) / 2
    if (VARIANCES.reduce((sum, v) => sum + Math.min(v, level), 0) < error) low = level
    else high = level
  }
  return VARIANCES.reduce((sum, v) => sum + Math.max(0, Math.log(v / low) / 2), 0)
}

const run = async (): Promise<Findings> => {
  const curves = await inSeeds(SEEDS, async (seed) => {
    const points = []
    for (const beta of BETAS)
      points.push(
        await withTrained(seeded(at(beta), seed), ({ vae, session, test }) => {
          const seen = orThrow(inspect(vae, session, test))
          const { x } = orThrow(reconstructionByDimension(vae, session, test))
          const distortion = -mean(seen.reconstruction)
          const error = (x?.squaredError ?? new Float64Array(0)).reduce((sum, e) => sum + e, 0)
          return { label: `${beta}`, distortion, error, rate: -mean(seen.bound) - distortion }
        }),
      )
    return points
  })
  const constant = WIDTH * Math.log(SCALE * Math.sqrt(2 * Math.PI))
  const scaled = curves.flat().map((p) => Math.abs(p.distortion - constant - p.error / (2 * SCALE ** 2)))
  // From the same latents the two are one number, but for rounding.
  const worst = curves.map(curveViolations)
  const pairs = curves.flatMap((points) => points.slice(1).map((p, i) => (points[i]?.rate ?? 0) - p.rate))
  return {
    claims: [
      exceeds('2', 'a larger β gives a smaller rate', pairs),
      below(
        '2',
        'the curve falls: the largest rise of D along R, nats',
        worst.map((v) => v.rise),
        0.2,
      ),
      below(
        '2',
        'the curve is convex: the furthest above its chords, nats',
        worst.map((v) => v.bump),
        0.2,
      ),
      below(
        '2',
        'a Gaussian decoder’s D is the scaled squared error and a constant: largest difference, nats',
        scaled,
        1e-3,
      ),
      exceeds(
        '2',
        'no point lies more than 0.2 nats below the rate–distortion function of the data: the lowest, nats above it',
        curves.map((points) => Math.min(...points.map((p) => p.rate - leastGaussianRate(p.error)))),
        -0.2,
      ),
      below(
        '2',
        'the best lie on it: β = 1 is off by less than 0.3 nats',
        curves.map((points) => {
          const p = points[BETAS.indexOf(1)]
          return p === undefined ? Infinity : p.rate - leastGaussianRate(p.error)
        }),
        0.3,
      ),
    ],
    picture: await plotSvg({
      title: 'Rate and distortion at β from 0.1 to 10, and the bound of the data',
      x: 'rate, nats a datum',
      y: 'squared error a datum',
      lines: true,
      points: [
        ...curves.flatMap((points, i) => points.map((p) => ({ x: p.rate, y: p.error, group: `seed ${SEEDS[i]}` }))),
        ...Array.from({ length: 40 }, (_, i) => {
          const y = 0.15 * (i + 1)
          return { x: leastGaussianRate(y), y, group: 'least rate' }
        }),
      ],
    }),
  }
}

export const rateDistortion: Lab = { name: '2-rate-distortion', title: 'Rate and distortion', run }
