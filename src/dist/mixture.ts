import { distribution, expression } from '../call/Kind.ts'
import { takes } from '../call/takes.ts'
import { add, broadcastTo, exp, logSumExp, mul, reshape, square, sub, sum } from '../expr/build.ts'
import { type Expr, problemsOf } from '../expr/Expr.ts'
import type { Node, Support } from '../expr/Op.ts'
import type { Shape } from '../shape/Shape.ts'
import { show } from '../shape/show.ts'
import { categorical, logProbabilities } from './Categorical.ts'
import { type AnyDist, type Dist, noisePart, type Parts, type Sampling, valueLeaf } from './Dist.ts'
import { logProbTerms, sampleOf } from './family.ts'
import { notOfRows } from './messages.ts'

/** Weights [K] beside what has K rows, [K, ...event]. */
const along = (weights: Node, rows: Node): Node =>
  broadcastTo(reshape(weights, [...weights.shape, ...rows.shape.slice(1).map(() => 1)]), rows.shape)
const averaged = (weights: Node, rows: Node): Node => sum(mul(along(weights, rows), rows), [0])

/** Terms of K rows, summed in each. */
const ofRows = (terms: Node): Node =>
  sum(
    terms,
    terms.shape.slice(1).map((_, i) => i + 1),
  )

const partsOf = (logits: Node, choice: AnyDist, rows: AnyDist, event: Shape): Parts => {
  const logWeights = logProbabilities(logits)
  const weights = exp(logWeights)
  const { logProb, draw, mean, variance } = rows.parts
  // The value is one event, which every row scores.
  const value = broadcastTo(valueLeaf(event, rows.support), rows.shape.map(Number))
  const expected = mean && averaged(weights, mean)
  return {
    ...(logProb === undefined ? {} : { logProb: logSumExp(add(logWeights, ofRows(logProbTerms(rows, value)))) }),
    ...(draw === undefined
      ? {}
      : { draw: averaged(sampleOf(choice, noisePart('component')), sampleOf(rows, noisePart('rows'))) }),
    ...(expected === undefined ? {} : { mean: expected }),
    // E Var + Var E
    ...(expected === undefined || mean === undefined || variance === undefined
      ? {}
      : { variance: averaged(weights, add(variance, square(sub(mean, broadcastTo(expected, mean.shape))))) }),
  }
}

type rowOf<S extends Shape> = S extends readonly [unknown, ...infer Rest extends Shape] ? Rest : Shape

const makeMixture = <
  K extends number,
  F extends string,
  S extends readonly [K, ...number[]],
  Su extends Support,
  Sa extends Sampling,
>(
  logits: Expr<[K]>,
  rows: Dist<F, S, Su, Sa, string, 'values'>,
): Dist<`mixture(${F})`, rowOf<S>, Su, Sa extends 'none' ? 'none' : 'discrete', never, 'values'> => {
  const wrong = problemsOf(logits, rows)
  const fits = wrong.length > 0 || (logits.shape.length === 1 && logits.shape[0] === rows.shape[0])
  const problems = fits ? wrong : [notOfRows('mixture', show(logits.shape), show(rows.shape))]
  const event: Shape = rows.shape.slice(1)
  const sampling: Sampling = rows.sampling === 'none' ? 'none' : 'discrete'
  return {
    family: `mixture(${rows.family})`,
    // The rows without their number, as `rowOf` says.
    shape: event as rowOf<S>,
    support: rows.support,
    // Which of the two is decided where the function is called.
    sampling: sampling as Sa extends 'none' ? 'none' : 'discrete',
    scores: 'values',
    params: {},
    parts: problems.length > 0 ? {} : partsOf(logits.node, categorical(logits), rows, event),
    klTo: {},
    problems,
  }
}

/**
 * A mixture of K distributions, which are the rows of one: log p(x) = log Σₖ softmax(logits)ₖ p(x; row k). A whole event is of one component.
 *
 * Shapes   logits [K], rows over [K, ...event] → a mixture over the event
 * Numerics log-sum-exp, so that far from every component nothing underflows
 * Errors   logits that are not one a row
 * Source   Bishop 2006, eq. 9.7
 * @example mixture(parameter(0, 8), normal(parameter({ stddev: 1 }, 8, 2), 1))
 */
export const mixture: typeof makeMixture = takes('mixture', makeMixture, [expression, distribution])
