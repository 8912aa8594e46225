import { exp, mul } from '../expr/build.ts'
import type { AnyExpr, Expr } from '../expr/Expr.ts'
import type { Node } from '../expr/Op.ts'
import type { broadcast } from '../shape/broadcast.ts'
import type { Dim } from '../shape/Dim.ts'
import type { Arg, Checked, Ok, Shape } from '../shape/Shape.ts'
import { twice } from '../shape/twice.ts'
import { distOf, type DistOf, type FamilyRules, type LocationScale } from './Dist.ts'
import type { positive } from './messages.ts'
import {
  halves,
  logOf,
  type Pair,
  type Parameter,
  parameter,
  positiveNumber,
  type shapeOf,
  together,
} from './parameter.ts'

/** Families that are a location and a scale. */
export type LocationScaleFamily = 'Normal' | 'Laplace' | 'LogNormal'

/** `normal(loc, scale)`: numbers or expressions, repeated to a common shape by numpy's rule. */
export type FromScale<F extends LocationScaleFamily> = <L extends Parameter, S extends Parameter>(
  loc: L,
  scale: Arg<broadcast<shapeOf<L>, shapeOf<S>>, positive<S, F>>,
) => DistOf<F, Ok<broadcast<shapeOf<L>, shapeOf<S>>>>

export type FromLogScale<F extends LocationScaleFamily> = <L extends Parameter, S extends Parameter>(
  loc: L,
  logScale: Arg<broadcast<shapeOf<L>, shapeOf<S>>, S>,
) => DistOf<F, Ok<broadcast<shapeOf<L>, shapeOf<S>>>>

/** `diagonalNormal(20)`: what comes in has 2 × 20 numbers in its last dimension. */
export type Diagonal<F extends LocationScaleFamily> = <const Event extends Dim>(
  event: Event,
) => <S extends Shape>(x: Arg<twice<S, Event, F>, Expr<S>>) => DistOf<F, Ok<twice<S, Event, F>>>

/** What these constructors need of a family. */
type Rules<F extends LocationScaleFamily> = FamilyRules<F> & { readonly family: F }

const from = <F extends LocationScaleFamily, S extends Shape>(
  rules: Rules<F>,
  { first: loc, second, problems }: Pair,
  complete: (second: Node) => Omit<LocationScale, 'loc'>,
): DistOf<F, S> => distOf<F, S>(rules, loc, { loc, ...complete(second) }, problems)

export const fromScale =
  <F extends LocationScaleFamily>(rules: Rules<F>): FromScale<F> =>
  (loc, scale) => {
    const given = parameter(scale)
    const wrong = positiveNumber(scale, rules.family, 'scale')
    const pair = together(parameter(loc), { ...given, problems: [...given.problems, ...wrong] })
    return from(rules, pair, (repeated) => ({ scale: repeated, logScale: logOf(repeated) }))
  }

/** From the logarithm of the scale, which any real number can be. */
export const fromLogScale =
  <F extends LocationScaleFamily>(rules: Rules<F>): FromLogScale<F> =>
  (loc, logScale) =>
    from(rules, together(parameter(loc), parameter(logScale)), (given) => ({ scale: exp(given), logScale: given }))

/** From one expression whose last axis holds all locations, then all `power · log scale`s: log-variances where the power is 2. */
export const splitLast = <F extends LocationScaleFamily, S extends Shape>(
  rules: Rules<F>,
  x: AnyExpr,
  power: number,
  rule: (shape: Shape) => Checked,
): DistOf<F, S> =>
  from<F, S>(rules, halves(x, rule), (given) => {
    const logScale = power === 1 ? given : mul(given, 1 / power)
    return { scale: exp(logScale), logScale }
  })

export const diagonal =
  <F extends LocationScaleFamily>(rules: Rules<F>, power: number): Diagonal<F> =>
  (event) =>
  (x) =>
    splitLast(rules, parameter(x), power, (shape) => twice(shape, event, rules.family))
