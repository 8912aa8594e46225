import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type { ElboError } from '../error.ts'
import type { Batch } from '../interp/inParts.ts'
import type { Session } from '../interp/Session.ts'
import type { AnyVae } from '../model/Vae.ts'
import {
  type Activity,
  activityOf,
  choicesOf,
  type Counted,
  counted,
  noSpread,
  spreadWith,
  type Thresholds,
  variancesOf,
} from './activeUnits.ts'
import { type Estimate, estimateOf } from './Estimate.ts'
import { inspectionGraph } from './graphs.ts'
import { output, perDatum } from './perDatum.ts'
import { columnAt, columnMeans, type Rows } from './Rows.ts'

/** What the guide says of each datum about one latent: a row a datum, a column a dimension. */
export interface LatentInspection {
  /** KL(q(z | x) ‖ p(z)) in nats, by dimension: the closed form, or where the pair has none one unbiased draw */
  readonly kl: Rows
  readonly location: Rows
  readonly variance: Rows
  /** one draw from q(z | x) */
  readonly draw: Rows
}

/** Everything about a VAE on some data that one pass over them tells. Units nats a datum. */
export interface Inspection {
  readonly count: number
  readonly bound: Float64Array
  readonly reconstruction: Float64Array
  readonly latents: Readonly<Record<string, LatentInspection>>
}

export const countOf = (data: Batch): number => [...data.values()][0]?.shape[0] ?? 0

/**
 * Look at data through a VAE whose parameters are in the session: the bound and its parts datum by datum, from one draw of ε each.
 *
 * Bias      none: `bound` and `reconstruction` are unbiased for each datum's own
 * Errors    data that the model needs and that are absent
 */
export const inspect = (
  vae: AnyVae,
  session: Session,
  data: Batch,
  options: { readonly seed?: number } = {},
): E.Either<ElboError, Inspection> =>
  pipe(
    perDatum(session, { data, count: countOf(data), seed: options.seed ?? 0 }, (size) => inspectionGraph(vae, size)),
    E.map((answers) => ({
      count: countOf(data),
      bound: output(answers, 'bound').data,
      reconstruction: output(answers, 'reconstruction').data,
      latents: Object.fromEntries(
        vae.guide
          .filter((site) => site.kind === 'latent')
          .map(({ name }) => [
            name,
            {
              kl: output(answers, `kl/${name}`),
              location: output(answers, `location/${name}`),
              variance: output(answers, `variance/${name}`),
              draw: output(answers, `draw/${name}`),
            },
          ]),
      ),
    })),
  )

/** One latent dimension over the data. */
export interface DimensionSummary extends Activity {
  /** nats a datum */
  readonly kl: Estimate
  /** Var_x E_q[z], without bias: how far the posterior mean moves with the data */
  readonly meanVariance: number
  /** E_x Var_q[z]: how wide the posterior is */
  readonly posteriorVariance: number
}

export interface LatentSummary extends Counted {
  readonly name: string
  /** nats a datum, summed over dimensions */
  readonly kl: Estimate
  readonly dimensions: readonly DimensionSummary[]
}

/** A dimension is what the KL has a term for. A Categorical's is one choice, whose probabilities' variances add up. */
const summaryOf = (name: string, latent: LatentInspection, thresholds: Thresholds): LatentSummary => {
  const { kl, location } = latent
  const widths = choicesOf([...columnMeans(latent.variance)], kl.width)
  const moves = spreadWith(noSpread, { shape: [location.count, location.width], data: location.data })
  const variances = choicesOf(variancesOf(moves), kl.width)
  const sums = Float64Array.from({ length: kl.count }, (_, i) =>
    kl.data.subarray(i * kl.width, (i + 1) * kl.width).reduce((sum, x) => sum + x, 0),
  )
  const dimensions = Array.from({ length: kl.width }, (_, j): DimensionSummary => {
    const cost = estimateOf(columnAt(kl, j))
    const variance = variances[j] ?? Number.NaN
    return {
      kl: cost,
      meanVariance: (variance * kl.count) / (kl.count - 1),
      posteriorVariance: widths[j] ?? Number.NaN,
      ...activityOf({ variance, kl: cost.value }, thresholds),
    }
  })
  return { name, kl: estimateOf(sums), dimensions, ...counted(dimensions) }
}

/**
 * Which latent dimensions are used, by two criteria: the posterior mean's variance over the data, and the KL.
 *
 * The two can disagree: a mean that never moves but lies off the prior costs nats and tells nothing; in a hierarchy a mean may move only
 * because the prior's does.
 *
 * Units     nats a datum      Bias  none
 * Source    Burda, Grosse & Salakhutdinov 2016, arXiv:1509.00519, App. C (variance over 0.01)
 */
export const latentSummaries = (inspection: Inspection, thresholds: Thresholds = {}): readonly LatentSummary[] =>
  Object.entries(inspection.latents).map(([name, latent]) => summaryOf(name, latent, thresholds))
