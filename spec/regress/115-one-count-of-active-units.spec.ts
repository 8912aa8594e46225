import { pipe } from 'fp-ts/lib/function.js'
import {
  adam,
  binary,
  bernoulli,
  dense,
  diagonalNormal,
  elbo,
  experiment,
  full,
  given,
  inline,
  iwae,
  latent,
  model,
  normal,
  observe,
  standardNormal,
  vae,
} from 'elbo-ts'
import { expect, test } from 'vitest'
import { evaluation, gather, inOrder } from '../../src/data/batches.ts'
import { load } from '../../src/data/load.ts'
import { collapseVerdict, inspect, latentSummaries } from '../../src/diagnose/index.ts'
import { openReference } from '../../src/interp/reference/index.ts'
import { train } from '../../src/train/loop.ts'
import { right } from '../unit/either.ts'

/** The mean of 'a' moves with the data, but its prior is so wide, and its guide as wide, that it costs next to nothing. */
const wide = vae({
  model: pipe(
    model,
    latent('a', () => normal(full(0, 2), 1000)),
    latent('b', () => standardNormal(2)),
    observe('x', ({ b }) => pipe(b, dense(6), bernoulli)),
  ),
  guide: pipe(
    given({ x: binary(6) }),
    latent('a', ({ x }) => normal(pipe(x, dense(2)), 1000)),
    latent('b', ({ x }) => pipe(x, dense(4), diagonalNormal(2))),
  ),
})

test.each([
  ['elbo', elbo()],
  ['elbo with drawn KLs', elbo({ kl: 'sampled' })],
  ['iwae', iwae(3)],
] as const)('of a run and of its report: %s', async (_, objective) => {
  const e = experiment({
    vae: wide,
    objective,
    data: inline({
      fields: {
        x: { shape: [6], support: 'binary', values: Array.from({ length: 240 }, (_, i) => ((i * 7919) % 13) % 2) },
      },
    }),
    optimizer: adam(0.01),
    epochs: 2,
    batch: 7,
    seed: 2,
  })
  const dataset = right(await load(e.data)())
  const session = openReference()
  const { done, weights } = right(await train(e, { session, dataset })())
  session.write(weights)
  const data = gather(dataset.fields, dataset.test, inOrder(dataset.test), evaluation(2))
  const summaries = latentSummaries(right(inspect(wide, session, data, { seed: 2 })))
  const active = summaries.map((s) => s.active)
  expect(summaries[0]).toMatchObject({ name: 'a', byVariance: 2, byKl: 0, active: 0 })
  expect(Object.values(done?.latents ?? {}).map((l) => l.active)).toEqual(active)
  expect(done?.activeUnits).toBe(active.reduce((n, a) => n + a, 0))
  expect(collapseVerdict(summaries).latents.map((l) => l.active.length)).toEqual(active)
})
