import { pipe } from 'fp-ts/lib/function.js'
import { describe, expect, test } from 'vitest'
import {
  adam,
  dense,
  diagonalNormal,
  elbo,
  experiment,
  gaussian,
  given,
  inline,
  iwae,
  latent,
  model,
  type Objective,
  observe,
  real,
  standardNormal,
  stopGradient,
  vae,
} from 'elbo-ts'
import { type Binding, runAll, verifyExperiment } from 'elbo-ts/verify'
import { openReference } from '../../src/interp/reference/index.ts'

const unread = vae({
  model: pipe(
    model,
    latent('z', () => standardNormal(2)),
    latent('unread', () => standardNormal(3)),
    observe('x', ({ z }) => pipe(z, dense(3), gaussian({ scale: 1 }))),
  ),
  guide: pipe(
    given({ x: real(3) }),
    latent('z', ({ x }) => pipe(x, dense(4), diagonalNormal(2))),
    latent('unread', ({ x }) => pipe(x, dense(6), diagonalNormal(3))),
  ),
})
const held = vae({
  model: pipe(
    model,
    latent('z', () => standardNormal(3)),
    observe('x', ({ z }) => gaussian({ scale: 1 })(pipe(z, dense(3), stopGradient))),
  ),
  guide: pipe(
    given({ x: real(3) }),
    latent('z', ({ x }) => pipe(x, dense(6), diagonalNormal(3))),
  ),
})
const data = inline({ fields: { x: { shape: [3], support: 'real', values: [1, 2, 3, 4, 5, 6] } } })
const failures = (bindings: readonly Binding[]) =>
  runAll(bindings, { runs: 5, seed: 0 }).flatMap(({ law, failure }) =>
    failure === null ? [] : [`${law}: ${failure.reason}`],
  )

describe('elbo verify does not accuse', () => {
  test.each<readonly [string, Objective]>([
    ['elbo', elbo()],
    ['elbo, sampled', elbo({ kl: 'sampled' })],
    ['iwae', iwae(2)],
  ])('a model with a latent that nothing reads, under %s', (_, objective) => {
    const subject = experiment({ vae: unread, objective, data, optimizer: adam(1e-2) })
    expect(failures(verifyExperiment(subject, openReference()))).toEqual([])
  })
  test('a model that holds something by stopGradient', () => {
    const subject = experiment({ vae: held, objective: elbo(), data, optimizer: adam(1e-2) })
    expect(failures(verifyExperiment(subject, openReference()))).toEqual([])
  })
})
