import { add, exp, expm1, log, mul, square, sub } from '../expr/build.ts'
import type { Shape } from '../shape/Shape.ts'
import type { DistOf, FamilyRules } from './Dist.ts'
import { type Diagonal, diagonal, type FromLogScale, fromLogScale, type FromScale, fromScale } from './locationScale.ts'
import { normalRules } from './Normal.ts'

/** Independent exponentials of Normals, one a coordinate. */
export type LogNormal<S extends Shape> = DistOf<'LogNormal', S>

/**
 * With y = log x Normal(μ, σ):
 *
 *   log p(x) = log N(y; μ, σ) − y        mean  exp(μ + σ²/2)        variance  (exp σ² − 1) exp(2μ + σ²)
 */
export const logNormalRules: FamilyRules<'LogNormal'> = {
  family: 'LogNormal',
  support: 'positive',
  sampling: 'reparameterised',
  logProb: (params, x) => sub(normalRules.logProb(params, log(x)), log(x)),
  sample: (params, name) => exp(normalRules.sample(params, name)),
  mean: ({ loc, scale }) => exp(add(loc, mul(square(scale), 0.5))),
  variance: ({ loc, scale }) => mul(expm1(square(scale)), exp(add(mul(loc, 2), square(scale)))),
  entropy: (params) => add(normalRules.entropy(params), params.loc),
}

/**
 * Independent LogNormals with this mean and standard deviation *of log x*.
 *
 * Errors    `cannotBroadcast`, `notPositive`
 * @example  logNormal(0, 1) // => a LogNormal over [], with median 1
 */
export const logNormal: FromScale<'LogNormal'> = fromScale(logNormalRules)

/** {@link logNormal} from the logarithm of the standard deviation of log x. */
export const logNormalFromLogScale: FromLogScale<'LogNormal'> = fromLogScale(logNormalRules)

/**
 * From one expression: the first half of its last axis is the mean of log x, the second the log-variance of log x.
 *
 * Shapes    [..., 2 × event] → LogNormal<[..., event]>
 * Errors    `notTwice`
 */
export const diagonalLogNormal: Diagonal<'LogNormal'> = diagonal(logNormalRules, 2)
