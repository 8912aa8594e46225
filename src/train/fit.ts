import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { load } from '../data/load.ts'
import type { ElboError } from '../error.ts'
import { openTarget } from '../interp/openTarget.ts'
import type { TargetName } from '../interp/Session.ts'
import type { AnyVae } from '../model/Vae.ts'
import type { Experiment } from './Experiment.ts'
import { type Run, train, type TrainOptions } from './loop.ts'
import { type Trained, trainedModel } from './trained.ts'

export interface FitOptions extends Omit<TrainOptions, 'session' | 'dataset'> {
  /** what to compute on; the fastest that is here where none is said */
  readonly target?: TargetName | undefined
}

/** What training came to, and the model to be asked. */
export interface Fit<V extends AnyVae = AnyVae> extends Run {
  readonly model: Trained<V>
}

/**
 * Load an experiment's data, open a target, train, and hand back the model with the weights of its best epoch: what `elbo train` does,
 * without a folder unless `out` names one. `onEvent` hears of every epoch; `signal` stops in good order.
 *
 * Errors   those of `load`, `openTarget` and `train`
 * @example await fit(digits, { onEvent: (event) => console.log(JSON.stringify(event)) })()
 */
export const fit = <V extends AnyVae>(
  experiment: Experiment<V>,
  { target, ...options }: FitOptions = {},
): TE.TaskEither<ElboError, Fit<V>> =>
  pipe(
    load(experiment.data, { limit: options.limit }),
    TE.bindTo('dataset'),
    TE.bind('opened', () => openTarget(target)),
    TE.chain(({ dataset, opened: { session } }) =>
      pipe(
        train(experiment, { ...options, session, dataset }),
        TE.map((run) => {
          session.write(run.weights)
          return { ...run, model: trainedModel(experiment, dataset.fields, session) }
        }),
        TE.tapError(() => TE.fromIO(session.dispose)),
      ),
    ),
  )
