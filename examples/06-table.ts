import { fileURLToPath } from 'node:url'
import { pipe } from 'fp-ts/lib/function.js'
import {
  adam,
  csv,
  dense,
  diagonalNormal,
  elbo,
  experiment,
  given,
  latent,
  learnedGaussian,
  model,
  observe,
  real,
  standardNormal,
  tanh,
  vae,
} from 'elbo-ts'

/** A table: four standardised columns of a day's weather through two latent dimensions. */
export default experiment({
  name: 'table',
  vae: vae({
    model: pipe(
      model,
      latent('z', () => standardNormal(2)),
      observe('x', ({ z }) => pipe(z, dense(64), tanh, dense(4), learnedGaussian())),
    ),
    guide: pipe(
      given({ x: real(4) }),
      latent('z', ({ x }) => pipe(x, dense(64), tanh, dense(4), diagonalNormal(2))),
    ),
  }),
  objective: elbo(),
  data: csv({
    file: fileURLToPath(new URL('data/seattle-weather.csv', import.meta.url)),
    columns: ['precipitation', 'temp_max', 'temp_min', 'wind'],
    label: 'weather',
  }),
  optimizer: adam(3e-3),
  epochs: 60,
  batch: 32,
})
