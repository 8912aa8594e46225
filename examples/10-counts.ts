import { fileURLToPath } from 'node:url'
import { pipe } from 'fp-ts/lib/function.js'
import {
  adam,
  count,
  csv,
  dense,
  diagonalNormal,
  elbo,
  exp,
  experiment,
  given,
  latent,
  log1p,
  model,
  negativeBinomialFromLogMean,
  observe,
  parameter,
  standardNormal,
  tanh,
  vae,
} from 'elbo-ts'

/**
 * Counts: how many pass a bicycle counter, hour by hour, a row a day. They scatter more than Poisson's, so each hour has a dispersion of its
 * own, learned.
 */
export default experiment({
  name: 'counts',
  vae: vae({
    model: pipe(
      model,
      latent('z', () => standardNormal(2)),
      observe('x', ({ z }) => negativeBinomialFromLogMean(pipe(z, dense(64), tanh, dense(24)), exp(parameter(0, 24)))),
    ),
    guide: pipe(
      given({ x: count(24) }),
      latent('z', ({ x }) => pipe(x, log1p, dense(64), tanh, dense(4), diagonalNormal(2))),
    ),
  }),
  objective: elbo(),
  data: csv({ file: fileURLToPath(new URL('data/bicycles.csv', import.meta.url)), label: 'kind', support: 'count' }),
  optimizer: adam(3e-3),
  epochs: 60,
  batch: 50,
})
