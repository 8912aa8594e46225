import { pipe } from 'fp-ts/lib/function.js'
import {
  adam,
  bernoulli,
  binary,
  conv2d,
  conv2dTranspose,
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

/** Convolutions down to 7 × 7 and back; every shape between them is checked while it is typed. */
export default experiment({
  name: 'conv',
  vae: vae({
    model: pipe(
      model,
      latent('z', () => standardNormal(20)),
      observe('x', ({ z }) =>
        pipe(
          z,
          dense(256),
          relu,
          dense(3136),
          relu,
          reshape(7, 7, 64),
          conv2dTranspose({ filters: 32, kernel: 3, stride: 2 }),
          relu,
          conv2dTranspose({ filters: 1, kernel: 3, stride: 2 }),
          bernoulli,
        ),
      ),
    ),
    guide: pipe(
      given({ x: binary(28, 28, 1) }),
      latent('z', ({ x }) =>
        pipe(
          x,
          conv2d({ filters: 32, kernel: 3, stride: 2 }),
          relu,
          conv2d({ filters: 64, kernel: 3, stride: 2 }),
          relu,
          flatten,
          dense(256),
          relu,
          dense(40),
          diagonalNormal(20),
        ),
      ),
    ),
  }),
  objective: elbo(),
  data: mnist(),
  optimizer: adam(1e-3),
})
