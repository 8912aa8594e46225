import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type { ElboError } from '../error.ts'
import type { Batch } from '../interp/inParts.ts'
import type { Session } from '../interp/Session.ts'
import type { AnyVae } from '../model/Vae.ts'
import { reconstructionGraph } from './graphs.ts'
import { countOf } from './inspect.ts'
import { output, perDatum } from './perDatum.ts'
import { columnMeans } from './Rows.ts'

/** How well each dimension of an observation is told, averaged over data; in the observation's order. */
export interface ReconstructionByDimension {
  /** E_q[log p(x_d | z)], in nats a datum: the sum is the reconstruction */
  readonly logProb: Float64Array
  /** E_q[(x_d − E[x_d | z])²] */
  readonly squaredError: Float64Array
}

/** By observation. Bias none: one draw from the guide a datum. Errors  data that the model needs and that are absent */
export const reconstructionByDimension = (
  vae: AnyVae,
  session: Session,
  data: Batch,
  options: { readonly seed?: number } = {},
): E.Either<ElboError, Readonly<Record<string, ReconstructionByDimension>>> =>
  pipe(
    perDatum(session, { data, count: countOf(data), seed: options.seed ?? 0 }, (size) =>
      reconstructionGraph(vae, size),
    ),
    E.map((answers) =>
      Object.fromEntries(
        vae.model
          .filter((site) => site.kind === 'observed')
          .map(({ name }) => [
            name,
            {
              logProb: columnMeans(output(answers, `logProb/${name}`)),
              squaredError: columnMeans(output(answers, `squaredError/${name}`)),
            },
          ]),
      ),
    ),
  )
