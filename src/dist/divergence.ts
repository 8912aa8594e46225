import { distribution } from '../call/Kind.ts'
import { takes } from '../call/takes.ts'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { sum } from '../expr/build.ts'
import { broken, type Expr, exprOf, problemsOf } from '../expr/Expr.ts'
import type { Node } from '../expr/Op.ts'
import { shapesDiffer } from '../shape/messages.ts'
import { type ArgE, isSame } from '../shape/Shape.ts'
import { show } from '../shape/show.ts'
import type { AnyDist } from './Dist.ts'
import { klTerms } from './family.ts'
import { noClosedForm } from './messages.ts'

/** Whether q has a closed form of its KL to p, or can have one where a family is known late. */
export type hasClosedForm<Q extends AnyDist, P extends AnyDist> = [
  Q extends AnyDist ? P['family'] & keyof Q['klTo'] : never,
] extends [never]
  ? false
  : true
export const hasClosedForm = (q: AnyDist, p: AnyDist): boolean => Object.hasOwn(q.klTo, p.family)

/** What is wrong with a pair, for someone who asks for its KL in closed form: a message, or `never`. */
export type klMismatch<Q extends AnyDist, P extends AnyDist, Where extends string> =
  isSame<Q['shape'], P['shape']> extends false
    ? shapesDiffer<Where, `q ${show<Q['shape']>}`, `p ${show<P['shape']>}`>
    : hasClosedForm<Q, P> extends false
      ? noClosedForm<Where, Q['family'], P['family']>
      : never

/** The terms, or what is wrong with the pair; `where` opens the message. */
const klChecked = (q: AnyDist, p: AnyDist, where: string): E.Either<string, Node> =>
  isSame(q.shape, p.shape)
    ? E.fromOption(() => noClosedForm(where, q.family, p.family))(klTerms(q, p))
    : E.left(shapesDiffer(where, `q ${show(q.shape)}`, `p ${show(p.shape)}`))

const makeKl = <Q extends AnyDist, P extends AnyDist>(q: Q, p: ArgE<klMismatch<Q, P, 'KL'>, P>): Expr<[]> => {
  // For callers never other than P; inside a generic function the condition is not decided yet.
  const prior = p as AnyDist
  const problems = problemsOf(q, prior)
  if (problems.length > 0) return broken(...problems)
  return pipe(
    klChecked(q, prior, 'KL'),
    E.match(
      (message) => broken<[]>(message),
      (terms) => exprOf<[]>(sum(terms)),
    ),
  )
}

/**
 * KL divergence in closed form, summed over the event.
 *
 * Shapes    q and p over one event → Expr<[]>      Units nats      Range ≥ 0, 0 iff q = p
 * Errors    `KL: shapes differ: q [20] vs p [32]` · `KL: no closed-form KL(Normal || Laplace); use elbo({ kl: 'sampled' })`
 * @example  evaluate(kl(normal(0, 1), normal(0, 1))) // => 0
 */
export const kl: typeof makeKl = takes('kl', makeKl, [distribution, distribution])
