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
  relu,
  reshape,
  standardNormal,
  vae,
  warmUp,
} from 'elbo-ts'

/** β = 4: fewer nats through the latent, blurrier digits, fewer active dimensions. Reached by warm-up over the first two epochs. */
export default experiment({
  name: 'beta',
  vae: vae({
    model: pipe(
      model,
      latent('z', () => standardNormal(10)),
      observe('x', ({ z }) => pipe(z, dense(400), relu, dense(784), reshape(28, 28, 1), bernoulli)),
    ),
    guide: pipe(
      given({ x: binary(28, 28, 1) }),
      latent('z', ({ x }) => pipe(x, flatten, dense(400), relu, dense(20), diagonalNormal(10))),
    ),
  }),
  objective: elbo({ beta: warmUp({ epochs: 2, to: 4 }) }),
  data: mnist(),
  optimizer: adam(1e-3),
})
