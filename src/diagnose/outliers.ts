import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type { ElboError } from '../error.ts'
import type { Batch } from '../interp/inParts.ts'
import type { Session } from '../interp/Session.ts'
import type { AnyVae } from '../model/Vae.ts'
import { type LocalOptions, localBound, optimiseGuide } from './inferenceGap.ts'

/** Scores of data, higher where they are less like what the model was trained on. Units nats */
export interface OutlierScores {
  /** −bound. Of simple data a model can give it low values though it never saw any (Nalisnick et al. 2019, arXiv:1810.09136) */
  readonly bound: Float64Array
  /** likelihood regret: what the bound gains by a guide optimised for that datum alone. ≥ 0 where the optimum is reached */
  readonly regret: Float64Array
}

/**
 * Bias      none in the bounds; the regret is too low where the optimisation stops early. Both bounds use the same ε
 * Errors    those of `optimiseGuide`
 * Source    Xiao, Yan & Amit 2020, arXiv:2003.02977 (regret: there the whole encoder is trained on, here its output)
 */
export const outlierScores = (
  vae: AnyVae,
  session: Session,
  data: Batch,
  { bounds = 100, ...local }: LocalOptions & { readonly bounds?: number } = {},
): E.Either<ElboError, OutlierScores> => {
  const options = { samples: bounds, seed: (local.seed ?? 0) + 1 }
  return pipe(
    optimiseGuide(vae, session, data, local),
    E.bindTo('guide'),
    E.bind('amortised', ({ guide }) => localBound(guide.vae, session, data, guide.amortised, options)),
    E.bind('optimised', ({ guide }) => localBound(guide.vae, session, data, guide.optimised, options)),
    E.map(({ amortised, optimised }) => ({
      bound: amortised.map((l) => -l),
      regret: optimised.map((l, i) => l - (amortised[i] ?? Number.NaN)),
    })),
  )
}
