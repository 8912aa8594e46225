import { pipe } from 'fp-ts/lib/function.js'
import {
  adam,
  dense,
  diagonalNormal,
  elbo,
  type Experiment,
  experiment,
  given,
  inline,
  inspect,
  latent,
  latentSummaries,
  learnedGaussian,
  model,
  observe,
  pruneAndMeasure,
  real,
  rowsFrom,
  standardNormal,
  tanh,
  twoNN,
  vae,
  warmUp,
} from 'elbo-ts'
import {
  below,
  exceeds,
  type Findings,
  inSeeds,
  type Lab,
  normalStream,
  often,
  orThrow,
  seeded,
  withTrained,
} from './kit.ts'
import { plotSvg } from './picture.ts'

/**
 * Lab 5: how many dimensions. Data of d dimensions, flat or bent, lie in a space of 20; the VAE has 8 latents. It should use d of them, and do
 * without the others.
 */

const WIDTH = 20
const LATENTS = 8
const NOISE = 0.1
const DRAWS = 10
const COUNT = 2000

/** d numbers, mapped into 20 by a fixed matrix, bent if asked, with a little noise. */
const planted = (d: number, curved: boolean, noise: number): readonly number[][] => {
  const next = normalStream(100 * d + (curved ? 1 : 0))
  const map = Array.from({ length: d * WIDTH }, () => next() / Math.sqrt(d))
  return Array.from({ length: COUNT }, () => {
    const z = Array.from({ length: d }, next)
    return Array.from({ length: WIDTH }, (_, j) => {
      const sum = z.reduce((s, v, k) => s + v * (map[k * WIDTH + j] ?? 0), 0)
      return (curved ? Math.tanh(1.5 * sum) + 0.3 * sum : sum) + noise * next()
    })
  })
}

const of = (rows: readonly number[][]): Experiment =>
  experiment({
    name: 'dimensions',
    vae: vae({
      model: pipe(
        model,
        latent('z', () => standardNormal(LATENTS)),
        observe('x', ({ z }) => pipe(z, dense(48), tanh, dense(WIDTH), learnedGaussian({ initial: 0.5 }))),
      ),
      guide: pipe(
        given({ x: real(WIDTH) }),
        latent('z', ({ x }) => pipe(x, dense(48), tanh, dense(2 * LATENTS), diagonalNormal(LATENTS))),
      ),
    }),
    objective: elbo({ beta: warmUp({ epochs: 10 }) }),
    data: inline({ fields: { x: { shape: [WIDTH], support: 'real', values: rows.flat() } } }),
    optimizer: adam(5e-3),
    epochs: 60,
    batch: 100,
  })

const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]

const run = async (): Promise<Findings> => {
  const cases = [
    { d: 2, curved: false },
    { d: 3, curved: true },
  ]
  const results = []
  for (const { d, curved } of cases) {
    const rows = planted(d, curved, NOISE)
    const base = of(rows)
    const seeds = await inSeeds(SEEDS, (seed) =>
      withTrained(seeded(base, seed), ({ vae, session, test }) => {
        const [z] = latentSummaries(orThrow(inspect(vae, session, test)))
        const dimensions = z?.dimensions ?? []
        const kept = dimensions.flatMap((u, i) => (u.active ? [i] : []))
        // Both bounds are measured with noise; of ten measurements each the difference is known to about 0.05 nats.
        const changes = Array.from(
          { length: DRAWS },
          (_, draw) => orThrow(pruneAndMeasure(vae, session, test, { z: kept }, { seed: draw })).change.value,
        )
        return { active: kept.length, dimensions, change: changes.reduce((sum, c) => sum + c / DRAWS, 0) }
      }),
    )
    results.push({
      d,
      name: `${d} ${curved ? 'bent' : 'flat'}`,
      seeds,
      measured: [0, 1, 2, 3].map(
        (quarter) => twoNN(rowsFrom(planted(d, curved, 0).slice(500 * quarter, 500 * (quarter + 1)))).value,
      ),
    })
  }
  return {
    claims: results.flatMap(({ d, name, seeds, measured }) => [
      often(
        '5',
        `${name} dimensions: active units are ${d} (of ${LATENTS}) on at least 9 of 10 seeds`,
        seeds.map((s) => s.active === d),
        9,
      ),
      exceeds('5', `${name} dimensions: TwoNN of the data without noise is above ${d - 0.4}`, measured, d - 0.4),
      below('5', `${name} dimensions: TwoNN of the data without noise is below ${d + 0.4}`, measured, d + 0.4),
      exceeds(
        '5',
        `${name} dimensions: the bound without the others, less the bound with them, is above −0.1 nats`,
        seeds.map((s) => s.change),
        -0.1,
      ),
    ]),
    picture: await plotSvg({
      title: 'KL of each latent dimension, the largest first, ten seeds',
      x: 'dimension',
      y: 'KL, nats a datum',
      lines: false,
      points: results.flatMap(({ name, seeds }) =>
        seeds.flatMap(({ dimensions }) =>
          dimensions
            .map((u) => u.kl.value)
            .sort((a, b) => b - a)
            .map((y, x) => ({ x: x + 1, y, group: name })),
        ),
      ),
    }),
  }
}

export const dimensions: Lab = { name: '5-dimensions', title: 'How many dimensions', run }
