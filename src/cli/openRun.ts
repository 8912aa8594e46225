import * as TE from 'fp-ts/lib/TaskEither.js'
import { identity, pipe } from 'fp-ts/lib/function.js'
import {
  type AnyVae,
  conditionsOf,
  type Dataset,
  type ElboError,
  openTarget,
  readRun,
  readWeights,
  runData,
  type RunRecord,
  type TargetName,
} from '../index.ts'
import { classesOf, type Subject } from './subject.ts'

/** Where a run is asked, and where its data are if no longer where they were. */
interface Whereabouts {
  readonly target?: TargetName
  readonly data?: string
  readonly acceptData?: boolean
}

/** Whether a question about this model is put to data. */
type Reads = (vae: AnyVae) => boolean

const none: Dataset['train'] = { size: 0, columns: {} }

/** Data that are not where they were may be somewhere else. */
export const orElsewhere = (error: ElboError): ElboError =>
  error.tag === 'File'
    ? { ...error, message: `${error.message}; where the data of the run are now, tell by --data <path>` }
    : error

/** The data of a run; of those that are not read, only what they are, which its record tells wherever it is. */
const dataOf = (
  record: RunRecord,
  { data: at, acceptData }: Whereabouts,
  reads: Reads,
): TE.TaskEither<ElboError, Dataset> =>
  reads(record.experiment.vae) || at !== undefined
    ? pipe(runData(record, { at, acceptData }), TE.mapLeft(at === undefined ? orElsewhere : identity))
    : TE.right({ fields: record.data.fields, train: none, validation: none, test: none })

/**
 * A run's model with its weights on a target, and its data.
 *
 * Errors    no run there; damaged files; weights of another model; data that are gone, or others; a target that is not here
 */
const openRun = (folder: string, where: Whereabouts, reads: Reads): TE.TaskEither<ElboError, Subject> =>
  pipe(
    readRun(folder),
    TE.bindTo('record'),
    TE.bind('weights', ({ record }) => readWeights(folder, record)),
    TE.bind('dataset', ({ record }) => dataOf(record, where, reads)),
    TE.bind('opened', () => openTarget(where.target)),
    TE.map(({ record: { experiment }, weights, dataset, opened: { session } }) => {
      session.write(weights)
      return { name: experiment.name, vae: experiment.vae, session, dataset, seed: experiment.settings.seed }
    }),
  )

type Asking = <A>(
  folder: string,
  where: Whereabouts,
  ask: (subject: Subject) => TE.TaskEither<ElboError, A>,
) => TE.TaskEither<ElboError, A>

const asking =
  (reads: Reads): Asking =>
  (folder, where, ask) =>
    pipe(
      openRun(folder, where, reads),
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

/** The same for what takes only conditions from data: classes are known without, and a model without conditions needs none. */
export const withPrior: Asking = asking((vae) => conditionsOf(vae).length > 0 && classesOf(vae) === undefined)
