import { pipe } from 'fp-ts/lib/function.js'
import { describe, expect, test } from 'vitest'
import {
  type AnyDist,
  autoencoder,
  delta,
  dense,
  elbo,
  experiment,
  type Expr,
  full,
  gaussian,
  given,
  inline,
  iwae,
  latent,
  model,
  normal,
  type Objective,
  observe,
  real,
  renyi,
  sgd,
  vae,
} from 'elbo-ts'
import { experimentProblems } from '../../src/train/Experiment.ts'

/** Families known late: what is known early does not compile (spec/types/ui). */
const late = (dist: AnyDist): AnyDist => dist
const data = inline({ fields: { x: { shape: [3], support: 'real', values: [1, 2, 3] } } })
const problems = (
  objective: Objective,
  prior: () => AnyDist,
  guide: (h: Expr<[2]>) => AnyDist,
  likelihood: (mean: Expr<[3]>) => AnyDist = gaussian({ scale: 1 }),
): readonly string[] =>
  experimentProblems(
    experiment({
      vae: vae({
        model: pipe(
          model,
          latent('z', () => late(prior())),
          observe('x', ({ z }) => pipe(z as Expr<[2]>, dense(3), (mean) => late(likelihood(mean)))),
        ),
        guide: pipe(
          given({ x: real(3) }),
          latent('z', ({ x }) => late(pipe(x, dense(2), guide))),
        ),
      }),
      objective,
      data,
      optimizer: sgd(0.1),
    }),
    { x: { shape: [3], support: 'real' } },
    { stepsPerEpoch: 1, epochs: 1 },
  )

const point = () => delta(full(0, 2))
const spread = () => normal(full(0, 2), 1)

describe('a Delta that is guide or prior has no finite KL', () => {
  test.each<readonly [string, Objective]>([
    ['elbo', elbo()],
    ['elbo, sampled', elbo({ kl: 'sampled' })],
    ['iwae', iwae(2)],
    ['renyi', renyi({ alpha: 0.5, samples: 2 })],
  ])('%s', (_, objective) => {
    const said = (q: string, p: string) => [
      `latent 'z': KL(${q} || ${p}) is infinite, for a Delta has no density; use autoencoder()`,
    ]
    expect(problems(objective, point, delta)).toEqual(said('Delta', 'Delta'))
    expect(problems(objective, spread, delta)).toEqual(said('Delta', 'Normal'))
    expect(problems(objective, point, (h) => normal(h, 1))).toEqual(said('Normal', 'Delta'))
    expect(problems(objective, spread, (h) => normal(h, 1))).toEqual([])
  })
  test('which an autoencoder does not ask for', () => {
    expect(problems(autoencoder(), point, delta)).toEqual([])
  })
})

test('a Delta that is a likelihood scores no data', () => {
  expect(problems(elbo(), spread, (h) => normal(h, 1), delta)).toEqual([
    "observed 'x': the log-likelihood of a Delta is −∞ wherever it does not hit the data; use gaussian({ scale: 0.1 })",
  ])
})
