import type { Called } from '../../call/usage.ts'
import { each, expression, number } from '../../call/Kind.ts'
import { takes } from '../../call/takes.ts'
import * as E from 'fp-ts/lib/Either.js'
import { place } from '../../shape/axis.ts'
import { type Axes, reduce } from '../../shape/reduce.ts'
import type { Arg, Ok, Shape } from '../../shape/Shape.ts'
import * as b from '../build.ts'
import { type AnyExpr, type Expr, lift } from '../Expr.ts'
import type { Node } from '../Op.ts'

type axesOf<A extends readonly number[]> = A extends readonly [] ? 'all' : A

/**
 * A reduction over the named axes, negative from the end; over all of them where none is named: `pipe(x, sum(-1))`, `pipe(x, sum())`.
 *
 * Errors    `axisOutside`, `axisTwice`
 */
export type Reduction<Name extends string> = <const A extends readonly number[]>(
  ...axes: A
) => <S extends Shape>(
  x: Arg<reduce<S, axesOf<A>, false, Name>, Expr<S>>,
) => Expr<Ok<reduce<S, axesOf<A>, false, Name>>>

const reduction = <Name extends Called>(
  name: Name,
  construct: (x: Node, axes: readonly number[]) => Node,
): Reduction<Name> => {
  const apply =
    (...axes: readonly number[]) =>
    (x: unknown) => {
      // `Arg` is decided where the function is called.
      const { shape, node } = x as AnyExpr
      const named: Axes = axes.length === 0 ? 'all' : axes
      const at = axes.length === 0 ? b.allAxes(node) : axes.map((a) => place(shape, a) ?? a)
      return lift([x as AnyExpr], () => E.map(() => construct(node, at))(reduce(shape, named, false, name)))
    }
  // The shape that is computed is the one that the type states.
  return takes(name, apply as Reduction<Name>, [each(number)], [expression])
}

export const sum: Reduction<'sum'> = reduction('sum', b.sum)
export const mean: Reduction<'mean'> = reduction('mean', b.mean)
export const largest: Reduction<'largest'> = reduction('largest', b.maximum)
/** log Σ exp, without overflow. */
export const logSumExp: Reduction<'logSumExp'> = reduction('logSumExp', b.logSumExp)
