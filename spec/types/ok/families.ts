import { pipe } from 'fp-ts/lib/function.js'
import {
  categorical,
  continuousBernoulli,
  count,
  delta,
  dense,
  diagonalLaplace,
  diagonalLogNormal,
  diagonalNormal,
  flatten,
  full,
  gaussian,
  given,
  laplace,
  latent,
  learnedGaussian,
  logNormal,
  model,
  normal,
  observe,
  oneHot,
  positive,
  real,
  reshape,
  sigmoid,
  standardNormal,
  sum,
  unit,
  vae,
} from 'elbo-ts'

/** Each family: as a likelihood, and as prior and posterior where it can be. Each export is a program. */

const real3 = given({ x: real(3) })
const small = pipe(
  real3,
  latent('z', ({ x }) => pipe(x, dense(4), diagonalNormal(2))),
)
const small2 = pipe(
  model,
  latent('z', () => standardNormal(2)),
)
export const fixedGaussian = vae({
  model: pipe(
    small2,
    observe('x', ({ z }) => pipe(z, dense(3), gaussian({ scale: 0.1 }))),
  ),
  guide: small,
})
export const gaussianPerOutput = vae({
  model: pipe(
    small2,
    observe('x', ({ z }) => pipe(z, dense(6), gaussian({ scale: 'perOutput' }))),
  ),
  guide: small,
})
export const sharedVariance = vae({
  model: pipe(
    small2,
    observe('x', ({ z }) => pipe(z, dense(3), learnedGaussian({ initial: 0.5 }))),
  ),
  guide: small,
})
export const laplaceLikelihood = vae({
  model: pipe(
    small2,
    observe('x', ({ z }) => laplace(pipe(z, dense(3)), 1)),
  ),
  guide: small,
})
export const logNormalLikelihood = vae({
  model: pipe(
    small2,
    observe('x', ({ z }) => pipe(z, dense(6), diagonalLogNormal(3))),
  ),
  guide: pipe(
    given({ x: positive(3) }),
    latent('z', ({ x }) => pipe(x, dense(4), diagonalNormal(2))),
  ),
})
export const categoricalLikelihood = vae({
  model: pipe(
    small2,
    observe('x', ({ z }) => pipe(z, dense(30), reshape(3, 10), categorical)),
  ),
  guide: pipe(
    given({ x: oneHot(3, 10) }),
    latent('z', ({ x }) => pipe(x, flatten, dense(4), diagonalNormal(2))),
  ),
})
/** A density on the real line scores any data. */
export const gaussianOnGrey = vae({
  model: pipe(
    small2,
    observe('x', ({ z }) => pipe(z, dense(784), sigmoid, reshape(28, 28, 1), learnedGaussian())),
  ),
  guide: pipe(
    given({ x: unit(28, 28, 1) }),
    latent('z', ({ x }) => pipe(x, flatten, dense(4), diagonalNormal(2))),
  ),
})
export const continuousBernoulliLikelihood = vae({
  model: pipe(
    small2,
    observe('x', ({ z }) => pipe(z, dense(784), reshape(28, 28, 1), continuousBernoulli)),
  ),
  guide: pipe(
    given({ x: unit(28, 28, 1) }),
    latent('z', ({ x }) => pipe(x, flatten, dense(4), diagonalNormal(2))),
  ),
})
export const gaussianOnCounts = vae({
  model: pipe(
    small2,
    observe('x', ({ z }) => normal(pipe(z, dense(5)), 1)),
  ),
  guide: pipe(
    given({ x: count(5) }),
    latent('z', ({ x }) => pipe(x, dense(4), diagonalNormal(2))),
  ),
})
export const laplaceLatent = vae({
  model: pipe(
    model,
    latent('z', () => laplace(0, 1)),
    observe('x', ({ z }) => pipe(z, reshape(1), dense(3), gaussian({ scale: 1 }))),
  ),
  guide: pipe(
    real3,
    latent('z', ({ x }) => pipe(x, sum(), (s) => laplace(s, 0.5))),
  ),
})
export const laplaceGuide = vae({
  model: pipe(
    small2,
    observe('x', ({ z }) => pipe(z, dense(3), gaussian({ scale: 1 }))),
  ),
  guide: pipe(
    real3,
    latent('z', ({ x }) => pipe(x, dense(4), diagonalLaplace(2))),
  ),
})
/** A positive latent, and a positive posterior within a prior on the whole line. */
export const positiveLatent = vae({
  model: pipe(
    model,
    latent('rate', () => logNormal(0, 1)),
    observe('x', ({ rate }) => normal(pipe(rate, reshape(1), dense(3)), 1)),
  ),
  guide: pipe(
    real3,
    latent('rate', ({ x }) => pipe(x, sum(), (s) => logNormal(s, 0.5))),
  ),
})
export const positiveGuide = vae({
  model: pipe(
    small2,
    observe('x', ({ z }) => pipe(z, dense(3), gaussian({ scale: 1 }))),
  ),
  guide: pipe(
    real3,
    latent('z', ({ x }) => pipe(x, dense(4), diagonalLogNormal(2))),
  ),
})
/** A latent in [0, 1], and a posterior in [0, 1] within a prior on the whole line. */
export const unitLatent = vae({
  model: pipe(
    model,
    latent('share', () => continuousBernoulli(full(0, 2))),
    observe('x', ({ share }) => pipe(share, dense(3), gaussian({ scale: 1 }))),
  ),
  guide: pipe(
    real3,
    latent('share', ({ x }) => pipe(x, dense(2), continuousBernoulli)),
  ),
})
export const unitGuide = vae({
  model: pipe(
    small2,
    observe('x', ({ z }) => pipe(z, dense(3), gaussian({ scale: 1 }))),
  ),
  guide: pipe(
    real3,
    latent('z', ({ x }) => pipe(x, dense(2), continuousBernoulli)),
  ),
})
export const deltaGuide = vae({
  model: pipe(
    small2,
    observe('x', ({ z }) => pipe(z, dense(3), gaussian({ scale: 1 }))),
  ),
  guide: pipe(
    real3,
    latent('z', ({ x }) => pipe(x, dense(2), delta)),
  ),
})
