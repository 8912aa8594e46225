import {
  add,
  broadcastTo,
  equal,
  exp,
  keepAxes,
  literal,
  log,
  maximum,
  mul,
  neg,
  stopGradient,
  sub,
  sum,
} from '../expr/build.ts'
import { broken, type Expr } from '../expr/Expr.ts'
import { node } from '../expr/node.ts'
import type { Node } from '../expr/Op.ts'
import type { Shape } from '../shape/Shape.ts'
import { distOf, type DistOf, type FamilyRules } from './Dist.ts'
import { noCategories } from './messages.ts'
import { parameter } from './parameter.ts'

/** One-hot along the last axis, of extent K; independent along the others. */
export type Categorical<S extends Shape> = DistOf<'Categorical', S>

const last = (x: Node): number => x.shape.length - 1
/** Over the last axis, back in the shape of x. */
const spread = (reduced: Node, x: Node): Node => broadcastTo(keepAxes(reduced, x.shape, [last(x)]), x.shape)

/**
 * log softmax along the last axis. The largest logit is taken off first and not put back before the difference, so large logits of
 * similar size cost no accuracy; no derivative flows through it, for it changes no value.
 */
export const logProbabilities = (logits: Node): Node => {
  const below = sub(logits, spread(stopGradient(maximum(logits, [last(logits)])), logits))
  return sub(below, spread(log(sum(exp(below), [last(logits)])), logits))
}

/** 1 where the last axis has its largest value, 0 elsewhere; of several largest the first alone. */
const oneHotOfLargest = (x: Node): Node => {
  const k = x.shape[last(x)] ?? 1
  const isLargest = (y: Node): Node => equal(y, spread(maximum(y, [last(y)]), y))
  const earlierIsMore = literal(
    Array.from({ length: k }, (_, i) => k - i),
    [k],
  )
  return isLargest(mul(isLargest(x), earlierIsMore))
}

/** −log(−log u), with u in the middle of its cell of 2⁻²³, so that neither logarithm is of 0. */
const gumbel = (name: string, shape: readonly number[]): Node =>
  neg(log(neg(log(add(node('noise', { name, shape, law: 'uniform' }), 2 ** -24)))))

/**
 *   log p(x) = Σₖ xₖ log softmax(l)ₖ        entropy  −Σₖ softmax(l)ₖ log softmax(l)ₖ        sample  argmaxₖ (lₖ + gₖ), g Gumbel
 *
 * Shapes    event [..., K]; terms [...], for the K coordinates are one choice. Mean and variance are of the one-hot vector's coordinates.
 */
export const categoricalRules: FamilyRules<'Categorical'> = {
  family: 'Categorical',
  support: 'oneHot',
  sampling: 'discrete',
  logProb: ({ logits }, x) => sum(mul(x, logProbabilities(logits)), [last(logits)]),
  sample: ({ logits }, name) => stopGradient(oneHotOfLargest(add(logits, gumbel(name, logits.shape)))),
  mean: ({ logits }) => exp(logProbabilities(logits)),
  variance: ({ logits }) => {
    const p = exp(logProbabilities(logits))
    return mul(p, sub(1, p))
  },
  entropy: ({ logits }) => {
    const logP = logProbabilities(logits)
    return neg(sum(mul(exp(logP), logP), [last(logits)]))
  },
}

/**
 * A choice among K, as a one-hot vector; the logits need not be normalised.
 *
 * Errors    `noCategories` for a scalar
 * @example  pipe(z, dense(10), categorical) // => a Categorical over [10]
 */
export const categorical = <S extends Shape>(
  logits: S extends readonly [] ? noCategories<'[]'> : Expr<S>,
): Categorical<S> => {
  const given = parameter(logits)
  const { node: l, problems } =
    given.shape.length === 0 && given.problems.length === 0 ? broken<S>(noCategories('[]')) : given
  return distOf<'Categorical', S>(categoricalRules, l, { logits: l }, problems)
}
