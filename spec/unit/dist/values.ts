import * as E from 'fp-ts/lib/Either.js'
import { literal } from '../../../src/expr/build.ts'
import { type Expr, exprOf } from '../../../src/expr/Expr.ts'
import type { Node } from '../../../src/expr/Op.ts'
import { evaluate, type Feed } from '../../../src/interp/reference/index.ts'
import type { Shape } from '../../../src/shape/Shape.ts'

/** Numbers as an expression; a flat list is a vector. */
export const vector = (values: readonly number[], shape: Shape = [values.length]): Expr<Shape> =>
  exprOf(literal(values, shape))

/** What a vertex is worth in float64. */
export const valuesOf = (node: Node, feeds: Readonly<Record<string, Feed>> = {}): readonly number[] => {
  const value = evaluate(exprOf(node), feeds)
  if (E.isLeft(value)) throw new Error(value.left.message)
  return [...value.right.data]
}
