import { each, number } from '../call/Kind.ts'
import { takes } from '../call/takes.ts'
import { node } from '../expr/node.ts'
import { type Expr, broken, exprOf } from '../expr/Expr.ts'
import type { Support } from '../expr/Op.ts'
import * as E from 'fp-ts/lib/Either.js'
import { dimensions } from '../shape/dimensions.ts'
import type { Arg, Shape } from '../shape/Shape.ts'

/** What a program is given of one datum: a shape, and which values it can hold. */
export interface Field<S extends Shape, Su extends Support> {
  readonly shape: S
  readonly support: Su
}
export type AnyField = Field<Shape, Support>
export type Fields = Readonly<Record<string, AnyField>>

type FieldOf<Su extends Support> = <const S extends number[]>(...shape: S & Arg<dimensions<S, Su>, S>) => Field<S, Su>

const field = <Su extends Support>(support: Su): FieldOf<Su> =>
  takes<FieldOf<Su>>(support, (...shape) => ({ shape, support }), [each(number)])

/** Zeros and ones: `binary(28, 28, 1)`. */
export const binary: FieldOf<'binary'> = field('binary')
/** Values in [0, 1], such as grey levels: for a Gaussian likelihood, or `continuousBernoulli`. */
export const unit: FieldOf<'unit'> = field('unit')
/** Any real values. */
export const real: FieldOf<'real'> = field('real')
/** Values above 0. */
export const positive: FieldOf<'positive'> = field('positive')
/** 0, 1, 2, … */
export const count: FieldOf<'count'> = field('count')
/** A class among `shape`'s last: a vector with one 1. */
export const oneHot: FieldOf<'oneHot'> = field('oneHot')

/** The leaf that stands for a named value of this shape: data of the program, or a latent until it is sampled. */
export const placeholder = <S extends Shape>(name: string, shape: S, support: Support): Expr<S> => {
  const checked = dimensions(shape, support)
  return E.isLeft(checked) ? broken<S>(checked.left) : exprOf<S>(node('data', { name, shape: checked.right, support }))
}
