import { bijector, distribution } from '../call/Kind.ts'
import { takes } from '../call/takes.ts'
import { problemsOf } from '../expr/Expr.ts'
import type { Node, Support } from '../expr/Op.ts'
import type { Shape } from '../shape/Shape.ts'
import { show } from '../shape/show.ts'
import { type AnyBijector, type Bijector, over } from './Bijector.ts'
import { type AnyDist, type Dist, type Parts, type Sampling, type Scoring, valueLeaf } from './Dist.ts'
import { difference, logProbTerms } from './family.ts'
import { bijectorShape, noJacobian, outsideBijector } from './messages.ts'
import { isInside } from './Support.ts'

const problemsWith = (b: AnyBijector, dist: AnyDist): readonly string[] => [
  ...problemsOf(b, dist),
  ...(b.shape.length === 0 || show(b.shape) === show(dist.shape)
    ? []
    : [bijectorShape(b.name, show(b.shape), show(dist.shape))]),
  ...(isInside(dist.support, 'real')
    ? isInside(dist.support, b.from)
      ? []
      : [outsideBijector(b.name, dist.family)]
    : [noJacobian(dist.family)]),
]

/** log p(y) = log p(f⁻¹(y)) − log |det ∂f/∂x| at f⁻¹(y), and of a draw without inverting anything. */
const partsOf = (b: AnyBijector, dist: AnyDist): Parts => {
  const event = dist.shape.map(Number)
  const { forward, inverse, logAbsDet } = over(b, event)
  const { logProb, draw, drawLogProb } = dist.parts
  const scored = (x: Node): Node | undefined => logProb && difference(logProbTerms(dist, x), logAbsDet(x))
  const back = dist.scores === 'values' ? inverse?.(valueLeaf(dist.shape, b.to)) : undefined
  const value = back === undefined ? undefined : scored(back)
  const ofDraw = draw && (drawLogProb === undefined ? scored(draw) : difference(drawLogProb, logAbsDet(draw)))
  return {
    ...(value === undefined ? {} : { logProb: value }),
    ...(draw === undefined ? {} : { draw: forward(draw) }),
    ...(ofDraw === undefined ? {} : { drawLogProb: ofDraw }),
  }
}

const makeTransformed =
  <B extends string, E extends Shape, From extends Support, To extends Support, Inv extends boolean>(
    b: Bijector<B, E, From, To, Inv>,
  ) =>
  <F extends string, S extends Shape, Su extends Support, Sa extends Sampling, Sc extends Scoring>(
    dist: Dist<F, S, Su, Sa, string, Sc>,
  ): Dist<`${B}(${F})`, S, To, Sa, never, Inv extends true ? Sc : 'draws'> => {
    const problems = problemsWith(b, dist)
    const scores: Scoring = b.invertible ? dist.scores : 'draws'
    return {
      family: `${b.name}(${dist.family})`,
      shape: dist.shape,
      support: b.to,
      sampling: dist.sampling,
      // `Inv extends true` is decided where the function is called.
      scores: scores as Inv extends true ? Sc : 'draws',
      params: dist.params,
      parts: problems.length > 0 ? {} : partsOf(b, dist),
      klTo: {},
      problems,
    }
  }

/**
 * The distribution of f(x) where x has the given one. With an inverse it scores any value; without, only its own draws, so that it is a guide and
 * nothing else. Mean, variance, entropy and closed forms of the KL are not known of it.
 *
 *   log p(y) = log p(x) − log |det ∂f/∂x|, y = f(x)
 *
 * Errors   a shape that the bijector is not of; values outside what it takes; a distribution on a discrete set
 * Source   Rezende & Mohamed 2015, arXiv:1505.05770, eq. 5
 * @example pipe(standardNormal(2), transformed(bijectors.exp)) // its support is 'positive'
 */
export const transformed: typeof makeTransformed = takes('transformed', makeTransformed, [bijector], [distribution])
