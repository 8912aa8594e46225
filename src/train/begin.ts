import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { placeless } from '../data/relocated.ts'
import { codecError, type ElboError, usageError } from '../error.ts'
import { nativeVersions } from '../interp/native/index.ts'
import type { TargetName } from '../interp/Session.ts'
import { rateSchedules } from '../optimizer/index.ts'
import { dependsOnHorizon, type Schedule } from '../schedule/index.ts'
import type { Checkpoint, Counters } from './checkpoint.ts'
import { encodeExperiment } from './codec.ts'
import type { DataDigests } from './DataDigests.ts'
import { digestData } from './digestData.ts'
import type { Experiment } from './Experiment.ts'
import { checkShapes } from './fitting.ts'
import { cutHistory } from './history.ts'
import { type Beginning, beginning, isOver } from './Keeper.ts'
import type { Prepared } from './prepare.ts'
import { otherData } from './runData.ts'
import { createRun, readRun, runFiles, versionsHere, writeRecord } from './runFolder.ts'
import { experimentOf, type RunRecord } from './RunRecord.ts'
import { readState } from './runState.ts'

const isNative = (target: TargetName): boolean => target === 'graph' || target === 'tensorflow'
const versionsOn = (target: TargetName): Readonly<Record<string, string>> => ({
  ...versionsHere(),
  ...(isNative(target) ? nativeVersions() : {}),
})

const dataOf = (p: Prepared, digests: DataDigests): RunRecord['data'] => ({
  train: p.dataset.train.size,
  validation: p.dataset.validation.size,
  test: p.dataset.test.size,
  fields: p.fields,
  digests,
})

const recordOf = (
  p: Prepared,
  limit: number | null,
  versions: Readonly<Record<string, string>>,
  digests: DataDigests,
): RunRecord => ({
  id: randomUUID(),
  experiment: p.experiment,
  limit,
  target: p.session.target,
  earlierTargets: [],
  data: dataOf(p, digests),
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

/** Errors  the first thing in which an experiment is not the one that a run began with */
const sameExperiment = (record: RunRecord, p: Prepared, folder: string): E.Either<ElboError, void> => {
  const found = changed('', settled(record.experiment), settled(p.experiment))
  return found === undefined
    ? E.right(undefined)
    : E.left(usageError(`'${folder}': ${found}; a run is resumed as it was begun, only epochs and patience may change`))
}

/** Errors  data that are not those of the run, and are not to be accepted for them; never another number of them */
const sameData = (record: RunRecord, p: Prepared, folder: string, accept: boolean): E.Either<ElboError, void> =>
  pipe(
    otherData(record, p.loaded),
    E.chain((differs) => {
      if (differs === undefined || (accept && differs.kind !== 'size')) return E.right(undefined)
      const advice = differs.kind === 'size' ? '' : ', or accept these: --accept-data'
      return E.left(usageError(`'${folder}' was ${differs.was}; resume with the same data and limit${advice}`))
    }),
  )

/** The schedules of an experiment, by what they are of. */
const schedules = ({ objective, optimizer }: Experiment): readonly (readonly [name: string, Schedule])[] => [
  ...(objective.tag === 'elbo' ? [['beta', objective.beta] as const] : []),
  ...rateSchedules(optimizer).map(
    ([part, rate]) => [part === '' ? 'learning rate' : `learning rate of ${part}`, rate] as const,
  ),
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
  return `the ${schedule.name} schedule of the ${name} spans all of training, which was planned for ${counted(planned.settings.epochs)} and not ${epochs}; begin a new run of ${counted(epochs)}, or use decay or warmUp, which do not depend on it`
}

/** A checkpoint has a value of the right shape for every variable, and no others; and its counters are of as many steps as they say. */
const fits = (checkpoint: Checkpoint, p: Prepared, file: string): E.Either<ElboError, void> => {
  const { epoch, position, step } = checkpoint.counters
  const { stepsPerEpoch } = p.horizon
  const odd = [...checkpoint.values.keys()].find((name) => !p.initial.has(name))
  if (odd !== undefined) return E.left(codecError(`'${file}': the experiment has no variable '${odd}'`))
  if (position > stepsPerEpoch || step !== epoch * stepsPerEpoch + position)
    return E.left(
      codecError(
        `'${file}': step ${step} is not ${position} steps after ${epoch} epochs of ${stepsPerEpoch}; use another checkpoint of the run, or train anew`,
      ),
    )
  return pipe(
    checkShapes(
      `'${file}'`,
      checkpoint.values,
      [...p.initial].map(([name, { shape }]) => [name, shape] as const),
    ),
    E.map(() => undefined),
  )
}

/** The record of a run that goes on: to its present length, on its present target. */
const goneOn = (record: RunRecord, p: Prepared, counters: Counters, digests: DataDigests): RunRecord => {
  const { target } = p.session
  const moved = target !== record.target && !isOver(p, counters)
  return {
    ...record,
    experiment: p.experiment,
    data: dataOf(p, digests),
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
export const resumed = (p: Prepared, folder: string, acceptData: boolean): TE.TaskEither<ElboError, Beginning> =>
  pipe(
    readRun(folder),
    TE.bindTo('record'),
    // Only the model first: of another model everything else differs too.
    TE.chainFirstEitherK(({ record }) => experimentOf(record, p.experiment, folder)),
    TE.bind('state', ({ record }) => readState(folder, record)),
    TE.chainFirstEitherK(({ record }) => sameExperiment(record, p, folder)),
    TE.chainFirstEitherK(({ record }) => sameData(record, p, folder, acceptData)),
    TE.chainFirstEitherK(({ state: { last } }) => fits(last, p, join(folder, runFiles.last))),
    TE.chainFirstEitherK(({ state: { best } }) =>
      best === undefined ? E.right(undefined) : fits(best, p, join(folder, runFiles.best)),
    ),
    TE.chainFirstEitherK(({ record, state: { last } }) => {
      const wrong = lengthProblem(record.experiment, p, last.counters)
      return wrong === undefined ? E.right(undefined) : E.left(usageError(`'${folder}': ${wrong}`))
    }),
    TE.bind('digests', () => TE.fromEither(digestData(p.loaded))),
    TE.bind('history', ({ state: { last } }) => cutHistory(folder, last.counters.epoch)),
    TE.chainFirst(({ record, state: { last }, digests }) =>
      writeRecord(folder, goneOn(record, p, last.counters, digests)),
    ),
    TE.map(({ record: { id }, state: { last, best }, history }) => ({
      run: id,
      counters: last.counters,
      values: last.values,
      best: best?.values,
      history,
    })),
  )

/** A new run's folder. Errors  a folder in use or not writable; data that cannot be read any more */
export const begun = (
  p: Prepared,
  folder: string,
  limit: number | null,
  versions: Readonly<Record<string, string>>,
): TE.TaskEither<ElboError, Beginning> => {
  const fresh = beginning(p)
  const { counters, values } = fresh
  return pipe(
    TE.fromEither(digestData(p.loaded)),
    TE.map((digests) => recordOf(p, limit, versions, digests)),
    TE.chainFirst((record) =>
      createRun(folder, record, { run: record.id, fingerprint: p.fingerprint, counters, values }),
    ),
    TE.map(({ id }) => ({ ...fresh, run: id })),
  )
}
