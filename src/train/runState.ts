import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { codecError, type ElboError } from '../error.ts'
import type { Tensor } from '../expr/Tensor.ts'
import { programFingerprint } from '../model/codec.ts'
import { type Checkpoint, decodeCheckpoint } from './checkpoint.ts'
import { namesIn, readBytes } from './files.ts'
import { parametersAmong, roomFor } from './fitting.ts'
import { meansOf } from './means.ts'
import { type CheckpointFile, runFiles } from './runFolder.ts'
import type { RunRecord } from './RunRecord.ts'

/** Where a run stands, and where its validation was best; undefined where nothing was validated yet. */
export interface RunState {
  readonly last: Checkpoint
  readonly best: Checkpoint | undefined
}

/**
 * A checkpoint of a run.
 *
 * Errors    those of `decodeCheckpoint`; one of another program or another run; parameters that do not have their program's shapes
 */
export const readCheckpoint = (
  folder: string,
  file: CheckpointFile,
  { id, experiment: { vae } }: RunRecord,
): TE.TaskEither<ElboError, Checkpoint> => {
  const path = join(folder, file)
  return pipe(
    readBytes(path),
    TE.chainEitherK((bytes) => decodeCheckpoint(path, bytes, roomFor(vae))),
    TE.filterOrElse(
      ({ fingerprint }) => fingerprint === programFingerprint(vae),
      () => codecError(`'${path}' is a checkpoint of another model; its parameters do not belong to this one`),
    ),
    TE.filterOrElse(
      ({ run }) => run === id,
      () => codecError(`'${path}' is a checkpoint of another run; put the run's own file back, or train anew`),
    ),
    TE.chainFirstEitherK(({ values }) => parametersAmong(`'${path}'`, vae, values)),
  )
}

/** The last checkpoint and that of the best epoch belong together. */
const agreeing = (folder: string, last: Checkpoint, best: Checkpoint): E.Either<ElboError, RunState> => {
  const [wanted, found] = [last.counters.best?.epoch, best.counters.epoch]
  return wanted === found
    ? E.right({ last, best })
    : E.left(
        codecError(
          `'${join(folder, runFiles.best)}' is of epoch ${found}, but the best epoch of the run is ${wanted}; put the run's own file back, or train anew`,
        ),
      )
}

/**
 * Where a run stands. The best epoch's checkpoint is written first: where a crash came before the last one was, it is the last one too.
 *
 * Errors    those of {@link readCheckpoint}; no checkpoint of the best epoch, or that of another
 */
export const readState = (folder: string, record: RunRecord): TE.TaskEither<ElboError, RunState> =>
  pipe(
    namesIn(folder),
    TE.bindTo('names'),
    TE.bind('last', () => readCheckpoint(folder, runFiles.last, record)),
    TE.bind('best', ({ names, last }) =>
      last.counters.best !== null || names?.includes(runFiles.best) === true
        ? readCheckpoint(folder, runFiles.best, record)
        : TE.right(undefined),
    ),
    TE.chainEitherK(({ last, best }) =>
      best === undefined
        ? E.right({ last, best })
        : best.counters.step > last.counters.step
          ? E.right({ last: best, best })
          : agreeing(folder, last, best),
    ),
  )

/** The weights to use a run's model with: those of its best epoch, or of its last where nothing was validated. */
export const readWeights = (folder: string, record: RunRecord): TE.TaskEither<ElboError, ReadonlyMap<string, Tensor>> =>
  pipe(
    readState(folder, record),
    TE.chainEitherK(({ last, best }) => {
      const { values } = best ?? last
      return E.map((all: ReadonlyMap<string, Tensor>) => meansOf([...all.keys()], values))(
        parametersAmong(`'${folder}'`, record.experiment.vae, values),
      )
    }),
  )
