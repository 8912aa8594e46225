import * as E from 'fp-ts/lib/Either.js'
import { add, constant, div, mul, square, sub } from '../expr/build.ts'
import type { Expr } from '../expr/Expr.ts'
import { node } from '../expr/node.ts'
import { dimensions } from '../shape/dimensions.ts'
import type { Arg, Ok, Shape } from '../shape/Shape.ts'
import { distOf, type DistOf, type FamilyRules } from './Dist.ts'
import { halve } from './halve.ts'
import {
  type Diagonal,
  diagonal,
  type FromLogScale,
  fromLogScale,
  type FromScale,
  fromScale,
  splitLast,
} from './locationScale.ts'
import type { positive } from './messages.ts'
import { parameter } from './parameter.ts'

/** Independent Normals, one a coordinate. */
export type Normal<S extends Shape> = DistOf<'Normal', S>

const halfLogTwoPi = 0.5 * Math.log(2 * Math.PI)

/**
 *   log N(x; μ, σ) = −½ ((x − μ) / σ)² − log σ − ½ log 2π        sample  μ + σ ε, ε ~ N(0, 1)
 */
export const normalRules: FamilyRules<'Normal'> = {
  family: 'Normal',
  support: 'real',
  sampling: 'reparameterised',
  logProb: ({ loc, scale, logScale }, x) =>
    sub(mul(square(div(sub(x, loc), scale)), -0.5), add(logScale, halfLogTwoPi)),
  sample: ({ loc, scale }, name) => add(loc, mul(scale, node('noise', { name, shape: loc.shape, law: 'normal' }))),
  mean: ({ loc }) => loc,
  variance: ({ scale }) => square(scale),
  entropy: ({ logScale }) => add(logScale, 0.5 + halfLogTwoPi),
}

/**
 * Independent Normals with this mean and standard deviation.
 *
 * Errors    `cannotBroadcast` where the two shapes do not repeat into one; `notPositive` for a number that is no scale
 * @example  normal(0, 1) // => a Normal over []
 */
export const normal: FromScale<'Normal'> = fromScale(normalRules)

/** {@link normal} from the logarithm of the standard deviation: any real number, so an expression needs no activation. */
export const normalFromLogScale: FromLogScale<'Normal'> = fromLogScale(normalRules)

/**
 * Mean 0 and standard deviation 1 in every coordinate.
 *
 * Errors    `notNatural`
 * @example  standardNormal(20) // => a Normal over [20]
 */
export const standardNormal = <const S extends number[]>(
  ...shape: S & Arg<dimensions<S, 'standardNormal'>, S>
): Normal<S> => {
  const checked = dimensions(shape, 'standardNormal')
  const [dims, problems] = E.isLeft(checked) ? [[], [checked.left]] : [checked.right, []]
  const zero = constant(0, dims)
  return distOf(normalRules, zero, { loc: zero, scale: constant(1, dims), logScale: zero }, problems)
}

/**
 * Independent Normals from one expression: the first half of its last axis is the mean, the second the log-variance 2 log σ.
 *
 * Shapes    [..., 2 × event] → Normal<[..., event]>
 * Errors    `notTwice`: `Normal over 20 needs 2 x 20 = 40 parameters in the last dimension but got 20`
 * Source    Kingma & Welling 2014, arXiv:1312.6114, App. C.2
 */
export const diagonalNormal: Diagonal<'Normal'> = diagonal(normalRules, 2)

type mean<S extends Shape, Scale> = Scale extends 'perOutput' ? Arg<halve<S, 'gaussian'>, Expr<S>> : Expr<S>
type eventOf<S extends Shape, Scale> = Scale extends 'perOutput' ? Ok<halve<S, 'gaussian'>> : S

/**
 * A Gaussian likelihood. With a number every output has this standard deviation, and the input is the mean; with 'perOutput' the input
 * holds the means, then the log-variances, along its last axis. For one learned scale shared by all outputs see `normalFromLogScale`.
 *
 * Shapes    scale 0.1: [28, 28, 1] → Normal<[28, 28, 1]>      scale 'perOutput': [28, 28, 2] → Normal<[28, 28, 1]>
 * Errors    `notPositive`, `oddLast`
 */
export const gaussian =
  <const Scale extends number | 'perOutput'>(options: { readonly scale: positive<Scale, 'Normal'> }) =>
  <S extends Shape>(x: mean<S, Scale>): Normal<eventOf<S, Scale>> => {
    const scale: number | 'perOutput' = options.scale
    const given = parameter(x)
    const made =
      scale === 'perOutput'
        ? splitLast(normalRules, given, 2, (shape) => halve(shape, 'gaussian'))
        : normal(given, scale)
    // `halve` and `eventOf` are one rule, in values and in types.
    return made as Normal<eventOf<S, Scale>>
  }
