import { pipe } from 'fp-ts/lib/function.js'
import {
  dense,
  diagonalLaplace,
  diagonalLogNormal,
  diagonalNormal,
  elbo,
  experiment,
  full,
  given,
  inline,
  laplace,
  latent,
  learnedGaussian,
  logNormal,
  model,
  named,
  normal,
  observe,
  parameter,
  real,
  sgd,
  vae,
} from 'elbo-ts'

const data = inline({ fields: { x: { shape: [3], support: 'real', values: [1, 2, 3, 4, 5, 6] } } })

/** Priors over vectors that are not standard Normals: constant, and learned. */
export const constant = experiment({
  vae: vae({
    model: pipe(
      model,
      latent('a', () => laplace(full(0, 8), 1)),
      latent('b', () => logNormal(full(0, 2), full(0.5, 2))),
      observe('x', ({ a }) => pipe(a, dense(3), learnedGaussian())),
    ),
    guide: pipe(
      given({ x: real(3) }),
      latent('a', ({ x }) => pipe(x, dense(16), diagonalLaplace(8))),
      latent('b', ({ x }) => pipe(x, dense(4), diagonalLogNormal(2))),
    ),
  }),
  objective: elbo(),
  data,
  optimizer: sgd(0.1),
})

export const learned = vae({
  model: pipe(
    model,
    latent('z', () => normal(named('loc', () => parameter(0, 2))(), 1)),
    observe('x', ({ z }) => pipe(z, dense(3), learnedGaussian())),
  ),
  guide: pipe(
    given({ x: real(3) }),
    latent('z', ({ x }) => pipe(x, dense(4), diagonalNormal(2))),
  ),
})
