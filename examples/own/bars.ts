import { pipe } from 'fp-ts/lib/function.js'
import {
  bernoulli,
  binary,
  dense,
  diagonalNormal,
  given,
  inline,
  latent,
  model,
  observe,
  relu,
  standardNormal,
  vae,
} from 'elbo-ts'

/** Pictures of six pixels: the left half or the right one, a few pixels wrong. */
const values = Array.from({ length: 80 * 6 }, (_, i) => {
  const [datum, pixel] = [Math.floor(i / 6), i % 6]
  const isBar = datum % 2 === 0 ? pixel < 3 : pixel >= 3
  return isBar !== (i * 7919) % 23 < 2 ? 1 : 0
})
export const data = inline({ fields: { x: { shape: [6], support: 'binary', values } } })

/** A model small enough that what is declared beside it is what one looks at. */
export const bars = vae({
  model: pipe(
    model,
    latent('z', () => standardNormal(2)),
    observe('x', ({ z }) => pipe(z, dense(8), relu, dense(6), bernoulli)),
  ),
  guide: pipe(
    given({ x: binary(6) }),
    latent('z', ({ x }) => pipe(x, dense(8), relu, dense(4), diagonalNormal(2))),
  ),
})
