import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { type ElboError, usageError } from '../error.ts'
import type { Batch } from '../interp/inParts.ts'
import type { Session } from '../interp/Session.ts'
import type { AnyVae } from '../model/Vae.ts'
import { type Estimate, estimateOf, meanOf } from './Estimate.ts'
import { weightsGraph } from './graphs.ts'
import { importanceEstimate, type ImportanceEstimate } from './importance.ts'
import { countOf } from './inspect.ts'
import { reliable } from './paretoK.ts'
import { output, perDatum } from './perDatum.ts'
import { rowAt } from './Rows.ts'

/** log p(x) of data by importance sampling. Units nats a datum. */
export interface LogLikelihood {
  readonly data: readonly ImportanceEstimate[]
  /** over the data; its standard error is that of another sample of as many data, Monte Carlo error included */
  readonly mean: Estimate
  /** of the mean, given these data: what more samples would reduce */
  readonly monteCarloError: number
  /** about how much the mean is too low: half the mean squared Monte Carlo error of a datum */
  readonly bias: number
  /** data whose weights are too heavy-tailed to be relied upon */
  readonly unreliable: number
}

export interface SamplingOptions {
  /** importance samples a datum */
  readonly samples: number
  readonly seed?: number
  /** data and samples a plan is made for at once */
  readonly part?: number
  readonly chunk?: number
}

/** What single estimates say of the data. */
export const likelihoodOf = (data: readonly ImportanceEstimate[]): LogLikelihood => ({
  data,
  mean: estimateOf(data.map((d) => d.logMean)),
  monteCarloError: Math.sqrt(meanOf(data.map((d) => d.standardError ** 2)) / data.length),
  bias: -meanOf(data.map((d) => d.standardError ** 2)) / 2,
  unreliable: data.filter((d) => !reliable(d.paretoK, d.samples)).length,
})

/**
 * log p(x) ≈ log (1/S) Σ p(x, zᵢ) / q(zᵢ | x), zᵢ ~ q(z | x): the guide is the proposal.
 *
 * Bias      too low (Jensen), by about `bias`; k̂ tells where that cannot be trusted. The bound with k = S samples of Burda et al. is its mean
 * Errors    data that the model needs and that are absent
 * Source    Rezende, Mohamed & Wierstra 2014, arXiv:1401.4082; Burda, Grosse & Salakhutdinov 2016, arXiv:1509.00519, eq. 8
 * @example  logLikelihood(mnistVae, session, data, { samples: 5000 })
 */
export const logLikelihood = (
  vae: AnyVae,
  session: Session,
  data: Batch,
  { samples, seed = 0, part = 20, chunk = 50 }: SamplingOptions,
): E.Either<ElboError, LogLikelihood> => {
  if (!Number.isSafeInteger(samples) || samples < 1)
    return E.left(usageError(`samples: ${samples} is not a number of samples: a whole number from 1 on`))
  const each = Math.min(chunk, samples)
  const count = countOf(data)
  return pipe(
    perDatum(session, { data, count, seed, part, rounds: Math.ceil(samples / each) }, (size) =>
      weightsGraph(vae, size, each),
    ),
    E.map((answers) => {
      const weights = output(answers, 'logWeight')
      return likelihoodOf(
        Array.from({ length: count }, (_, i) => importanceEstimate(rowAt(weights, i).subarray(0, samples))),
      )
    }),
  )
}
