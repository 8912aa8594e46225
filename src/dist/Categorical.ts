import { expression } from '../call/Kind.ts'
import { takes } from '../call/takes.ts'
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
import type { Node } from '../expr/Op.ts'
import type { Shape } from '../shape/Shape.ts'
import { type Dist, distOf, type Family, klRow } from './Dist.ts'
import { level } from './level.ts'
import { noCategories } from './messages.ts'
import { parameter } from './parameter.ts'

/** One-hot along the last axis, of extent K; independent along the others. */
export interface Categorical<S extends Shape> extends Dist<
  'Categorical',
  S,
  'oneHot',
  'discrete',
  'Categorical',
  'values'
> {
  readonly params: Logits
}
type Logits = { readonly logits: Node }

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
const gumbel = (uniform: Node): Node => neg(log(neg(log(level(uniform)))))

/**   KL = Σₖ softmax(lq)ₖ (log softmax(lq)ₖ − log softmax(lp)ₖ) */
const betweenCategoricals = (q: Logits, p: Logits): Node => {
  const [logQ, logP] = [logProbabilities(q.logits), logProbabilities(p.logits)]
  return sum(mul(exp(logQ), sub(logQ, logP)), [last(logQ)])
}

/**
 *   log p(x) = Σₖ xₖ log softmax(l)ₖ        entropy  −Σₖ softmax(l)ₖ log softmax(l)ₖ        sample  argmaxₖ (lₖ + gₖ), g Gumbel
 *
 * Shapes    event [..., K]; terms [...], for the K coordinates are one choice. Mean and variance are of the one-hot vector's coordinates.
 */
export const categoricalFamily: Family<'Categorical', 'oneHot', 'discrete', Logits, 'Categorical'> = {
  name: 'Categorical',
  support: 'oneHot',
  sampling: 'discrete',
  params: ['logits'],
  logProb: ({ logits }, x) => sum(mul(x, logProbabilities(logits)), [last(logits)]),
  draw: ({ logits }, noise) => stopGradient(oneHotOfLargest(add(logits, gumbel(noise('uniform'))))),
  mean: ({ logits }) => exp(logProbabilities(logits)),
  variance: ({ logits }) => {
    const p = exp(logProbabilities(logits))
    return mul(p, sub(1, p))
  },
  entropy: ({ logits }) => {
    const logP = logProbabilities(logits)
    return neg(sum(mul(exp(logP), logP), [last(logits)]))
  },
  klTo: { Categorical: klRow(['logits'], betweenCategoricals) },
}

const makeCategorical = <S extends Shape>(
  logits: S extends readonly [] ? noCategories<'[]'> : Expr<S>,
): Categorical<S> => {
  const given = parameter(logits)
  const { node: l, problems } =
    given.shape.length === 0 && given.problems.length === 0 ? broken<S>(noCategories('[]')) : given
  return distOf(categoricalFamily, l, { logits: l }, problems)
}

/**
 * A choice among K, as a one-hot vector; the logits need not be normalised.
 *
 * Errors    `noCategories` for a scalar
 * @example  pipe(z, dense(10), categorical) // => a Categorical over [10]
 */
export const categorical: typeof makeCategorical = takes('categorical', makeCategorical, [expression])
