import { pipe } from 'fp-ts/lib/function.js'
import { categorical } from '../../../src/dist/Categorical.ts'
import { continuousBernoulli } from '../../../src/dist/ContinuousBernoulli.ts'
import { kl } from '../../../src/dist/divergence.ts'
import { enumerate } from '../../../src/dist/enumerate.ts'
import { diagonalLaplace, laplace } from '../../../src/dist/Laplace.ts'
import { diagonalNormal, gaussian, normal, standardNormal } from '../../../src/dist/Normal.ts'
import type { Expr } from '../../../src/expr/Expr.ts'

declare const input: <const S extends number[]>(...shape: S) => Expr<S>

// as many outputs as latent dimensions: the log-variances were forgotten
//~ Normal over 20 needs 2 x 20 = 40 parameters in the last dimension but got 20
export const a = pipe(input(20), diagonalNormal(20))

//~ Laplace over 3 needs 2 x 3 = 6 parameters in the last dimension but got 7
export const b = pipe(input(4, 7), diagonalLaplace(3))

//~ Normal expects at least one dimension but got []
export const c = pipe(input(), diagonalNormal(1))

// a mean for each pixel and nothing left for its variance
//~ gaussian with a scale per output needs an even last dimension (locations, then log-variances) but got 1
export const d = pipe(input(28, 28, 1), gaussian({ scale: 'perOutput' }))

//~ cannot broadcast [3] with [4]: 3 vs 4
export const e = normal(input(3), input(4))

//~ standardNormal: a dimension must be a whole number of at least 1 but got 0
export const f = standardNormal(0)

//~ KL: no closed-form KL(Normal || Laplace); use elbo({ kl: 'sampled' })
export const g = kl(normal(0, 1), laplace(0, 1))

//~ KL: shapes differ: q [20] vs p [32]
export const h = kl(pipe(input(40), diagonalNormal(20)), standardNormal(32))

//~ KL: no closed-form KL(Categorical || Normal); use elbo({ kl: 'sampled' })
export const i = kl(categorical(input(10)), standardNormal(10))

//~ KL: no closed-form KL(ContinuousBernoulli || Normal); use elbo({ kl: 'sampled' })
export const k = kl(continuousBernoulli(input(10)), standardNormal(10))

// nothing whose values cannot be counted
//~ enumerate takes a Categorical or a Bernoulli, whose values can be counted, but got Normal
export const j = pipe(input(40), diagonalNormal(20), enumerate)
