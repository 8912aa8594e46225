import { pipe } from 'fp-ts/lib/function.js'
import { dense, diagonalNormal, gaussian, given, latent, model, observe, real, standardNormal, vae } from 'elbo-ts'

/** Two levels, b → a → x, inferred bottom-up. */
export const hierarchy = vae({
  model: pipe(
    model,
    latent('b', () => standardNormal(2)),
    latent('a', ({ b }) => pipe(b, dense(6), diagonalNormal(3))),
    observe('x', ({ a }) => pipe(a, dense(3), gaussian({ scale: 0.5 }))),
  ),
  guide: pipe(
    given({ x: real(3) }),
    latent('a', ({ x }) => pipe(x, dense(6), diagonalNormal(3))),
    latent('b', ({ a }) => pipe(a, dense(4), diagonalNormal(2))),
  ),
})
