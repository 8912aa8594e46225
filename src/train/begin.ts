import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { placeless } from '../data/relocated.ts'
import { codecError, type ElboError, usageError } from '../error.ts'
import type { Tensor } from '../expr/Tensor.ts'
import { nativeVersions } from '../interp/native/index.ts'
import type { TargetName } from '../interp/Session.ts'
import { dependsOnHorizon, type Schedule } from '../model/schedule.ts'
import type { Checkpoint, Counters } from './checkpoint.ts'
import { encodeExperiment } from './codec.ts'
import type { Experiment } from './Experiment.ts'
import { cutHistory } from './history.ts'
import { type Beginning, beginning, isOver } from './Keeper.ts'
import type { Prepared } from './prepare.ts'
import { otherData } from './runData.ts'
import { createRun, readCheckpoint, readRun, runFiles, versionsHere, writeRecord } from './runFolder.ts'
import { experimentOf, type RunRecord } from './RunRecord.ts'

const isNative = (target: TargetName): boolean => target === 'graph' || target === 'tensorflow'
const versionsOn = (target: TargetName): Readonly<Record<string, string>> => ({
  ...versionsHere(),
  ...(isNative(target) ? nativeVersions() : {}),
})

const recordOf = (p: Prepared, limit: number | null, versions: Readonly<Record<string, string>>): RunRecord => ({
  experiment: p.experiment,
  limit,
  target: p.session.target,
  earlierTargets: [],
  data: {
    train: p.dataset.train.size,
    validation: p.dataset.validation.size,
    test: p.dataset.test.size,
    fields: p.fields,
  },
  created: new Date().toISOString(),
  versions: { ...versionsOn(p.session.target), ...versions },
})

/** What must be as it was for a run to go on to the same numbers. How long it goes on is judged by {@link lengthProblem}. */
const settled = (e: Experiment): Readonly<Record<string, unknown>> => {
  const { objective, optimizer } = encodeExperiment(e)
  const { seed, batch, validation } = e.settings
  return { objective, optimizer, data: placeless(e.data), seed, batch, validation }
}

const told = (value: unknown): string => {
  const text = JSON.stringify(value) ?? 'not set'
  return text.length > 80 ? `${text.slice(0, 79)}…` : text
}
const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The first place where two values differ; `tag`, which says what the rest means, before others. */
const changed = (path: string, before: unknown, now: unknown): string | undefined => {
  if (!isRecord(before) || !isRecord(now))
    return JSON.stringify(before) === JSON.stringify(now)
      ? undefined
      : `${path} was ${told(before)} and is now ${told(now)}`
  const keys = [...new Set(['tag', ...Object.keys(before), ...Object.keys(now)])]
  for (const key of keys) {
    const found = changed(path === '' ? key : `${path}.${key}`, before[key], now[key])
    if (found !== undefined) return found
  }
  return undefined
}

/** The first thing in which an experiment is not the one that a run began with. */
const difference = (record: RunRecord, p: Prepared, folder: string): string | undefined => {
  const found = changed('', settled(record.experiment), settled(p.experiment))
  if (found !== undefined)
    return `'${folder}': ${found}; a run is resumed as it was begun, only epochs and patience may change`
  const differs = otherData(record, { ...p.dataset, fields: p.fields })
  return differs === undefined ? undefined : `'${folder}' was ${differs}; resume with the same data and limit`
}

/** The schedules of an experiment, by what they are of. */
const schedules = ({ objective, optimizer }: Experiment): readonly (readonly [name: string, Schedule])[] => [
  ...(objective.tag === 'elbo' ? [['beta', objective.beta] as const] : []),
  ['learning rate', optimizer.learningRate],
]

const counted = (epochs: number): string => (epochs === 1 ? '1 epoch' : `${epochs} epochs`)

/** Why a run may not go on to as many epochs as it is asked to: they are behind it, or its schedules were laid out for another number. */
const lengthProblem = (
  planned: Experiment,
  { experiment }: Prepared,
  { epoch, position }: Counters,
): string | undefined => {
  const { epochs } = experiment.settings
  const least = position > 0 ? epoch + 1 : epoch
  if (epochs < least) {
    const part = position > 0 ? ` and ${position} of the steps of the next` : ''
    return `the run has trained ${counted(epoch)} already${part}; ask for at least ${least}`
  }
  const [name, schedule] = schedules(experiment).find(([, s]) => dependsOnHorizon(s)) ?? []
  if (epochs === planned.settings.epochs || schedule === undefined || typeof schedule === 'number') return undefined
  return `the ${schedule.tag} schedule of the ${name} spans all of training, which was planned for ${counted(planned.settings.epochs)} and not ${epochs}; begin a new run of ${counted(epochs)}, or use decay or warmUp, which do not depend on it`
}

/** A checkpoint has a value of the right shape for every variable, and no others. */
const fits = (checkpoint: Checkpoint, p: Prepared, folder: string): E.Either<ElboError, Checkpoint> => {
  const shapes = (values: ReadonlyMap<string, Tensor>): string =>
    JSON.stringify([...values].map(([name, { shape }]) => [name, shape]).sort(([a], [b]) => (`${a}` < `${b}` ? -1 : 1)))
  return shapes(checkpoint.values) === shapes(p.initial)
    ? E.right(checkpoint)
    : E.left(codecError(`'${folder}': the checkpoint does not have the variables of this experiment`))
}

/** The record of a run that goes on: to its present length, on its present target. */
const goneOn = (record: RunRecord, p: Prepared, counters: Counters): RunRecord => {
  const { target } = p.session
  const moved = target !== record.target && !isOver(p, counters)
  return {
    ...record,
    experiment: p.experiment,
    ...(moved
      ? {
          target,
          earlierTargets: [...record.earlierTargets, record.target],
          versions: { ...versionsOn(target), ...record.versions },
        }
      : {}),
  }
}

/**
 * The checkpoint of a run that goes on.
 *
 * Errors    no run there, a damaged file, another model, another experiment, other data, another length where a schedule depends on it or less
 *           than is trained
 */
export const resumed = (p: Prepared, folder: string): TE.TaskEither<ElboError, Beginning> =>
  pipe(
    readRun(folder),
    TE.bindTo('record'),
    // Only the model first: of another model everything else differs too.
    TE.chainFirstEitherK(({ record }) => experimentOf(record, p.experiment, folder)),
    TE.bind('last', () => readCheckpoint(folder, runFiles.last, p.fingerprint)),
    TE.chainFirstEitherK(({ record }) => {
      const differs = difference(record, p, folder)
      return differs === undefined ? E.right(undefined) : E.left(usageError(differs))
    }),
    TE.chainFirstEitherK(({ record, last }) => {
      const wrong = lengthProblem(record.experiment, p, last.counters)
      return wrong === undefined ? E.right(undefined) : E.left(usageError(`'${folder}': ${wrong}`))
    }),
    TE.chainFirstEitherK(({ last }) => fits(last, p, folder)),
    TE.bind('best', ({ last: { counters } }) =>
      counters.best === null
        ? TE.right(undefined)
        : pipe(
            readCheckpoint(folder, runFiles.best, p.fingerprint),
            TE.map(({ values }) => values),
          ),
    ),
    TE.bind('history', ({ last: { counters } }) => cutHistory(folder, counters.epoch)),
    TE.chainFirst(({ record, last }) => writeRecord(folder, goneOn(record, p, last.counters))),
    TE.map(({ last: { counters, values }, best, history }) => ({ counters, values, best, history })),
  )

/** A new run's folder. Errors  a folder in use or not writable */
export const begun = (
  p: Prepared,
  folder: string,
  limit: number | null,
  versions: Readonly<Record<string, string>>,
): TE.TaskEither<ElboError, Beginning> => {
  const fresh = beginning(p)
  const { counters, values } = fresh
  return pipe(
    createRun(folder, recordOf(p, limit, versions), { fingerprint: p.fingerprint, counters, values }),
    TE.map(() => fresh),
  )
}
