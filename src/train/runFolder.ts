import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as T from 'fp-ts/lib/Task.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import * as t from 'io-ts'
import { attempt, type ElboError, fileError } from '../error.ts'
import type { Tensor } from '../expr/Tensor.ts'
import { type Checkpoint, decodeCheckpoint, encodeCheckpoint } from './checkpoint.ts'
import { checkUnused, filledFolder, isFile, namesIn, readBytes, readText, writeWhole } from './files.ts'
import { writeNpz } from './npz.ts'
import { isLock, isPart } from './processFiles.ts'
import { decodeRecord, encodeRecord, type RunRecord } from './RunRecord.ts'
import { sweepFiles } from './sweepFolder.ts'
import { ownUrl } from '../ownUrl.ts'

/** What a run leaves in its folder. */
export const runFiles = {
  /** the experiment and everything else that is settled before training begins */
  record: 'run.json',
  /** one line an epoch, and one for the end */
  metrics: 'metrics.jsonl',
  /** where training stands, and where its validation was best */
  last: 'last.npz',
  best: 'best.npz',
  /** the parameters of the best epoch, or of the last where nothing is validated: for other programs */
  weights: 'weights.npz',
} as const

export type CheckpointFile = typeof runFiles.last | typeof runFiles.best

const named = t.type({ name: t.string, version: t.string })

/** Of the package of this name, among the places where it may be: in a bundle the file two folders up is somebody else's. */
const versionOf = (name: string, ...paths: readonly (() => string | URL)[]): string => {
  for (const path of paths) {
    const read = attempt<unknown>(
      () => JSON.parse(readFileSync(path(), 'utf8')),
      ({ message }) => fileError(message),
    )
    if (E.isRight(read) && named.is(read.right) && read.right.name === name) return read.right.version
  }
  return 'unknown'
}

/** The versions of this library, of what runs it and of what computes for it. */
export const versionsHere = (): Readonly<Record<string, string>> => {
  const { resolve } = createRequire(ownUrl(import.meta.url))
  return {
    'elbo-ts': versionOf(
      'elbo-ts',
      () => new URL('../../package.json', ownUrl(import.meta.url)),
      () => resolve('elbo-ts/package.json'),
    ),
    node: process.versions.node,
    '@tensorflow/tfjs-core': versionOf('@tensorflow/tfjs-core', () => resolve('@tensorflow/tfjs-core/package.json')),
  }
}

export const writeRecord = (folder: string, record: RunRecord): TE.TaskEither<ElboError, void> =>
  writeWhole(join(folder, runFiles.record), encodeRecord(record))

export const writeCheckpoint = (
  folder: string,
  file: CheckpointFile,
  checkpoint: Checkpoint,
): TE.TaskEither<ElboError, void> => writeWhole(join(folder, file), encodeCheckpoint(checkpoint))

/** In single precision, whatever the target computes in. */
export const writeWeights = (folder: string, weights: ReadonlyMap<string, Tensor>): TE.TaskEither<ElboError, void> => {
  const single = [...weights].map(
    ([name, { shape, data }]) => [name, { shape, data: Float32Array.from(data) }] as const,
  )
  return writeWhole(join(folder, runFiles.weights), writeNpz(new Map(single)))
}

/** Whether a folder holds the first file of a run that was killed before it had written both: nothing was trained. */
const isHalfBegun = (folder: string, names: readonly string[]): TE.TaskEither<ElboError, boolean> => {
  const [only, ...more] = names
  if (more.length > 0 || (only !== runFiles.last && only !== runFiles.record)) return TE.right(false)
  const path = join(folder, only)
  return only === runFiles.record
    ? pipe(
        readText(path),
        TE.map((text) => E.isRight(decodeRecord(path, text))),
      )
    : pipe(
        readBytes(path),
        TE.map((bytes) =>
          pipe(
            decodeCheckpoint(path, bytes),
            E.exists(({ counters }) => counters.step === 0),
          ),
        ),
      )
}

/** Whether a run can begin in a folder. Errors  a file; a folder that holds something */
export const checkFree = (folder: string): TE.TaskEither<ElboError, void> =>
  checkUnused(folder, 'resume the run in it', (names) => isHalfBegun(folder, names))

/**
 * Begin a run's folder: the checkpoint before the first update, then its record, which makes it a run. Where either cannot be written,
 * nothing stays behind; where the process is killed between the two, the folder can be begun again.
 *
 * Errors    a file; a folder that holds something; one that cannot be made or written
 */
export const createRun = (folder: string, record: RunRecord, first: Checkpoint): TE.TaskEither<ElboError, void> =>
  pipe(
    checkFree(folder),
    TE.chain(() =>
      filledFolder(
        folder,
        Object.values(runFiles),
        pipe(
          writeCheckpoint(folder, runFiles.last, first),
          TE.chain(() => writeRecord(folder, record)),
        ),
      ),
    ),
  )

/** Whether a folder holds a run: its record and a checkpoint. */
export const hasRun = (folder: string): TE.TaskEither<ElboError, boolean> =>
  pipe(
    namesIn(folder),
    TE.map((names) => [runFiles.record, runFiles.last].every((name) => names?.includes(name) === true)),
  )

/** Why a folder that has no record is none of a run. That of a sweep has a run for each of its points, once it has begun. */
const noRun = (folder: string, names: readonly string[]): TE.TaskEither<ElboError, never> =>
  names.includes(sweepFiles.record)
    ? pipe(
        names.toSorted().map((name) => join(folder, name)),
        T.traverseArray((run) =>
          pipe(
            isFile(join(run, runFiles.record)),
            T.map((is) => (is ? [run] : [])),
          ),
        ),
        T.chain((runs) => {
          const [run] = runs.flat()
          const instead = run === undefined ? 'none of its runs has begun' : `give one of its runs, such as '${run}'`
          return TE.left(fileError(`'${folder}' is the folder of a sweep, not of a run; ${instead}`))
        }),
      )
    : pipe(
        isHalfBegun(
          folder,
          names.filter((name) => !isLock(name) && !isPart(name)),
        ),
        TE.chain((half) =>
          TE.left(
            fileError(
              `'${folder}' is not the folder of a run: it has no ${runFiles.record}${half ? '; its run was stopped before it began: begin it again in this folder, with --out' : ''}`,
            ),
          ),
        ),
      )

/** What a run's folder says of it. Errors  no such folder; a folder that holds no run, or a sweep's; a record that is damaged */
export const readRun = (folder: string): TE.TaskEither<ElboError, RunRecord> =>
  pipe(
    TE.fromTask(isFile(folder)),
    TE.filterOrElse(
      (file) => !file,
      () => fileError(`'${folder}' is a file; a run is the folder that training left`),
    ),
    TE.chain(() => namesIn(folder)),
    TE.chain((names) =>
      names === undefined
        ? TE.left(fileError(`there is no folder '${folder}'`))
        : names.includes(runFiles.record)
          ? TE.right(join(folder, runFiles.record))
          : noRun(folder, names),
    ),
    TE.chain((path) =>
      pipe(
        readText(path),
        TE.chainEitherK((text) => decodeRecord(path, text)),
      ),
    ),
  )
