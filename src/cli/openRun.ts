import * as TE from 'fp-ts/lib/TaskEither.js'
import { pipe } from 'fp-ts/lib/function.js'
import {
  type AnyVae,
  conditionsOf,
  type Dataset,
  type ElboError,
  load,
  openTarget,
  readRun,
  readWeights,
  type RunRecord,
  type TargetName,
} from '../index.ts'
import type { Subject } from './subject.ts'

/** Whether a question about this model is put to data. */
type Reads = (vae: AnyVae) => boolean

const none: Dataset['train'] = { size: 0, columns: {} }

/** The data of a run; of those that are not read, only what they are, which its record tells wherever it is. */
const dataOf = ({ experiment, limit, data }: RunRecord, reads: Reads): TE.TaskEither<ElboError, Dataset> =>
  reads(experiment.vae)
    ? load(experiment.data, limit === null ? {} : { limit })
    : TE.right({ fields: data.fields, train: none, validation: none, test: none })

/**
 * A run's model with its weights on a target, and its data.
 *
 * Errors    no run there; damaged files; weights of another model; data that are gone; a target that is not here
 */
const openRun = (folder: string, target: TargetName | undefined, reads: Reads): TE.TaskEither<ElboError, Subject> =>
  pipe(
    readRun(folder),
    TE.bindTo('record'),
    TE.bind('weights', ({ record }) => readWeights(folder, record)),
    TE.bind('dataset', ({ record }) => dataOf(record, reads)),
    TE.bind('opened', () => openTarget(target)),
    TE.map(({ record: { experiment }, weights, dataset, opened: { session } }) => {
      session.write(weights)
      return { name: experiment.name, vae: experiment.vae, session, dataset, seed: experiment.settings.seed }
    }),
  )

type Asking = <A>(
  folder: string,
  target: TargetName | undefined,
  ask: (subject: Subject) => TE.TaskEither<ElboError, A>,
) => TE.TaskEither<ElboError, A>

const asking =
  (reads: Reads): Asking =>
  (folder, target, ask) =>
    pipe(
      openRun(folder, target, reads),
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

/** Open a run, ask it something about its data, and let go of the target again. */
export const withRun: Asking = asking(() => true)

/** The same for what takes only conditions from data: a model without any needs no data, so they may be elsewhere or gone. */
export const withPrior: Asking = asking((vae) => conditionsOf(vae).length > 0)
