import { pipe } from 'fp-ts/lib/function.js'
import { bernoulli } from '../../../src/dist/Bernoulli.ts'
import { categorical } from '../../../src/dist/Categorical.ts'
import { continuousBernoulli } from '../../../src/dist/ContinuousBernoulli.ts'
import { delta } from '../../../src/dist/Delta.ts'
import type { AnyDist, Dist } from '../../../src/dist/Dist.ts'
import { enumerate } from '../../../src/dist/enumerate.ts'
import { kl } from '../../../src/dist/divergence.ts'
import { laplace } from '../../../src/dist/Laplace.ts'
import { logNormal } from '../../../src/dist/LogNormal.ts'
import { diagonalNormal, gaussian, normal, standardNormal } from '../../../src/dist/Normal.ts'
import type { Expr } from '../../../src/expr/Expr.ts'

declare const input: <const S extends number[]>(...shape: S) => Expr<S>
declare const late: Expr<[number]>
declare const any: Expr<number[]>

type Real<F extends 'Normal' | 'Laplace', S extends readonly number[]> = Dist<F, S, 'real', 'reparameterised'>

// every part of the type is known
export const a: Dist<'Normal', [20], 'real', 'reparameterised'> = pipe(input(40), diagonalNormal(20))
export const b: Dist<'Bernoulli', [28, 28, 1], 'binary', 'discrete'> = bernoulli(input(28, 28, 1))
export const c: Dist<'Categorical', [10], 'oneHot', 'discrete'> = categorical(input(10))
export const d: Dist<'LogNormal', [3], 'positive', 'reparameterised'> = logNormal(input(3), 1)
export const e: Dist<'Delta', [2], 'real', 'deterministic'> = delta(input(2))
export const f: Real<'Normal', [28, 28, 1]> = pipe(input(28, 28, 2), gaussian({ scale: 'perOutput' }))
export const g: Real<'Normal', [28, 28, 2]> = pipe(input(28, 28, 2), gaussian({ scale: 0.1 }))
export const h: Real<'Laplace', [2, 3]> = laplace(input(2, 1), input(3))
export const i: Real<'Normal', []> = normal(0, 1)
export const j: Real<'Normal', [2, 3]> = standardNormal(2, 3)
export const t: Dist<'ContinuousBernoulli', [28, 28, 1], 'unit', 'reparameterised'> = continuousBernoulli(
  input(28, 28, 1),
)

export const q: Dist<'Categorical', [10], 'oneHot', 'enumerated'> = enumerate(categorical(input(10)))
export const r: Dist<'Bernoulli', [3], 'binary', 'enumerated'> = pipe(input(3), bernoulli, enumerate)

// sizes known late are left to the check when built
export const k: Real<'Normal', [20]> = pipe(late, diagonalNormal(20))
export const l: AnyDist = pipe(any, gaussian({ scale: 'perOutput' }))
export const m: AnyDist = normal(late, input(4))
export const s: AnyDist = enumerate(l)

// pairs with a closed form
export const n: Expr<[]> = kl(a, standardNormal(20))
export const o: Expr<[]> = kl(laplace(0, 1), normal(0, 1))
export const p: Expr<[]> = kl(l, m)
export const u: Expr<[]> = kl(t, t)
