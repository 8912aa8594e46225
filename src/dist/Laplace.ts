import { abs, add, div, log1p, mul, neg, sign, square, sub } from '../expr/build.ts'
import { node } from '../expr/node.ts'
import type { Node } from '../expr/Op.ts'
import type { Shape } from '../shape/Shape.ts'
import type { DistOf, FamilyRules } from './Dist.ts'
import { type Diagonal, diagonal, type FromLogScale, fromLogScale, type FromScale, fromScale } from './locationScale.ts'

/** Independent Laplace distributions, one a coordinate. */
export type Laplace<S extends Shape> = DistOf<'Laplace', S>

/**
 * Noise on (−1, 1), symmetric, and never 0 or ±1. A uniform draw is a multiple of 2⁻²³ in [0, 1); this moves it to the middle of its
 * cell, which float32 holds exactly.
 */
const centred = (name: string, shape: readonly number[]): Node =>
  sub(mul(node('noise', { name, shape, law: 'uniform' }), 2), 1 - 2 ** -23)

/**
 *   log Laplace(x; μ, b) = −|x − μ| / b − log 2b        sample  μ − b sign(v) log(1 − |v|), v uniform on (−1, 1)
 */
export const laplaceRules: FamilyRules<'Laplace'> = {
  family: 'Laplace',
  support: 'real',
  sampling: 'reparameterised',
  logProb: ({ loc, scale, logScale }, x) => neg(add(div(abs(sub(x, loc)), scale), add(logScale, Math.LN2))),
  sample: ({ loc, scale }, name) => {
    const v = centred(name, loc.shape)
    return sub(loc, mul(scale, mul(sign(v), log1p(neg(abs(v))))))
  },
  mean: ({ loc }) => loc,
  variance: ({ scale }) => mul(square(scale), 2),
  entropy: ({ logScale }) => add(logScale, 1 + Math.LN2),
}

/**
 * Independent Laplace distributions with this location and scale b; the standard deviation is √2 b.
 *
 * Errors    `cannotBroadcast`, `notPositive`
 * @example  laplace(0, 1) // => a Laplace over []
 */
export const laplace: FromScale<'Laplace'> = fromScale(laplaceRules)

/** {@link laplace} from log b. */
export const laplaceFromLogScale: FromLogScale<'Laplace'> = fromLogScale(laplaceRules)

/**
 * From one expression: the first half of its last axis is the location, the second log b.
 *
 * Shapes    [..., 2 × event] → Laplace<[..., event]>
 * Errors    `notTwice`
 */
export const diagonalLaplace: Diagonal<'Laplace'> = diagonal(laplaceRules, 1)
