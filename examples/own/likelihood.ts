import { pipe } from 'fp-ts/lib/function.js'
import {
  adam,
  add,
  csv,
  dense,
  density,
  diagonalNormal,
  div,
  elbo,
  exp,
  experiment,
  given,
  latent,
  lgamma,
  log,
  log1p,
  model,
  mul,
  observe,
  parameter,
  real,
  sub,
  standardNormal,
  tanh,
  vae,
} from 'elbo-ts'
import { check, distributionLaws } from 'elbo-ts/verify'

/** A likelihood of your own: Student's t, whose heavy tails forgive a stormy day. Source: Lange, Little & Taylor 1989, eq. 1 */
export const studentT = density({
  name: 'StudentT',
  support: 'real',
  parameters: { loc: [-2, 2], logScale: [-1, 1], df: [4, 30] },
  logProb: ({ loc, logScale, df }, x) => {
    const half = pipe(df, mul(0.5))
    const y = pipe(x, sub(loc), div(exp(logScale)))
    const kernel = pipe(y, mul(y), div(df), log1p, mul(pipe(half, add(0.5))))
    const constant = pipe(
      lgamma(pipe(half, add(0.5))),
      sub(lgamma(half)),
      sub(pipe(log(df), add(Math.log(Math.PI)), mul(0.5))),
    )
    return pipe(constant, sub(logScale), sub(kernel))
  },
  mean: ({ loc }) => loc,
})

export const laws = [check(distributionLaws, studentT)]

export default experiment({
  name: 'student',
  vae: vae({
    model: pipe(
      model,
      latent('z', () => standardNormal(2)),
      observe('x', ({ z }) => studentT({ loc: pipe(z, dense(16), tanh, dense(4)), logScale: parameter(-1, 4), df: 4 })),
    ),
    guide: pipe(
      given({ x: real(4) }),
      latent('z', ({ x }) => pipe(x, dense(16), tanh, dense(4), diagonalNormal(2))),
    ),
  }),
  objective: elbo(),
  data: csv({ file: 'examples/data/seattle-weather.csv', columns: ['precipitation', 'temp_max', 'temp_min', 'wind'] }),
  optimizer: adam(3e-3),
  epochs: 20,
  batch: 32,
})
