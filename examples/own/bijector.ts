import { pipe } from 'fp-ts/lib/function.js'
import {
  adam,
  add,
  bijector,
  csv,
  dense,
  diagonalNormal,
  div,
  elbo,
  exp,
  experiment,
  type Expr,
  given,
  latent,
  learnedGaussian,
  log,
  log1p,
  maximum,
  model,
  mul,
  neg,
  observe,
  planar,
  real,
  sqrt,
  square,
  standardNormal,
  sub,
  tanh,
  transformed,
  vae,
} from 'elbo-ts'

/** asinh of a number from 0, and of any: nothing cancels. */
const ofPositive = (a: Expr<[]>): Expr<[]> =>
  log1p(pipe(square(a), div(pipe(sqrt(pipe(square(a), add(1))), add(1))), add(a)))
const asinh = (y: Expr<[]>): Expr<[]> =>
  pipe(ofPositive(pipe(y, maximum(0))), sub(ofPositive(pipe(neg(y), maximum(0)))))

/** A bijector of your own: y = sinh x, in numbers that do not overflow where a guide lives. Heavier tails than the Normal's. */
export const sinh = bijector({
  name: 'sinh',
  forward: (x) => pipe(exp(x), sub(exp(pipe(x, mul(-1)))), mul(0.5)),
  inverse: asinh,
  logAbsDet: (x) => pipe(exp(x), add(exp(pipe(x, mul(-1)))), mul(0.5), log),
})

export default experiment({
  name: 'flow',
  vae: vae({
    model: pipe(
      model,
      latent('z', () => pipe(standardNormal(2), transformed(sinh))),
      observe('x', ({ z }) => pipe(z, dense(16), tanh, dense(4), learnedGaussian())),
    ),
    guide: pipe(
      given({ x: real(4) }),
      latent('z', ({ x }) =>
        pipe(x, dense(16), tanh, dense(4), diagonalNormal(2), transformed(planar(2)), transformed(sinh)),
      ),
    ),
  }),
  objective: elbo({ kl: 'sampled' }),
  data: csv({ file: 'examples/data/seattle-weather.csv', columns: ['precipitation', 'temp_max', 'temp_min', 'wind'] }),
  optimizer: adam(3e-3),
  epochs: 20,
  batch: 32,
})
