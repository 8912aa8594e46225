import { pipe } from 'fp-ts/lib/function.js'
import { dense, diagonalNormal, gaussian, given, latent, model, observe, real, standardNormal, vae } from 'elbo-ts'

/** Of tables of two columns. */
export const realVae = vae({
  model: pipe(
    model,
    latent('z', () => standardNormal(1)),
    observe('x', ({ z }) => pipe(z, dense(2), gaussian({ scale: 1 }))),
  ),
  guide: pipe(
    given({ x: real(2) }),
    latent('z', ({ x }) => pipe(x, dense(2), diagonalNormal(1))),
  ),
})
