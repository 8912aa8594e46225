import { expression } from '../call/Kind.ts'
import { takes } from '../call/takes.ts'
import { abs, add, less, mul, neg, sigmoid, softplus, stopGradient, sub } from '../expr/build.ts'
import type { Expr } from '../expr/Expr.ts'
import type { Node } from '../expr/Op.ts'
import type { Shape } from '../shape/Shape.ts'
import { type Dist, distOf, type Family, klRow } from './Dist.ts'

/** Independent coins, one a coordinate. */
export interface Bernoulli<S extends Shape> extends Dist<'Bernoulli', S, 'binary', 'discrete', 'Bernoulli', 'values'> {
  readonly params: Logits
}
type Logits = { readonly logits: Node }

/**
 *   KL = Σₓ q(x) (log q(x) − log p(x)) with log q(1) = −softplus(−l), log q(0) = −softplus(l)
 *
 * Numerics  each tail has its own logarithm, so a nearly certain coin keeps its relative accuracy
 */
const betweenBernoullis = ({ logits: q }: Logits, { logits: p }: Logits): Node => {
  const outcome = (a: Node, b: Node): Node => mul(sigmoid(a), sub(softplus(neg(b)), softplus(neg(a))))
  return add(outcome(q, p), outcome(neg(q), neg(p)))
}

/**
 * With logits l = log(p / (1 − p)):
 *
 *   log p(x) = −(softplus(l) − l x)        entropy  softplus(−|l|) + |l| sigmoid(−|l|)
 *
 * The density is the form that the passes fuse into `sigmoidCrossEntropy`. The entropy is even in l, and so written its two terms are
 * both positive: nothing cancels where the coin is nearly certain. Not a likelihood of grey levels: for those the densities do not sum to 1;
 * that is `continuousBernoulli`.
 */
export const bernoulliFamily: Family<'Bernoulli', 'binary', 'discrete', Logits, 'Bernoulli'> = {
  name: 'Bernoulli',
  support: 'binary',
  sampling: 'discrete',
  params: ['logits'],
  logProb: ({ logits }, x) => neg(sub(softplus(logits), mul(logits, x))),
  draw: ({ logits }, noise) => stopGradient(less(noise('uniform'), sigmoid(logits))),
  mean: ({ logits }) => sigmoid(logits),
  variance: ({ logits }) => mul(sigmoid(logits), sigmoid(neg(logits))),
  entropy: ({ logits }) => {
    const away = neg(abs(logits))
    return sub(softplus(away), mul(away, sigmoid(away)))
  },
  klTo: { Bernoulli: klRow(['logits'], betweenBernoullis) },
}

const makeBernoulli = <S extends Shape>(logits: Expr<S>): Bernoulli<S> =>
  distOf(bernoulliFamily, logits.node, { logits: logits.node }, logits.problems)

/**
 * Independent coins with these logits, not probabilities.
 *
 * @example  pipe(z, dense(784), reshape(28, 28, 1), bernoulli)
 */
export const bernoulli: typeof makeBernoulli = takes('bernoulli', makeBernoulli, [expression])
