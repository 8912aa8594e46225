import { abs, less, mul, neg, sigmoid, softplus, stopGradient, sub } from '../expr/build.ts'
import type { Expr } from '../expr/Expr.ts'
import { node } from '../expr/node.ts'
import type { Shape } from '../shape/Shape.ts'
import { distOf, type DistOf, type FamilyRules } from './Dist.ts'

/** Independent coins, one a coordinate. */
export type Bernoulli<S extends Shape> = DistOf<'Bernoulli', S>

/**
 * With logits l = log(p / (1 − p)):
 *
 *   log p(x) = −(softplus(l) − l x)        entropy  softplus(−|l|) + |l| sigmoid(−|l|)
 *
 * The density is the form that the passes fuse into `sigmoidCrossEntropy`. The entropy is even in l, and so written its two terms are
 * both positive: nothing cancels where the coin is nearly certain. Not a likelihood of grey levels: for those the densities do not sum to 1;
 * that is `continuousBernoulli`.
 */
export const bernoulliRules: FamilyRules<'Bernoulli'> = {
  family: 'Bernoulli',
  support: 'binary',
  sampling: 'discrete',
  logProb: ({ logits }, x) => neg(sub(softplus(logits), mul(logits, x))),
  sample: ({ logits }, name) =>
    stopGradient(less(node('noise', { name, shape: logits.shape, law: 'uniform' }), sigmoid(logits))),
  mean: ({ logits }) => sigmoid(logits),
  variance: ({ logits }) => mul(sigmoid(logits), sigmoid(neg(logits))),
  entropy: ({ logits }) => {
    const away = neg(abs(logits))
    return sub(softplus(away), mul(away, sigmoid(away)))
  },
}

/**
 * Independent coins with these logits, not probabilities.
 *
 * @example  pipe(z, dense(784), reshape(28, 28, 1), bernoulli)
 */
export const bernoulli = <S extends Shape>(logits: Expr<S>): Bernoulli<S> =>
  distOf<'Bernoulli', S>(bernoulliRules, logits.node, { logits: logits.node }, logits.problems)
