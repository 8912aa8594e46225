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
import { type Checkpoint, encodeCheckpoint } from './checkpoint.ts'
import { checkUnused, filledFolder, isFile, namesIn, readText, writeWhole } from './files.ts'
import { writeNpz } from './npz.ts'
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

/**
 * Begin a run's folder: its record and the checkpoint before the first update. Where either cannot be written, nothing stays behind.
 *
 * Errors    a file; a folder that holds something; one that cannot be made or written
 */
export const createRun = (folder: string, record: RunRecord, first: Checkpoint): TE.TaskEither<ElboError, void> =>
  pipe(
    checkUnused(folder, 'resume the run in it'),
    TE.chain(() =>
      filledFolder(
        folder,
        Object.values(runFiles),
        pipe(
          writeRecord(folder, record),
          TE.chain(() => writeCheckpoint(folder, runFiles.last, first)),
        ),
      ),
    ),
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
    : TE.left(fileError(`'${folder}' is not the folder of a run: it has no ${runFiles.record}`))

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
