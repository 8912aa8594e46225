import { exp, mul } from '../expr/build.ts'
import type { AnyExpr, Expr } from '../expr/Expr.ts'
import type { Node, Support } from '../expr/Op.ts'
import type { broadcast } from '../shape/broadcast.ts'
import type { Dim } from '../shape/Dim.ts'
import type { Arg, Checked, Ok, Shape } from '../shape/Shape.ts'
import { twice } from '../shape/twice.ts'
import { type Dist, distOf, type Family, type LocationScale } from './Dist.ts'
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

/** What every location-scale family stores. */
export const locationScale: readonly (keyof LocationScale)[] = ['loc', 'scale', 'logScale']

/** A family of a location and a scale, on the support Su, with closed forms of the KL to the families Kl. */
export type LocationScaleFamily<F extends string, Su extends Support, Kl extends string> = Family<
  F,
  Su,
  'reparameterised',
  LocationScale,
  Kl
>
export interface LocationScaleDist<
  F extends string,
  S extends Shape,
  Su extends Support,
  Kl extends string,
> extends Dist<F, S, Su, 'reparameterised', Kl, 'values'> {
  readonly params: LocationScale
}

/** `normal(loc, scale)`: numbers or expressions, repeated to a common shape by numpy's rule. */
export type FromScale<F extends string, Su extends Support, Kl extends string> = <
  L extends Parameter,
  S extends Parameter,
>(
  loc: L,
  scale: Arg<broadcast<shapeOf<L>, shapeOf<S>>, positive<S, F>>,
) => LocationScaleDist<F, Ok<broadcast<shapeOf<L>, shapeOf<S>>>, Su, Kl>

export type FromLogScale<F extends string, Su extends Support, Kl extends string> = <
  L extends Parameter,
  S extends Parameter,
>(
  loc: L,
  logScale: Arg<broadcast<shapeOf<L>, shapeOf<S>>, S>,
) => LocationScaleDist<F, Ok<broadcast<shapeOf<L>, shapeOf<S>>>, Su, Kl>

/** `diagonalNormal(20)`: what comes in has 2 × 20 numbers in its last dimension. */
export type Diagonal<F extends string, Su extends Support, Kl extends string> = <const Event extends Dim>(
  event: Event,
) => <S extends Shape>(x: Arg<twice<S, Event, F>, Expr<S>>) => LocationScaleDist<F, Ok<twice<S, Event, F>>, Su, Kl>

const from = <F extends string, S extends Shape, Su extends Support, Kl extends string>(
  family: LocationScaleFamily<F, Su, Kl>,
  { first: loc, second, problems }: Pair,
  complete: (second: Node) => Omit<LocationScale, 'loc'>,
): LocationScaleDist<F, S, Su, Kl> => distOf(family, loc, { loc, ...complete(second) }, problems)

export const fromScale =
  <F extends string, Su extends Support, Kl extends string>(
    family: LocationScaleFamily<F, Su, Kl>,
  ): FromScale<F, Su, Kl> =>
  (loc, scale) => {
    const given = parameter(scale)
    const wrong = positiveNumber(scale, family.name, 'scale')
    const pair = together(parameter(loc), { ...given, problems: [...given.problems, ...wrong] })
    return from(family, pair, (repeated) => ({ scale: repeated, logScale: logOf(repeated) }))
  }

/** From the logarithm of the scale, which any real number can be. */
export const fromLogScale =
  <F extends string, Su extends Support, Kl extends string>(
    family: LocationScaleFamily<F, Su, Kl>,
  ): FromLogScale<F, Su, Kl> =>
  (loc, logScale) =>
    from(family, together(parameter(loc), parameter(logScale)), (given) => ({ scale: exp(given), logScale: given }))

/** From one expression whose last axis holds all locations, then all `power · log scale`s: log-variances where the power is 2. */
export const splitLast = <F extends string, S extends Shape, Su extends Support, Kl extends string>(
  family: LocationScaleFamily<F, Su, Kl>,
  x: AnyExpr,
  power: number,
  rule: (shape: Shape) => Checked,
): LocationScaleDist<F, S, Su, Kl> =>
  from<F, S, Su, Kl>(family, halves(x, rule), (given) => {
    const logScale = power === 1 ? given : mul(given, 1 / power)
    return { scale: exp(logScale), logScale }
  })

export const diagonal =
  <F extends string, Su extends Support, Kl extends string>(
    family: LocationScaleFamily<F, Su, Kl>,
    power: number,
  ): Diagonal<F, Su, Kl> =>
  (event) =>
  (x) =>
    splitLast(family, parameter(x), power, (shape) => twice(shape, event, family.name))
