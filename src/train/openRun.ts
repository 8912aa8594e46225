import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import type { ElboError } from '../error.ts'
import { openTarget } from '../interp/openTarget.ts'
import type { TargetName } from '../interp/Session.ts'
import type { AnyVae } from '../model/Vae.ts'
import type { Experiment } from './Experiment.ts'
import { readRun } from './runFolder.ts'
import { experimentOf } from './RunRecord.ts'
import { readWeights } from './runState.ts'
import { type Trained, trainedModel } from './trained.ts'

export interface OpenOptions<V extends AnyVae> {
  /** what to compute on; the fastest that is here where none is said */
  readonly target?: TargetName | undefined
  /** the experiment that the run is of: the names in questions and answers are then those of its types */
  readonly of?: Experiment<V> | undefined
}

/**
 * A trained model from a run's folder, wherever the folder is: it needs no data. Its weights are those of the best epoch, or of the last
 * where nothing was validated.
 *
 * Errors   no run there; damaged files; a run of another model than `of`; a target that is not here
 * @example  await openRun('runs/mnist-1', { of: digits })()
 */
export const openRun = <V extends AnyVae = AnyVae>(
  folder: string,
  options: OpenOptions<V> = {},
): TE.TaskEither<ElboError, Trained<V>> =>
  pipe(
    readRun(folder),
    TE.bindTo('record'),
    TE.bind('experiment', ({ record }) => TE.fromEither(experimentOf(record, options.of, folder))),
    TE.bind('weights', ({ record }) => readWeights(folder, record)),
    TE.bind('opened', () => openTarget(options.target)),
    TE.map(({ record, experiment, weights, opened: { session } }) => {
      session.write(weights)
      return trainedModel(experiment, record.data.fields, session)
    }),
  )
