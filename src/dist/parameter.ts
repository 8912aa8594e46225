import * as E from 'fp-ts/lib/Either.js'
import { broadcastTo, constant, literal, log, sliceAxis } from '../expr/build.ts'
import { type AnyExpr, broken, type Expr, exprOf, problemsOf } from '../expr/Expr.ts'
import type { Node } from '../expr/Op.ts'
import { operandsOf } from '../expr/operands.ts'
import { broadcast } from '../shape/broadcast.ts'
import type { Checked, Shape } from '../shape/Shape.ts'
import { notPositive } from './messages.ts'

/** A parameter as a user gives it. */
export type Parameter = number | AnyExpr

export type shapeOf<A> = A extends Expr<infer S> ? S : []

/**
 * A parameter as an expression. An argument whose type a shape rule decides (`Arg`) is a conditional type inside a generic function;
 * for callers it is never other than a number or an expression, which is what this cast says.
 */
export const parameter = (given: unknown): AnyExpr =>
  typeof given === 'number' ? exprOf(constant(given)) : (given as AnyExpr)

/** What is wrong with a parameter that has to be above 0, where it is a number. */
export const positiveNumber = (given: unknown, family: string, what: string): readonly string[] =>
  typeof given === 'number' && !(given > 0 && given < Infinity) ? [notPositive(family, `${given}`, what)] : []

/** The logarithm of a parameter above 0 without a detour: exact where it is itself an exponential, folded where it is a number. */
export const logOf = (given: Node): Node => {
  if (given.op === 'const')
    return literal(
      given.arg.values.map((value) => Math.log(value)),
      given.shape,
    )
  if (given.op === 'broadcast') return broadcastTo(logOf(operandsOf(given)[0]), given.shape)
  return given.op === 'exp' ? operandsOf(given)[0] : log(given)
}

/** Two nodes of one shape, or what is wrong, with nodes that stand in. */
export interface Pair {
  readonly first: Node
  readonly second: Node
  readonly problems: readonly string[]
}

const pairOf = (
  problems: readonly string[],
  checked: Checked,
  make: (shape: Shape) => readonly [first: Node, second: Node],
): Pair => {
  const wrong = problems.length === 0 && E.isLeft(checked) ? [checked.left] : problems
  const { node } = broken(...wrong)
  const [first, second] = wrong.length === 0 && E.isRight(checked) ? make(checked.right) : [node, node]
  return { first, second, problems: wrong }
}

/** Two expressions of one shape, as the rule judges. */
export const alike = (a: AnyExpr, b: AnyExpr, rule: (a: Shape, b: Shape) => Checked): Pair =>
  pairOf(problemsOf(a, b), rule(a.shape, b.shape), () => [a.node, b.node])

/** Two parameters, repeated to a common shape. */
export const together = (a: AnyExpr, b: AnyExpr): Pair =>
  pairOf(problemsOf(a, b), broadcast(a.shape, b.shape), (shape) => [
    broadcastTo(a.node, shape),
    broadcastTo(b.node, shape),
  ])

/** The two halves of the last axis, where the rule allows the shape of an event. */
export const halves = (x: AnyExpr, rule: (shape: Shape) => Checked): Pair =>
  pairOf(x.problems, rule(x.shape), (event) => {
    const [last, n] = [event.length - 1, event.at(-1) ?? 1]
    return [sliceAxis(x.node, last, 0, n), sliceAxis(x.node, last, n, n)]
  })
