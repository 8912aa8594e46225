import { pipe } from 'fp-ts/lib/function.js'
import {
  adam,
  add,
  bound,
  csv,
  dense,
  diagonalNormal,
  experiment,
  given,
  latent,
  learnedGaussian,
  logSumExp,
  mean,
  model,
  mul,
  observe,
  real,
  standardNormal,
  sub,
  tanh,
  vae,
} from 'elbo-ts'
import { boundLaws, boundOf, check } from 'elbo-ts/verify'

/** A bound of your own: half ELBO, half importance-weighted. Source: Rainforth et al. 2018, arXiv:1802.04537, eq. 9 (CIWAE) */
export const combined = bound({
  name: 'CIWAE',
  samples: 4,
  of: ({ likelihood, prior, posterior }) => {
    const logWeights = pipe(likelihood, add(prior), sub(posterior))
    const tight = pipe(logWeights, logSumExp(), sub(Math.log(4)))
    return pipe(logWeights, mean(), add(tight), mul(0.5))
  },
})

export const laws = [check(boundLaws, boundOf('CIWAE', combined))]

export default experiment({
  name: 'ciwae',
  vae: vae({
    model: pipe(
      model,
      latent('z', () => standardNormal(2)),
      observe('x', ({ z }) => pipe(z, dense(16), tanh, dense(4), learnedGaussian())),
    ),
    guide: pipe(
      given({ x: real(4) }),
      latent('z', ({ x }) => pipe(x, dense(16), tanh, dense(4), diagonalNormal(2))),
    ),
  }),
  objective: combined,
  data: csv({ file: 'examples/data/seattle-weather.csv', columns: ['precipitation', 'temp_max', 'temp_min', 'wind'] }),
  optimizer: adam(3e-3),
  epochs: 20,
  batch: 32,
})
