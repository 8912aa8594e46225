import { add, countQuantile, exp, lgamma, mul, stopGradient, sub } from '../expr/build.ts'
import type { Node } from '../expr/Op.ts'
import type { Shape } from '../shape/Shape.ts'
import { type Dist, distOf, type Family, klRow } from './Dist.ts'
import { level } from './level.ts'
import type { positive } from './messages.ts'
import { excess } from './Normal.ts'
import { logOf, type Parameter, parameter, positiveNumber, type shapeOf } from './parameter.ts'

/** Independent counts of rare events, one a coordinate. */
export interface Poisson<S extends Shape> extends Dist<'Poisson', S, 'count', 'discrete', 'Poisson', 'values'> {
  readonly params: Rate
}
type Rate = { readonly rate: Node; readonly logRate: Node }

/**
 *   KL = λq log(λq / λp) − λq + λp = λq (eᵗ − 1 − t), t = log λp − log λq
 *
 * Numerics  no term is negative
 */
const betweenPoissons = (q: Rate, p: Rate): Node => mul(q.rate, excess(sub(p.logRate, q.logRate)))

/**
 *   log p(x) = x log λ − λ − log x!        sample  the least count whose distribution function is above u
 *
 * The entropy has no closed form.
 *
 * Numerics  an ulp of x log λ. Noise has cells of 2⁻²³, so that no draw is farther out than 5.4 standard deviations of a Normal
 */
export const poissonFamily: Family<'Poisson', 'count', 'discrete', Rate, 'Poisson'> = {
  name: 'Poisson',
  support: 'count',
  sampling: 'discrete',
  params: ['rate', 'logRate'],
  logProb: ({ rate, logRate }, x) => sub(sub(mul(x, logRate), rate), lgamma(add(x, 1))),
  draw: ({ rate }, noise) => stopGradient(countQuantile(level(noise('uniform')), rate, 0)),
  mean: ({ rate }) => rate,
  variance: ({ rate }) => rate,
  entropy: undefined,
  klTo: { Poisson: klRow(['rate', 'logRate'], betweenPoissons) },
}

/**
 * Independent Poisson counts of these rates: their means and their variances. A rate is above 0, so an expression needs a softplus or an
 * exponential; for the logarithm itself there is {@link poissonFromLogRate}.
 *
 * Errors    `notPositive`
 * @example  pipe(z, dense(100), softplus, poisson) // => a Poisson over [100]
 */
export const poisson = <R extends Parameter>(rate: positive<R, 'Poisson', 'rate'>): Poisson<shapeOf<R>> => {
  const given = parameter(rate)
  const problems = [...given.problems, ...positiveNumber(rate, 'Poisson', 'rate')]
  return distOf(poissonFamily, given.node, { rate: given.node, logRate: logOf(given.node) }, problems)
}

/**
 * {@link poisson} from log λ, any real number: the canonical parameter. Exposure is added to it, as a logarithm.
 *
 * @example  pipe(z, dense(100), poissonFromLogRate) // => a Poisson over [100]
 */
export const poissonFromLogRate = <R extends Parameter>(logRate: R): Poisson<shapeOf<R>> => {
  const { node: log, problems } = parameter(logRate)
  return distOf(poissonFamily, log, { rate: exp(log), logRate: log }, problems)
}
