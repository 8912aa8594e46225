import { answered } from '../call/answer.ts'
import { record } from '../call/Kind.ts'
import { takes } from '../call/takes.ts'
import { type Expr, exprOf, problemsOf } from '../expr/Expr.ts'
import type { Node, Support } from '../expr/Op.ts'
import { substitute } from '../expr/substitute.ts'
import type { Shape } from '../shape/Shape.ts'
import { isValueLeaf, valueLeaf } from './Dist.ts'
import { overEvent } from './overEvent.ts'

/**
 * An invertible function y = f(x) with log |det ∂f/∂x|, as expressions over a leaf that stands for its argument. One of numbers, shape [], is
 * repeated over any event; one of a whole event fits that shape alone.
 */
export interface Bijector<
  Name extends string,
  S extends Shape,
  From extends Support,
  To extends Support,
  Inv extends boolean,
> {
  readonly name: Name
  readonly shape: S
  readonly from: From
  readonly to: To
  /** whether f⁻¹ is known; where it is not, only values that were drawn can be scored */
  readonly invertible: Inv
  readonly forward: Node
  readonly inverse: Node | undefined
  /** of the forward function at x: [], summed over the event where it is of a whole event   Units  nats */
  readonly logAbsDet: Node
  readonly problems: readonly string[]
}
export type AnyBijector = Bijector<string, Shape, Support, Support, boolean>

/** What a bijector is declared by; an absent `event` is one number. */
interface Described<Name extends string, S extends Shape, From extends Support, To extends Support> {
  readonly name: Name
  readonly event?: S
  /** the values that f takes; default 'real' */
  readonly from?: From
  /** the values that f answers; default 'real' */
  readonly to?: To
  readonly forward: (x: Expr<S>) => Expr<S>
  readonly logAbsDet: (x: Expr<S>) => Expr<[]>
}
interface Inverse<S extends Shape> {
  readonly inverse: (y: Expr<S>) => Expr<S>
}

/** What {@link bijector} is to the compiler: with an inverse, or without. */
interface Declare {
  <const Name extends string, const S extends Shape = [], From extends Support = 'real', To extends Support = 'real'>(
    declared: Described<Name, S, From, To> & Inverse<S>,
  ): Bijector<Name, S, From, To, true>
  <const Name extends string, const S extends Shape = [], From extends Support = 'real', To extends Support = 'real'>(
    declared: Described<Name, S, From, To>,
  ): Bijector<Name, S, From, To, false>
}

const declare = <S extends Shape>(d: Described<string, S, Support, Support> & Partial<Inverse<S>>): AnyBijector => {
  const [from, to] = [d.from ?? 'real', d.to ?? 'real']
  // Absent means a number: what the default of S says.
  const event = (d.event ?? []) as S
  const x = exprOf<S>(valueLeaf(event, from))
  const inverse = d.inverse && answered(d.name, 'inverse', d.inverse(exprOf<S>(valueLeaf(event, to))))
  const forward = answered(d.name, 'forward', d.forward(x))
  const logAbsDet = answered(d.name, 'logAbsDet', d.logAbsDet(x))
  return {
    name: d.name,
    shape: event,
    from,
    to,
    invertible: inverse !== undefined,
    forward: forward.node,
    inverse: inverse?.node,
    logAbsDet: logAbsDet.node,
    problems: problemsOf(forward, logAbsDet, ...(inverse === undefined ? [] : [inverse])),
  }
}

/**
 * A bijector of your own. `logAbsDet` is log |det ∂f/∂x| of the *forward* function at x. Written for one number, it is repeated over the event that it
 * transforms; with `event` it is of a whole vector, and may mix its coordinates.
 *
 * Defaults  from and to 'real'; without `inverse` it transforms what is only ever drawn, such as a guide
 * Errors    what is wrong with its expressions, where it is used
 * @example  bijector({ name: 'cube', forward: (x) => pipe(x, mul(x), mul(x)), logAbsDet: (x) => pipe(abs(x), log, mul(2), add(Math.log(3))) })
 */
// The fields of the result are those that the signatures state.
export const bijector: Declare = takes('bijector', declare as Declare, [record])

/** A bijector at work on an event. */
export interface Applied {
  readonly forward: (x: Node) => Node
  readonly inverse: ((y: Node) => Node) | undefined
  /** in terms: the event's shape where each number is transformed by itself, else [] */
  readonly logAbsDet: (x: Node) => Node
}

/** The bijector over an event of this shape. */
export const over = (bijector: AnyBijector, event: readonly number[]): Applied => {
  const { forward, inverse, logAbsDet } = bijector
  const repeated = bijector.shape.length === 0 ? event : []
  const [f = forward, l = logAbsDet, i] = overEvent(
    [forward, logAbsDet, ...(inverse === undefined ? [] : [inverse])],
    repeated,
  )
  const at =
    (root: Node) =>
    (x: Node): Node =>
      substitute([root], (leaf) => (isValueLeaf(leaf) ? x : undefined))[0] ?? root
  return { forward: at(f), logAbsDet: at(l), inverse: i === undefined ? undefined : at(i) }
}
