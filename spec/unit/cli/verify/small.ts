import { pipe } from 'fp-ts/lib/function.js'
import {
  adam,
  bernoulli,
  binary,
  dense,
  diagonalNormal,
  elbo,
  experiment,
  given,
  inline,
  latent,
  model,
  observe,
  standardNormal,
  tanh,
  vae,
} from 'elbo-ts'
export default experiment({
  name: 'small',
  vae: vae({
    model: pipe(
      model,
      latent('z', () => standardNormal(2)),
      observe('x', ({ z }) => pipe(z, dense(3), tanh, dense(4), bernoulli)),
    ),
    guide: pipe(
      given({ x: binary(4) }),
      latent('z', ({ x }) => pipe(x, dense(4), diagonalNormal(2))),
    ),
  }),
  objective: elbo(),
  data: inline({ fields: { x: { shape: [4], support: 'binary', values: [0, 1, 0, 1, 1, 1, 0, 0] } } }),
  optimizer: adam(1e-3),
})
