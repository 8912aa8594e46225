import { pipe } from 'fp-ts/lib/function.js'
import {
  adam,
  bernoulli,
  binary,
  dense,
  diagonalNormal,
  elbo,
  experiment,
  flatten,
  given,
  latent,
  mnist,
  model,
  observe,
  reshape,
  standardNormal,
  tanh,
  vae,
} from 'elbo-ts'

/** The one-layer net by whose log p(x) others are compared (Burda, Grosse & Salakhutdinov 2016, arXiv:1509.00519, App. B); see labs/likelihood.ts. */
export default experiment({
  name: 'burda',
  vae: vae({
    model: pipe(
      model,
      latent('z', () => standardNormal(50)),
      observe('x', ({ z }) => pipe(z, dense(200), tanh, dense(200), tanh, dense(784), reshape(28, 28, 1), bernoulli)),
    ),
    guide: pipe(
      given({ x: binary(28, 28, 1) }),
      latent('z', ({ x }) => pipe(x, flatten, dense(200), tanh, dense(200), tanh, dense(100), diagonalNormal(50))),
    ),
  }),
  objective: elbo(),
  data: mnist(),
  optimizer: adam(1e-3, { epsilon: 1e-4 }),
  epochs: 20,
  batch: 128,
})
