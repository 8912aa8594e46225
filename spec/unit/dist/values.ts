import * as E from 'fp-ts/lib/Either.js'
import * as O from 'fp-ts/lib/Option.js'
import type { AnyDist } from '../../../src/dist/Dist.ts'
import { entropyTerms } from '../../../src/dist/family.ts'
import { literal } from '../../../src/expr/build.ts'
import { type Expr, exprOf } from '../../../src/expr/Expr.ts'
import type { Node } from '../../../src/expr/Op.ts'
import { evaluate, type Feed } from '../../../src/interp/reference/index.ts'
import type { Shape } from '../../../src/shape/Shape.ts'

/** Numbers as an expression; a flat list is a vector. */
export const vector = (values: readonly number[], shape: Shape = [values.length]): Expr<Shape> =>
  exprOf(literal(values, shape))

/** The entropy of a family that has one in closed form. */
export const entropyOf = (dist: AnyDist): Node => {
  const terms = entropyTerms(dist)
  if (O.isNone(terms)) throw new Error(`no entropy of ${dist.family}`)
  return terms.value
}

/** What a vertex is worth in float64. */
export const valuesOf = (node: Node, feeds: Readonly<Record<string, Feed>> = {}): readonly number[] => {
  const value = evaluate(exprOf(node), feeds)
  if (E.isLeft(value)) throw new Error(value.left.message)
  return [...value.right.data]
}
