import { pipe } from 'fp-ts/lib/function.js'
import {
  adam,
  bernoulli,
  binary,
  concat,
  dense,
  diagonalNormal,
  elbo,
  experiment,
  flatten,
  given,
  latent,
  mnist,
  observe,
  oneHot,
  relu,
  reshape,
  standardNormal,
  vae,
} from 'elbo-ts'

/** A conditional VAE: which digit is known, the latent holds its style. Sohn, Lee & Yan 2015, NeurIPS 28. */
export default experiment({
  name: 'conditional',
  vae: vae({
    model: pipe(
      given({ y: oneHot(10) }),
      latent('z', () => standardNormal(10)),
      observe('x', ({ z, y }) => pipe(z, concat(y), dense(400), relu, dense(784), reshape(28, 28, 1), bernoulli)),
    ),
    guide: pipe(
      given({ x: binary(28, 28, 1), y: oneHot(10) }),
      latent('z', ({ x, y }) => pipe(x, flatten, concat(y), dense(400), relu, dense(20), diagonalNormal(10))),
    ),
  }),
  objective: elbo(),
  data: mnist(),
  optimizer: adam(1e-3),
})
