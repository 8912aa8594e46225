import { pipe } from 'fp-ts/lib/function.js'
import {
  adam,
  concat,
  dense,
  diagonalNormal,
  elbo,
  experiment,
  gaussian,
  given,
  inline,
  latent,
  observe,
  oneHot,
  real,
  standardNormal,
  vae,
} from 'elbo-ts/browser'

export const rows = Array.from({ length: 40 }, (_, i) => [Math.sin(i), Math.cos(i), Math.sin(2 * i)])

/** Rows of three numbers under a class of two, in a module that Node and a page can load. */
export const conditional = experiment({
  vae: vae({
    model: pipe(
      given({ y: oneHot(2) }),
      latent('z', () => standardNormal(2)),
      observe('x', ({ z, y }) => pipe(z, concat(y), dense(3), gaussian({ scale: 0.5 }))),
    ),
    guide: pipe(
      given({ x: real(3), y: oneHot(2) }),
      latent('z', ({ x, y }) => pipe(x, concat(y), dense(4), diagonalNormal(2))),
    ),
  }),
  objective: elbo(),
  data: inline({
    fields: {
      x: { shape: [3], support: 'real', values: rows.flat() },
      y: { shape: [2], support: 'oneHot', values: rows.flatMap((_, i) => [i % 2, 1 - (i % 2)]) },
    },
  }),
  optimizer: adam(1e-2),
  epochs: 1,
  batch: 12,
})
