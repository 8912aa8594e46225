import { pipe } from 'fp-ts/lib/function.js'
import {
  adam,
  bernoulli,
  binary,
  collapseVerdict,
  concat,
  crossScores,
  cyclical,
  dense,
  diagonalNormal,
  elbo,
  type Expr,
  experiment,
  type Experiment,
  given,
  informationBounds,
  inline,
  inspect,
  latent,
  latentSummaries,
  model,
  observe,
  relu,
  standardNormal,
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
 * Lab 4: posterior collapse. Pictures of 16 pixels come from 8 prototypes with a few pixels wrong: about 2 nats are worth knowing. Four ways to
 * lose them, and four ways to have them back.
 */

const PIXELS = 16
const LATENTS = 4
const COUNT = 1500
const SEEDS = [1, 2, 3]

const next = normalStream(4)
const prototypes = Array.from({ length: 8 }, () => Array.from({ length: PIXELS }, () => (next() > 0 ? 1 : 0)))
const rows = Array.from({ length: COUNT }, (_, i) =>
  (prototypes[i % 8] ?? []).map((on) => (next() > 1.5 ? 1 - on : on)),
)

const values = rows.flat()

const guide = pipe(
  given({ x: binary(PIXELS) }),
  latent('z', ({ x }) => pipe(x, dense(32), relu, dense(2 * LATENTS), diagonalNormal(LATENTS))),
)
const plain = vae({
  model: pipe(
    model,
    latent('z', () => standardNormal(LATENTS)),
    observe('x', ({ z }) => pipe(z, dense(32), relu, dense(PIXELS), bernoulli)),
  ),
  guide,
})
/** A decoder that is given a copy of x has no need of z. */
const skipping = vae({
  model: pipe(
    given({ copy: binary(PIXELS) }),
    latent('z', () => standardNormal(LATENTS)),
    observe('x', ({ z, copy }: { z: Expr<[4]>; copy: Expr<[16]> }) =>
      pipe(z, concat(copy), dense(64), relu, dense(PIXELS), bernoulli),
    ),
  ),
  guide,
})

const common = { optimizer: adam(3e-3), epochs: 40, batch: 50 } as const
const data = inline({ fields: { x: { shape: [PIXELS], support: 'binary', values } } })
const withCopy = inline({
  fields: { x: { shape: [PIXELS], support: 'binary', values }, copy: { shape: [PIXELS], support: 'binary', values } },
})

interface Case {
  readonly name: string
  readonly collapses: boolean
  readonly experiment: Experiment
}
const cases: readonly Case[] = [
  {
    name: 'a skip from x',
    collapses: true,
    experiment: experiment({ ...common, vae: skipping, objective: elbo(), data: withCopy }),
  },
  {
    name: 'β = 20',
    collapses: true,
    experiment: experiment({ ...common, vae: plain, objective: elbo({ beta: 20 }), data }),
  },
  {
    name: 'the skip removed',
    collapses: false,
    experiment: experiment({ ...common, vae: plain, objective: elbo(), data }),
  },
  {
    name: 'β = 20, with free bits',
    collapses: false,
    experiment: experiment({ ...common, vae: plain, objective: elbo({ beta: 20, freeBits: 0.5 }), data }),
  },
  {
    name: 'warm-up',
    collapses: false,
    experiment: experiment({ ...common, vae: plain, objective: elbo({ beta: warmUp({ epochs: 10 }) }), data }),
  },
  {
    name: 'a cyclical schedule',
    collapses: false,
    experiment: experiment({ ...common, vae: plain, objective: elbo({ beta: cyclical({ cycles: 3 }) }), data }),
  },
]

const run = async (): Promise<Findings> => {
  const measured = []
  for (const c of cases)
    measured.push({
      ...c,
      seeds: await inSeeds(SEEDS, (seed) =>
        withTrained(seeded(c.experiment, seed), ({ vae, session, test }) => {
          const summaries = latentSummaries(orThrow(inspect(vae, session, test)))
          const information = informationBounds(orThrow(crossScores(vae, session, test)))
          return {
            kl: summaries.reduce((sum, s) => sum + s.kl.value, 0),
            information,
            verdict: collapseVerdict(summaries, information).verdict,
          }
        }),
      ),
    })
  return {
    claims: measured.flatMap(({ name, collapses, seeds }) =>
      collapses
        ? [
            below(
              '4',
              `${name}: KL falls to 0, nats`,
              seeds.map((s) => s.kl),
              0.1,
            ),
            below(
              '4',
              `${name}: I(X; Z) falls to 0, nats`,
              seeds.map((s) => s.information.upper.value),
              0.1,
            ),
            often(
              '4',
              `${name}: the verdict is full collapse`,
              seeds.map((s) => s.verdict === 'full'),
              SEEDS.length,
            ),
          ]
        : [
            exceeds(
              '4',
              `${name}: I(X; Z) is above 0.3 nats`,
              seeds.map((s) => s.information.lower.value),
              0.3,
            ),
            often(
              '4',
              `${name}: the verdict is not full collapse`,
              seeds.map((s) => s.verdict !== 'full'),
              SEEDS.length,
            ),
          ],
    ),
    picture: await plotSvg({
      title: 'KL and information, each case at three seeds',
      x: 'KL, nats a datum',
      y: 'I(X; Z), lower bound, nats',
      lines: false,
      points: measured.flatMap(({ name, seeds }) =>
        seeds.map((s) => ({ x: s.kl, y: s.information.lower.value, group: name })),
      ),
    }),
  }
}

export const collapse: Lab = { name: '4-collapse', title: 'Posterior collapse', run }
