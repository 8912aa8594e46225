import { pipe } from 'fp-ts/lib/function.js'
import {
  adam,
  bernoulli,
  binary,
  define,
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
  relu,
  reshape,
  standardNormal,
  vae,
  warmUp,
} from 'elbo-ts'

/** Two levels, z2 → z1 → x, inferred bottom-up. Without warm-up the upper level collapses (Sønderby et al. 2016, arXiv:1602.02282). */
export default experiment({
  name: 'hierarchy',
  vae: vae({
    model: pipe(
      model,
      latent('z2', () => standardNormal(10)),
      latent('z1', ({ z2 }) => pipe(z2, dense(100), relu, dense(40), diagonalNormal(20))),
      observe('x', ({ z1 }) => pipe(z1, dense(400), relu, dense(784), reshape(28, 28, 1), bernoulli)),
    ),
    guide: pipe(
      given({ x: binary(28, 28, 1) }),
      define('h', ({ x }) => pipe(x, flatten, dense(400), relu)),
      latent('z1', ({ h }) => pipe(h, dense(40), diagonalNormal(20))),
      latent('z2', ({ z1 }) => pipe(z1, dense(100), relu, dense(20), diagonalNormal(10))),
    ),
  }),
  objective: elbo({ beta: warmUp({ epochs: 2 }) }),
  data: mnist(),
  optimizer: adam(1e-3),
})
