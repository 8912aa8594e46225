import { pipe } from 'fp-ts/lib/function.js'
import {
  adam,
  dense,
  diagonalNormal,
  elbo,
  experiment,
  flatten,
  given,
  latent,
  learnedGaussian,
  mnist,
  model,
  observe,
  relu,
  reshape,
  sigmoid,
  standardNormal,
  unit,
  vae,
} from 'elbo-ts'

/** Grey levels under a Gaussian whose one standard deviation is learned: σ-VAE. A density, so its bound may be above 0. */
export default experiment({
  name: 'gaussian',
  vae: vae({
    model: pipe(
      model,
      latent('z', () => standardNormal(20)),
      observe('x', ({ z }) => pipe(z, dense(400), relu, dense(784), sigmoid, reshape(28, 28, 1), learnedGaussian())),
    ),
    guide: pipe(
      given({ x: unit(28, 28, 1) }),
      latent('z', ({ x }) => pipe(x, flatten, dense(400), relu, dense(40), diagonalNormal(20))),
    ),
  }),
  objective: elbo(),
  data: mnist({ binarize: 'none' }),
  optimizer: adam(1e-3),
})
