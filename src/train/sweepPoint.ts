import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { evaluation, gather, inOrder } from '../data/batches.ts'
import type { Dataset } from '../data/Field.ts'
import { estimateOf } from '../diagnose/Estimate.ts'
import { inspect, latentSummaries } from '../diagnose/inspect.ts'
import type { SweepMeasurement } from '../diagnose/sweepCurve.ts'
import { type ElboError, modelError } from '../error.ts'
import type { Tensor } from '../expr/Tensor.ts'
import type { Session } from '../interp/Session.ts'
import { train, type TrainOptions } from './loop.ts'
import { hasRun, readRun } from './runFolder.ts'
import { readWeights } from './runState.ts'
import type { SweepPoint } from './sweep.ts'
import { readPoint, writePoint } from './sweepFolder.ts'

/** What a trained model is on all test data, whose random numbers are the same for every point. */
const measured = (
  { experiment, settings, seed }: SweepPoint,
  session: Session,
  { fields, test }: Dataset,
): E.Either<ElboError, SweepMeasurement> => {
  if (test.size === 0) return E.left(modelError('a sweep measures on test data, and there are none'))
  const data = gather(fields, test, inOrder(test), evaluation(0))
  return pipe(
    inspect(experiment.vae, session, data),
    E.map((seen) => {
      const latents = latentSummaries(seen)
      return {
        settings,
        seed,
        bound: estimateOf(seen.bound),
        rate: estimateOf(seen.reconstruction.map((r, i) => r - (seen.bound[i] ?? Number.NaN))),
        distortion: estimateOf(seen.reconstruction.map((r) => -r)),
        active: latents.reduce((n, { active }) => n + active, 0),
        dimensions: latents.reduce((n, { dimensions }) => n + dimensions.length, 0),
      }
    }),
  )
}

const weightsIn = (folder: string): TE.TaskEither<ElboError, ReadonlyMap<string, Tensor>> =>
  pipe(
    readRun(folder),
    TE.chain((record) => readWeights(folder, record)),
  )

/**
 * Train one point of a sweep in its folder, or go on with it, and measure it; a point that has come to its end is read. Undefined where it was
 * interrupted: everything is then in its folder.
 *
 * Errors    those of `train`; a point to begin with that is not there
 */
export const runPoint = (
  sweep: string,
  point: SweepPoint,
  options: Pick<TrainOptions, 'session' | 'dataset' | 'limit' | 'signal'>,
): TE.TaskEither<ElboError, SweepMeasurement | undefined> => {
  const folder = join(sweep, point.name)
  const { session, dataset } = options
  const made: TE.TaskEither<ElboError, SweepMeasurement | undefined> = pipe(
    hasRun(folder),
    TE.chain((begun): TE.TaskEither<ElboError, Partial<TrainOptions>> =>
      begun
        ? TE.right({ resume: folder })
        : point.after === null
          ? TE.right({ out: folder })
          : pipe(
              weightsIn(join(sweep, point.after)),
              TE.map((weights) => ({ out: folder, weights })),
            ),
    ),
    TE.chain((where) => train(point.experiment, { ...options, ...where })),
    TE.chain(({ status }) =>
      status === 'interrupted'
        ? TE.right(undefined)
        : pipe(
            TE.fromEither(measured(point, session, dataset)),
            TE.chainFirst((result) => writePoint(folder, result)),
          ),
    ),
  )
  return pipe(
    readPoint(folder),
    TE.chain((known) => (known === undefined ? made : TE.right(known))),
  )
}
