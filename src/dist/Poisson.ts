import { numeric } from '../call/Kind.ts'
import { takes } from '../call/takes.ts'
import {
  add,
  countQuantile,
  exp,
  less,
  lgamma,
  log,
  max,
  min,
  mul,
  neg,
  select,
  stopGradient,
  sub,
} from '../expr/build.ts'
import type { Node } from '../expr/Op.ts'
import type { Shape } from '../shape/Shape.ts'
import { deviance } from './deviance.ts'
import { type Dist, distOf, type Family, klRow } from './Dist.ts'
import { level } from './level.ts'
import type { positive } from './messages.ts'
import { logOf, type Parameter, parameter, positiveNumber, type shapeOf } from './parameter.ts'
import { factorialExcess } from './stirlingError.ts'

/** Independent counts of rare events, one a coordinate. */
export interface Poisson<S extends Shape> extends Dist<'Poisson', S, 'count', 'discrete', 'Poisson', 'values'> {
  readonly params: Rate
}
type Rate = { readonly rate: Node; readonly logRate: Node }

/**
 *   KL = λq log(λq / λp) − λq + λp
 *
 * Numerics  the deviance of counts, which are numbers as large as λ that leave little: see {@link deviance}
 */
const betweenPoissons = (q: Rate, p: Rate): Node => deviance(q.rate, sub(p.rate, q.rate), sub(p.logRate, q.logRate))

/** A mean, how far it is above the value x, and its logarithm. */
interface Above {
  readonly mean: Node
  readonly above: Node
  readonly logMean: Node
}

/** Below x = 1, where that is x = 0 alone: the density as it is written. */
const logProbOfNone = (x: Node, { mean, logMean }: Above): Node => sub(sub(mul(x, logMean), mean), lgamma(add(x, 1)))

/** From x = 1 on: what x gives away against the mean, and what it gives away against its own. */
const logProbOfSome = (x: Node, { above, logMean }: Above): Node =>
  neg(add(deviance(x, above, sub(logMean, log(x))), factorialExcess(x)))

/** log p(x) under a Poisson distribution, from a difference of mean and x in which nothing has cancelled. */
export const poissonLogProb = (x: Node, of: Above): Node =>
  select(less(x, 1), logProbOfNone(min(x, 1.25), of), logProbOfSome(max(x, 0.75), of))

/**
 *   log p(x) = x log λ − λ − log x!        sample  the least count whose distribution function is above u
 *            = −(x log(x/λ) + λ − x) − (log x! − x log x + x)
 *
 * The entropy has no closed form.
 *
 * Numerics  the second form from x = 1 on: both its terms are negative, so that nothing cancels, where each term of the first may be 10⁸ and their
 *           sum −10. A few ulp of log p. Noise has cells of 2⁻²³, so that no draw is farther out than 5.4 standard deviations of a Normal
 * Source    Loader 2000, "Fast and accurate computation of binomial probabilities", eq. 4–6
 */
export const poissonFamily: Family<'Poisson', 'count', 'discrete', Rate, 'Poisson'> = {
  name: 'Poisson',
  support: 'count',
  sampling: 'discrete',
  params: ['rate', 'logRate'],
  logProb: ({ rate, logRate }, x) => poissonLogProb(x, { mean: rate, above: sub(rate, x), logMean: logRate }),
  draw: ({ rate }, noise) => stopGradient(countQuantile(level(noise('uniform')), rate, 0)),
  mean: ({ rate }) => rate,
  variance: ({ rate }) => rate,
  entropy: undefined,
  klTo: { Poisson: klRow(['rate', 'logRate'], betweenPoissons) },
}

const makePoisson = <R extends Parameter>(rate: positive<R, 'Poisson', 'rate'>): Poisson<shapeOf<R>> => {
  const given = parameter(rate)
  const problems = [...given.problems, ...positiveNumber(rate, 'Poisson', 'rate')]
  return distOf(poissonFamily, given.node, { rate: given.node, logRate: logOf(given.node) }, problems)
}

/**
 * Independent Poisson counts of these rates: their means and their variances. A rate is above 0, so an expression needs a softplus or an
 * exponential; for the logarithm itself there is {@link poissonFromLogRate}.
 *
 * Errors    `notPositive`
 * @example  pipe(z, dense(100), softplus, poisson) // => a Poisson over [100]
 */
export const poisson: typeof makePoisson = takes('poisson', makePoisson, [numeric])

const makePoissonFromLogRate = <R extends Parameter>(logRate: R): Poisson<shapeOf<R>> => {
  const { node: log, problems } = parameter(logRate)
  return distOf(poissonFamily, log, { rate: exp(log), logRate: log }, problems)
}

/**
 * {@link poisson} from log λ, any real number: the canonical parameter. Exposure is added to it, as a logarithm.
 *
 * @example  pipe(z, dense(100), poissonFromLogRate) // => a Poisson over [100]
 */
export const poissonFromLogRate: typeof makePoissonFromLogRate = takes('poissonFromLogRate', makePoissonFromLogRate, [
  numeric,
])
