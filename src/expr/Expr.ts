import type { Shape } from '../shape/Shape.ts'
import * as E from 'fp-ts/lib/Either.js'
import { advice } from '../call/advice.ts'
import { Mistake } from '../call/Mistake.ts'
import { constant } from './build.ts'
import type { Node } from './Op.ts'

/**
 * A value for one datum, with its shape in its type. Not a tensor: a vertex of a graph that a target evaluates later. A mistake that
 * only shows when sizes are known (a `number` in the type) does not throw: it travels in `problems` to whoever builds the program.
 */
export interface Expr<S extends Shape> {
  readonly shape: S
  readonly node: Node
  readonly problems: readonly string[]
}
export type AnyExpr = Expr<Shape>

/** Operators of JavaScript cannot build a graph: `z * 2` would be NaN, and `z > 0` false. */
const noOperators = {
  [Symbol.toPrimitive](this: AnyExpr, wanted: string): string {
    if (wanted === 'string') return `an expression [${this.shape.join(', ')}]`
    throw new Mistake(
      `an expression is not a number, so operators such as * and > do not take it; write ${advice.operators}`,
    )
  },
}

/** The one cast from what the value level computed to what the type level says; `spec/types/agreement` holds the two together. */
export const exprOf = <S extends Shape>(node: Node, problems: readonly string[] = []): Expr<S> =>
  Object.assign(Object.create(noOperators), { node, shape: node.shape as unknown as S, problems } satisfies Expr<S>)

/** Stands where an expression could not be built; its message reaches the user through `problems`. */
export const broken = <S extends Shape>(...problems: readonly string[]): Expr<S> =>
  exprOf<S>(constant(Number.NaN), problems)

/** Problems of all operands, each once. */
export const problemsOf = (...parts: readonly { readonly problems: readonly string[] }[]): readonly string[] => [
  ...new Set(parts.flatMap((p) => p.problems)),
]

/** Apply a node-level construction to expressions; what is wrong with an operand, or with their shapes, becomes a problem of the result. */
export const lift = <S extends Shape>(
  operands: readonly AnyExpr[],
  construct: (nodes: readonly Node[]) => E.Either<string, Node>,
): Expr<S> => {
  const problems = problemsOf(...operands)
  if (problems.length > 0) return broken<S>(...problems)
  const made = construct(operands.map((o) => o.node))
  return E.isLeft(made) ? broken<S>(made.left) : exprOf<S>(made.right)
}
