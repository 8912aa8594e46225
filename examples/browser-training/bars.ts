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
  inline,
  latent,
  model,
  observe,
  relu,
  reshape,
  standardNormal,
  vae,
} from 'elbo-ts/browser'

const SIDE = 8
const COUNT = 256

/** Pictures of bars, across or upright, each bar there or not: 2 · 2⁸ of them, told by 9 bits. */
const bars = Array.from({ length: COUNT }, (_, i) => {
  const across = i % 2 === 0
  const which = (i * 167) % 2 ** SIDE
  return Array.from({ length: SIDE * SIDE }, (_p, p) => (which >> (across ? Math.floor(p / SIDE) : p % SIDE)) & 1)
}).flat()

/** Small enough to be trained while one watches. */
export default experiment({
  name: 'bars',
  vae: vae({
    model: pipe(
      model,
      latent('z', () => standardNormal(6)),
      observe('x', ({ z }) => pipe(z, dense(64), relu, dense(SIDE * SIDE), reshape(SIDE, SIDE, 1), bernoulli)),
    ),
    guide: pipe(
      given({ x: binary(SIDE, SIDE, 1) }),
      latent('z', ({ x }) => pipe(x, flatten, dense(64), relu, dense(12), diagonalNormal(6))),
    ),
  }),
  objective: elbo(),
  data: inline({ fields: { x: { shape: [SIDE, SIDE, 1], support: 'binary', values: bars } } }),
  optimizer: adam(3e-3),
  epochs: 100,
  batch: 32,
})
