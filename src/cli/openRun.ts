import * as TE from 'fp-ts/lib/TaskEither.js'
import { pipe } from 'fp-ts/lib/function.js'
import { type ElboError, load, openTarget, readRun, readWeights, type TargetName } from '../index.ts'
import type { Subject } from './subject.ts'

/**
 * A run's model with its weights on a target, and its data.
 *
 * Errors    no run there; damaged files; weights of another model; data that are gone; a target that is not here
 */
const openRun = (folder: string, target: TargetName | undefined): TE.TaskEither<ElboError, Subject> =>
  pipe(
    readRun(folder),
    TE.bindTo('record'),
    TE.bind('weights', ({ record }) => readWeights(folder, record)),
    TE.bind('dataset', ({ record: { experiment, limit } }) => load(experiment.data, limit === null ? {} : { limit })),
    TE.bind('opened', () => openTarget(target)),
    TE.map(({ record: { experiment }, weights, dataset, opened: { session } }) => {
      session.write(weights)
      return { name: experiment.name, vae: experiment.vae, session, dataset, seed: experiment.settings.seed }
    }),
  )

/** Open a run, ask it something, and let go of the target again. */
export const withRun = <A>(
  folder: string,
  target: TargetName | undefined,
  ask: (subject: Subject) => TE.TaskEither<ElboError, A>,
): TE.TaskEither<ElboError, A> =>
  pipe(
    openRun(folder, target),
    TE.chain((subject) =>
      pipe(
        ask(subject),
        TE.map((answer) => {
          subject.session.dispose()
          return answer
        }),
      ),
    ),
  )
