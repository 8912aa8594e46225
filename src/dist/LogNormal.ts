import { expression, number, numeric } from '../call/Kind.ts'
import { takes } from '../call/takes.ts'
import { add, exp, expm1, log, mul, square, sub } from '../expr/build.ts'
import type { Shape } from '../shape/Shape.ts'
import type { Node } from '../expr/Op.ts'
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
import { betweenNormals, normalFamily, toNormal } from './Normal.ts'

/** Independent exponentials of Normals, one a coordinate. */
export type LogNormal<S extends Shape> = LocationScaleDist<'LogNormal', S, 'positive', Kl>
type Kl = 'LogNormal' | 'Normal'

const mean = ({ loc, scale }: LocationScale): Node => exp(add(loc, mul(square(scale), 0.5)))
const variance = ({ loc, scale }: LocationScale): Node =>
  mul(expm1(square(scale)), exp(add(mul(loc, 2), square(scale))))
const entropy = ({ loc, logScale }: LocationScale): Node => add(add(logScale, 0.5 + 0.5 * Math.log(2 * Math.PI)), loc)

/**
 * With y = log x Normal(μ, σ):
 *
 *   log p(x) = log N(y; μ, σ) − y        mean  exp(μ + σ²/2)        variance  (exp σ² − 1) exp(2μ + σ²)
 */
export const logNormalFamily: LocationScaleFamily<'LogNormal', 'positive', Kl> = {
  name: 'LogNormal',
  support: 'positive',
  sampling: 'reparameterised',
  params: locationScale,
  logProb: (params, x) => sub(normalFamily.logProb(params, log(x)), log(x)),
  draw: (params, noise) => exp(normalFamily.draw(params, noise)),
  mean,
  variance,
  entropy,
  klTo: {
    LogNormal: klRow(locationScale, betweenNormals),
    Normal: klRow(locationScale, (q: LocationScale, p: LocationScale) =>
      toNormal({ mean: mean(q), variance: variance(q), entropy: entropy(q) }, p),
    ),
  },
}

/**
 * Independent LogNormals with this mean and standard deviation *of log x*.
 *
 * Errors    `cannotBroadcast`, `notPositive`
 * @example  logNormal(0, 1) // => a LogNormal over [], with median 1
 */
export const logNormal: FromScale<'LogNormal', 'positive', Kl> = takes('logNormal', fromScale(logNormalFamily), [
  numeric,
  numeric,
])

/** {@link logNormal} from the logarithm of the standard deviation of log x. */
export const logNormalFromLogScale: FromLogScale<'LogNormal', 'positive', Kl> = takes(
  'logNormalFromLogScale',
  fromLogScale(logNormalFamily),
  [numeric, numeric],
)

/**
 * From one expression: the first half of its last axis is the mean of log x, the second the log-variance of log x.
 *
 * Shapes    [..., 2 × event] → LogNormal<[..., event]>
 * Errors    `notTwice`
 */
export const diagonalLogNormal: Diagonal<'LogNormal', 'positive', Kl> = takes(
  'diagonalLogNormal',
  diagonal(logNormalFamily, 2),
  [number],
  [expression],
)
