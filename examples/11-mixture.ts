import { pipe } from 'fp-ts/lib/function.js'
import {
  adam,
  bernoulli,
  binary,
  categorical,
  define,
  dense,
  diagonalNormal,
  elbo,
  enumerate,
  experiment,
  flatten,
  full,
  given,
  latent,
  mnist,
  model,
  observe,
  relu,
  reshape,
  vae,
  warmUp,
} from 'elbo-ts'

export default experiment({
  name: 'mixture',
  vae: vae({
    model: pipe(
      model,
      latent('k', () => categorical(full(0, 20))),
      latent('z', ({ k }) => pipe(k, dense(20), diagonalNormal(10))),
      observe('x', ({ z }) => pipe(z, dense(400), relu, dense(784), reshape(28, 28, 1), bernoulli)),
    ),
    guide: pipe(
      given({ x: binary(28, 28, 1) }),
      define('h', ({ x }) => pipe(x, flatten, dense(400), relu)),
      latent('z', ({ h }) => pipe(h, dense(20), diagonalNormal(10))),
      latent('k', ({ z }) => pipe(z, dense(50), relu, dense(20), categorical, enumerate)),
    ),
  }),
  objective: elbo({ beta: warmUp({ epochs: 2 }) }),
  data: mnist(),
  optimizer: adam(1e-3),
})
