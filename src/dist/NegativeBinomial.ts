import { numeric } from '../call/Kind.ts'
import { takes } from '../call/takes.ts'
import { add, countQuantile, div, exp, log, min, neg, softplus, square, stopGradient, sub } from '../expr/build.ts'
import type { Node } from '../expr/Op.ts'
import type { broadcast } from '../shape/broadcast.ts'
import type { Arg, Ok, Shape } from '../shape/Shape.ts'
import { deviance } from './deviance.ts'
import { type Dist, distOf, type Family } from './Dist.ts'
import { level } from './level.ts'
import type { positive } from './messages.ts'
import { logOf, type Pair, type Parameter, parameter, positiveNumber, type shapeOf, together } from './parameter.ts'
import { poissonLogProb } from './Poisson.ts'
import { risingExcess } from './stirlingError.ts'

/** Independent overdispersed counts, one a coordinate. */
export interface NegativeBinomial<S extends Shape> extends Dist<
  'NegativeBinomial',
  S,
  'count',
  'discrete',
  never,
  'values'
> {
  readonly params: MeanDispersion
}

/** What counts of a mean and a dispersion store, with the logarithms of both. */
type MeanDispersion = {
  readonly mean: Node
  readonly logMean: Node
  readonly inverseDispersion: Node
  readonly logInverseDispersion: Node
}

/** Of means in float32. */
const LARGEST = 1e30

/** log-odds l of counting on: μ = r eˡ */
const logits = ({ logMean, logInverseDispersion }: MeanDispersion): Node => sub(logMean, logInverseDispersion)

/**
 * Counts of mean μ and variance μ + μ²/r: Poisson's of a rate that is itself Gamma distributed with mean μ and shape r. With log-odds
 * l = log μ − log r, and so p = σ(l), the number of successes of probability p before r failures:
 *
 *   log p(x) = log Γ(x + r) − log Γ(r) − log x! − r softplus(l) − x softplus(−l)
 *
 * The entropy, and a KL to any other, have no closed form.
 *
 * Of the x + r trials that there would be, x are expected to be m = (x + r) μ / (r + μ). With D the deviance of x and m, and B of `risingExcess`,
 *
 *   log p(x) = log Poisson(x; m) − D(r, x + r − m) − B(r, x)
 *
 * Numerics  a sum of terms none of which is positive, so that nothing cancels, for every r and μ: a few ulp of log p
 * Source    Hilbe 2011, Negative Binomial Regression (NB2); Lopez et al. 2018, Nat. Methods 15 (scVI); Loader 2000, "Fast and accurate computation
 *           of binomial probabilities", eq. 3–6
 */
export const negativeBinomialFamily: Family<'NegativeBinomial', 'count', 'discrete', MeanDispersion, never> = {
  name: 'NegativeBinomial',
  support: 'count',
  sampling: 'discrete',
  params: ['mean', 'logMean', 'inverseDispersion', 'logInverseDispersion'],
  logProb: (params, x) => {
    const { inverseDispersion: r } = params
    // Where μ is out of range, m − x has long been r.
    const mean = min(params.mean, LARGEST)
    const above = div(sub(mean, x), add(div(mean, r), 1))
    const logMean = sub(log(add(r, x)), softplus(neg(logits(params))))
    const ofCounts = poissonLogProb(x, { mean: add(x, above), above, logMean })
    const ofFailures = deviance(r, neg(above), sub(logMean, params.logMean))
    return sub(ofCounts, add(ofFailures, risingExcess(r, x)))
  },
  draw: ({ mean, inverseDispersion }, noise) =>
    stopGradient(countQuantile(level(noise('uniform')), mean, div(1, inverseDispersion))),
  mean: ({ mean }) => mean,
  variance: ({ mean, inverseDispersion }) => add(mean, div(square(mean), inverseDispersion)),
  entropy: undefined,
  klTo: {},
}

type Made<M, R> = NegativeBinomial<Ok<broadcast<shapeOf<M>, shapeOf<R>>>>

const from = <S extends Shape>(
  { first, second, problems }: Pair,
  mean: (given: Node) => Pick<MeanDispersion, 'mean' | 'logMean'>,
): NegativeBinomial<S> =>
  distOf(
    negativeBinomialFamily,
    first,
    { ...mean(first), inverseDispersion: second, logInverseDispersion: logOf(second) },
    problems,
  )

const dispersed = (mean: unknown, inverseDispersion: unknown): Pair => {
  const given = parameter(inverseDispersion)
  const wrong = positiveNumber(inverseDispersion, 'NegativeBinomial', 'inverse dispersion')
  return together(parameter(mean), { ...given, problems: [...given.problems, ...wrong] })
}

const makeNegativeBinomial = <M extends Parameter, R extends Parameter>(
  mean: positive<M, 'NegativeBinomial', 'mean'>,
  inverseDispersion: Arg<broadcast<shapeOf<M>, shapeOf<R>>, positive<R, 'NegativeBinomial', 'inverse dispersion'>>,
): Made<M, R> => {
  const pair = dispersed(mean, inverseDispersion)
  const problems = [...positiveNumber(mean, 'NegativeBinomial', 'mean'), ...pair.problems]
  return from({ ...pair, problems }, (given) => ({ mean: given, logMean: logOf(given) }))
}

/**
 * Independent counts with this mean μ and inverse dispersion r, both above 0: the variance is μ + μ²/r, so that a small r means many zeros and a
 * long tail. r is also known as size, or total count; with it, μ/(μ + r) is the success probability and log μ − log r its logit.
 *
 * Errors    `cannotBroadcast`, `notPositive`
 * @example  negativeBinomial(2, 0.5) // => a NegativeBinomial over [], of variance 10
 */
export const negativeBinomial: typeof makeNegativeBinomial = takes('negativeBinomial', makeNegativeBinomial, [
  numeric,
  numeric,
])

const makeNegativeBinomialFromLogMean = <M extends Parameter, R extends Parameter>(
  logMean: M,
  inverseDispersion: Arg<broadcast<shapeOf<M>, shapeOf<R>>, positive<R, 'NegativeBinomial', 'inverse dispersion'>>,
): Made<M, R> => from(dispersed(logMean, inverseDispersion), (given) => ({ mean: exp(given), logMean: given }))

/**
 * {@link negativeBinomial} from log μ, any real number. A library size is added to it, as a logarithm.
 *
 * @example  negativeBinomialFromLogMean(pipe(z, dense(100)), 2) // => a NegativeBinomial over [100]
 */
export const negativeBinomialFromLogMean: typeof makeNegativeBinomialFromLogMean = takes(
  'negativeBinomialFromLogMean',
  makeNegativeBinomialFromLogMean,
  [numeric, numeric],
)
