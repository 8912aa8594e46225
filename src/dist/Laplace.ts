import { expression, number, numeric } from '../call/Kind.ts'
import { takes } from '../call/takes.ts'
import { abs, add, div, exp, log1p, mul, neg, sign, square, sub } from '../expr/build.ts'
import type { Node } from '../expr/Op.ts'
import type { Shape } from '../shape/Shape.ts'
import { klRow, type LocationScale } from './Dist.ts'
import {
  type Diagonal,
  diagonal,
  type FromLogScale,
  fromLogScale,
  type FromScale,
  fromScale,
  locationScale,
  type LocationScaleDist,
  type LocationScaleFamily,
} from './locationScale.ts'
import { excess, toNormal } from './Normal.ts'

/** Independent Laplace distributions, one a coordinate. */
export type Laplace<S extends Shape> = LocationScaleDist<'Laplace', S, 'real', Kl>
type Kl = 'Laplace' | 'Normal'

/**
 * Noise on (−1, 1), symmetric, and never 0 or ±1. A uniform draw is a multiple of 2⁻²³ in [0, 1); this moves it to the middle of its
 * cell, which float32 holds exactly.
 */
const centred = (uniform: Node): Node => sub(mul(uniform, 2), 1 - 2 ** -23)

/**
 *   KL = log(bp / bq) + δ/bp + (bq / bp) exp(−δ/bq) − 1, δ = |μq − μp|
 *      = eᵗ (e⁻ʳ − 1 + r) + eᵗ − 1 − t, r = δ/bq, t = log bq − log bp
 *
 * Numerics  no term is negative
 */
const betweenLaplaces = (q: LocationScale, p: LocationScale): Node => {
  const t = sub(q.logScale, p.logScale)
  const r = div(abs(sub(q.loc, p.loc)), q.scale)
  return add(mul(exp(t), excess(neg(r))), excess(t))
}

const mean = ({ loc }: LocationScale): Node => loc
const variance = ({ scale }: LocationScale): Node => mul(square(scale), 2)
const entropy = ({ logScale }: LocationScale): Node => add(logScale, 1 + Math.LN2)

/**
 *   log Laplace(x; μ, b) = −|x − μ| / b − log 2b        sample  μ − b sign(v) log(1 − |v|), v uniform on (−1, 1)
 */
export const laplaceFamily: LocationScaleFamily<'Laplace', 'real', Kl> = {
  name: 'Laplace',
  support: 'real',
  sampling: 'reparameterised',
  params: locationScale,
  logProb: ({ loc, scale, logScale }, x) => neg(add(div(abs(sub(x, loc)), scale), add(logScale, Math.LN2))),
  draw: ({ loc, scale }, noise) => {
    const v = centred(noise('uniform'))
    return sub(loc, mul(scale, mul(sign(v), log1p(neg(abs(v))))))
  },
  mean,
  variance,
  entropy,
  klTo: {
    Laplace: klRow(locationScale, betweenLaplaces),
    Normal: klRow(locationScale, (q: LocationScale, p: LocationScale) =>
      toNormal({ mean: mean(q), variance: variance(q), entropy: entropy(q) }, p),
    ),
  },
}

/**
 * Independent Laplace distributions with this location and scale b; the standard deviation is √2 b.
 *
 * Errors    `cannotBroadcast`, `notPositive`
 * @example  laplace(0, 1) // => a Laplace over []
 */
export const laplace: FromScale<'Laplace', 'real', Kl> = takes('laplace', fromScale(laplaceFamily), [numeric, numeric])

/** {@link laplace} from log b. */
export const laplaceFromLogScale: FromLogScale<'Laplace', 'real', Kl> = takes(
  'laplaceFromLogScale',
  fromLogScale(laplaceFamily),
  [numeric, numeric],
)

/**
 * From one expression: the first half of its last axis is the location, the second log b.
 *
 * Shapes    [..., 2 × event] → Laplace<[..., event]>
 * Errors    `notTwice`
 */
export const diagonalLaplace: Diagonal<'Laplace', 'real', Kl> = takes(
  'diagonalLaplace',
  diagonal(laplaceFamily, 1),
  [number],
  [expression],
)
