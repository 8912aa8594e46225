import { each, expression, number, numeric, record } from '../call/Kind.ts'
import { takes } from '../call/takes.ts'
import * as E from 'fp-ts/lib/Either.js'
import { add, constant, div, expm1, mul, square, sub } from '../expr/build.ts'
import type { Expr } from '../expr/Expr.ts'
import type { Node } from '../expr/Op.ts'
import { dimensions } from '../shape/dimensions.ts'
import type { Arg, Ok, Shape } from '../shape/Shape.ts'
import { distOf, klRow, type LocationScale } from './Dist.ts'
import { halve } from './halve.ts'
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
  splitLast,
} from './locationScale.ts'
import type { positive } from './messages.ts'
import { parameter } from './parameter.ts'

/** Independent Normals, one a coordinate. */
export type Normal<S extends Shape> = LocationScaleDist<'Normal', S, 'real', 'Normal'>

const halfLogTwoPi = 0.5 * Math.log(2 * Math.PI)

/** eˣ − 1 − x, which is never negative, nor is what this computes: expm1(x) rounds to x or above. */
export const excess = (x: Node): Node => sub(expm1(x), x)

/**
 *   KL = log σp − log σq + (σq² + (μq − μp)²) / 2σp² − ½ = ½ (eᵗ − 1 − t + ((μq − μp) / σp)²), t = 2 (log σq − log σp)
 *
 * Numerics  no term is negative, and near σq = σp only expm1(t) − t cancels: an error of about ulp(t) where log σ and ½ would leave ulp(½)
 * Source    Kingma & Welling 2014, arXiv:1312.6114, App. B
 */
export const betweenNormals = (q: LocationScale, p: LocationScale): Node => {
  const t = mul(sub(q.logScale, p.logScale), 2)
  return mul(add(excess(t), square(div(sub(q.loc, p.loc), p.scale))), 0.5)
}

/**
 * KL to a Normal, of which only the moments of q matter:
 *
 *   KL = −H(q) + log σp + ½ log 2π + (Var q + (E q − μp)²) / 2σp²
 */
export const toNormal = (
  q: { readonly mean: Node; readonly variance: Node; readonly entropy: Node },
  p: LocationScale,
): Node => {
  const spread = div(q.variance, square(p.scale))
  const shift = square(div(sub(q.mean, p.loc), p.scale))
  const crossEntropy = add(mul(add(spread, shift), 0.5), add(p.logScale, halfLogTwoPi))
  return sub(crossEntropy, q.entropy)
}

/**
 *   log N(x; μ, σ) = −½ ((x − μ) / σ)² − log σ − ½ log 2π        sample  μ + σ ε, ε ~ N(0, 1)
 */
export const normalFamily: LocationScaleFamily<'Normal', 'real', 'Normal'> = {
  name: 'Normal',
  support: 'real',
  sampling: 'reparameterised',
  params: locationScale,
  logProb: ({ loc, scale, logScale }, x) =>
    sub(mul(square(div(sub(x, loc), scale)), -0.5), add(logScale, halfLogTwoPi)),
  draw: ({ loc, scale }, noise) => add(loc, mul(scale, noise('normal'))),
  mean: ({ loc }) => loc,
  variance: ({ scale }) => square(scale),
  entropy: ({ logScale }) => add(logScale, 0.5 + halfLogTwoPi),
  klTo: { Normal: klRow(locationScale, betweenNormals) },
}

/**
 * Independent Normals with this mean and standard deviation.
 *
 * Errors    `cannotBroadcast` where the two shapes do not repeat into one; `notPositive` for a number that is no scale
 * @example  normal(0, 1) // => a Normal over []
 */
export const normal: FromScale<'Normal', 'real', 'Normal'> = takes('normal', fromScale(normalFamily), [
  numeric,
  numeric,
])

/** {@link normal} from the logarithm of the standard deviation: any real number, so an expression needs no activation. */
export const normalFromLogScale: FromLogScale<'Normal', 'real', 'Normal'> = takes(
  'normalFromLogScale',
  fromLogScale(normalFamily),
  [numeric, numeric],
)

const makeStandardNormal = <const S extends number[]>(
  ...shape: S & Arg<dimensions<S, 'standardNormal'>, S>
): Normal<S> => {
  const checked = dimensions(shape, 'standardNormal')
  const [dims, problems] = E.isLeft(checked) ? [[], [checked.left]] : [checked.right, []]
  const zero = constant(0, dims)
  return distOf(normalFamily, zero, { loc: zero, scale: constant(1, dims), logScale: zero }, problems)
}

/**
 * Mean 0 and standard deviation 1 in every coordinate.
 *
 * Errors    `notNatural`
 * @example  standardNormal(20) // => a Normal over [20]
 */
export const standardNormal: typeof makeStandardNormal = takes('standardNormal', makeStandardNormal, [each(number)])

/**
 * Independent Normals from one expression: the first half of its last axis is the mean, the second the log-variance 2 log σ.
 *
 * Shapes    [..., 2 × event] → Normal<[..., event]>
 * Errors    `notTwice`: `Normal over 20 needs 2 x 20 = 40 parameters in the last dimension but got 20`
 * Source    Kingma & Welling 2014, arXiv:1312.6114, App. C.2
 */
export const diagonalNormal: Diagonal<'Normal', 'real', 'Normal'> = takes(
  'diagonalNormal',
  diagonal(normalFamily, 2),
  [number],
  [expression],
)

type mean<S extends Shape, Scale> = Scale extends 'perOutput' ? Arg<halve<S, 'gaussian'>, Expr<S>> : Expr<S>
type eventOf<S extends Shape, Scale> = Scale extends 'perOutput' ? Ok<halve<S, 'gaussian'>> : S

const makeGaussian =
  <const Scale extends number | 'perOutput'>(options: { readonly scale: positive<Scale, 'Normal'> }) =>
  <S extends Shape>(x: mean<S, Scale>): Normal<eventOf<S, Scale>> => {
    const scale: number | 'perOutput' = options.scale
    const given = parameter(x)
    const made =
      scale === 'perOutput'
        ? splitLast(normalFamily, given, 2, (shape) => halve(shape, 'gaussian'))
        : normal(given, scale)
    // `halve` and `eventOf` are one rule, in values and in types.
    return made as Normal<eventOf<S, Scale>>
  }

/**
 * A Gaussian likelihood. With a number every output has this standard deviation, and the input is the mean; with 'perOutput' the input
 * holds the means, then the log-variances, along its last axis. For one learned scale shared by all outputs see `normalFromLogScale`.
 *
 * Shapes    scale 0.1: [28, 28, 1] → Normal<[28, 28, 1]>      scale 'perOutput': [28, 28, 2] → Normal<[28, 28, 1]>
 * Errors    `notPositive`, `oddLast`
 */
export const gaussian: typeof makeGaussian = takes('gaussian', makeGaussian, [record], [expression])
