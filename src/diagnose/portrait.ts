import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type { ElboError } from '../error.ts'
import type { Batch } from '../interp/inParts.ts'
import type { Session } from '../interp/Session.ts'
import type { AnyVae } from '../model/Vae.ts'
import { type Bounds, informationBounds } from './aggregate.ts'
import { collapseVerdict, type CollapseVerdict } from './collapse.ts'
import { crossScores } from './crossScores.ts'
import { type DataTraits, dataTraits } from './dataTraits.ts'
import { type Estimate, estimateOf } from './Estimate.ts'
import { countOf, inspect, latentSummaries, type LatentSummary } from './inspect.ts'
import { type LatentPlane, latentPlanes } from './latentPlane.ts'
import { type DimensionRange, dimensionRanges } from './traversal.ts'

/** What a trained VAE is on some data, in one value. Units nats a datum. */
export interface Portrait {
  readonly count: number
  readonly bound: Estimate
  /** −reconstruction */
  readonly distortion: Estimate
  /** the KL of all latents: −bound − distortion */
  readonly rate: Estimate
  readonly latents: readonly LatentSummary[]
  readonly planes: readonly LatentPlane[]
  /** the dimensions worth traversing, at most {@link TRAVERSED} */
  readonly ranges: readonly DimensionRange[]
  /** of the first data only; see `informationOf` */
  readonly information: Bounds & { readonly ceiling: number }
  readonly collapse: CollapseVerdict
  readonly data?: DataTraits
}

const TRAVERSED = 10

const first = (data: Batch, most: number): Batch => {
  const count = Math.min(most, countOf(data))
  return new Map(
    [...data].map(([name, { shape, data: values }]) => {
      const width = values.length / Math.max(1, shape[0] ?? 1)
      return [name, { shape: [count, ...shape.slice(1)], data: values.slice(0, count * width) }]
    }),
  )
}

/**
 * Look at a VAE whose parameters are in the session. `informationOf` is how many of the data the information is estimated from: it costs their
 * square.
 *
 * Bias      those of `inspect` and `informationBounds`
 * Errors    data that the model needs and that are absent
 */
export const portrait = (
  vae: AnyVae,
  session: Session,
  data: Batch,
  options: { readonly seed?: number; readonly informationOf?: number } = {},
): E.Either<ElboError, Portrait> =>
  pipe(
    E.Do,
    E.bind('seen', () => inspect(vae, session, data, options)),
    E.bind('scores', () => crossScores(vae, session, first(data, options.informationOf ?? 300), options)),
    E.map(({ seen, scores }) => {
      const latents = latentSummaries(seen)
      const traits = dataTraits(vae, data)
      const information = informationBounds(scores)
      return {
        count: seen.count,
        bound: estimateOf(seen.bound),
        distortion: estimateOf(seen.reconstruction.map((r) => -r)),
        rate: estimateOf(seen.reconstruction.map((r, i) => r - (seen.bound[i] ?? Number.NaN))),
        latents,
        planes: latentPlanes(seen),
        ranges: dimensionRanges(seen, latents, TRAVERSED),
        information,
        collapse: collapseVerdict(latents, information, traits.alike),
        data: traits,
      }
    }),
  )
