import type { Called } from '../../call/usage.ts'
import { expression, numeric } from '../../call/Kind.ts'
import { takes } from '../../call/takes.ts'
import * as E from 'fp-ts/lib/Either.js'
import { broadcast } from '../../shape/broadcast.ts'
import type { Arg, Ok, Shape } from '../../shape/Shape.ts'
import * as b from '../build.ts'
import { type AnyExpr, type Expr, exprOf, lift } from '../Expr.ts'
import type { Node } from '../Op.ts'

/**
 * A function of two numbers, data last: `pipe(a, sub(b))` is a − b. Extents of 1 and absent leading axes repeat.
 *
 * Errors    `cannotBroadcast`
 */
export interface Binary {
  (y: number): <S extends Shape>(x: Expr<S>) => Expr<S>
  <B extends Shape>(y: Expr<B>): <A extends Shape>(x: Arg<broadcast<A, B>, Expr<A>>) => Expr<Ok<broadcast<A, B>>>
}

const binary = (name: Called, construct: (x: Node, y: Node) => Node): Binary => {
  const apply = (y: number | AnyExpr) => (x: unknown) => {
    // `Arg` is decided where the function is called: an expression, or a mistake that does not compile.
    const [left, right] = [x as AnyExpr, typeof y === 'number' ? exprOf<Shape>(b.constant(y)) : y]
    return lift([left, right], () => E.map(() => construct(left.node, right.node))(broadcast(left.shape, right.shape)))
  }
  // One body for both signatures; the shape it computes is the one they state.
  return takes(name, apply as Binary, [numeric], [expression])
}

export const add: Binary = binary('add', b.add)
export const sub: Binary = binary('sub', b.sub)
export const mul: Binary = binary('mul', b.mul)
export const div: Binary = binary('div', b.div)
export const maximum: Binary = binary('maximum', b.max)
export const minimum: Binary = binary('minimum', b.min)
/** 1 where the value is less than y, else 0; no gradient passes. */
export const lessThan: Binary = binary('lessThan', b.less)
