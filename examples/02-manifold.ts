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
} from 'elbo-ts'

/** Two latent dimensions, so that the whole latent space fits on one picture: `manifold.png` in the run's folder. */
export default experiment({
  name: 'manifold',
  vae: vae({
    model: pipe(
      model,
      latent('z', () => standardNormal(2)),
      observe('x', ({ z }) => pipe(z, dense(400), relu, dense(784), reshape(28, 28, 1), bernoulli)),
    ),
    guide: pipe(
      given({ x: binary(28, 28, 1) }),
      latent('z', ({ x }) => pipe(x, flatten, dense(400), relu, dense(4), diagonalNormal(2))),
    ),
  }),
  objective: elbo(),
  data: mnist(),
  optimizer: adam(1e-3),
})
