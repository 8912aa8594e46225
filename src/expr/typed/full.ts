import { each, number } from '../../call/Kind.ts'
import { takes } from '../../call/takes.ts'
import * as E from 'fp-ts/lib/Either.js'
import { dimensions } from '../../shape/dimensions.ts'
import type { Arg } from '../../shape/Shape.ts'
import { constant } from '../build.ts'
import { broken, type Expr, exprOf } from '../Expr.ts'

const makeFull = <const S extends number[]>(value: number, ...shape: S & Arg<dimensions<S, 'full'>, S>): Expr<S> => {
  const checked = dimensions(shape, 'full')
  return E.isLeft(checked) ? broken<S>(checked.left) : exprOf<S>(constant(value, checked.right))
}

/**
 * One number in every place: `full(0, 8)`. For a prior that is not standard, `laplace(full(0, 8), 1)`.
 *
 * Errors    `notNatural`
 */
export const full: typeof makeFull = takes('full', makeFull, [number, each(number)])
