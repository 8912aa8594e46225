import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import * as t from 'io-ts'
import { type Fields, fieldsCodec } from '../data/Field.ts'
import { attempt, codecError, type ElboError, fileError } from '../error.ts'
import type { Tensor } from '../expr/Tensor.ts'
import type { TargetName } from '../interp/Session.ts'
import { programFingerprint } from '../model/codec.ts'
import { decoded, parsed } from '../model/decoded.ts'
import { type Checkpoint, decodeCheckpoint, encodeCheckpoint } from './checkpoint.ts'
import { decodeExperiment, encodeExperiment } from './codec.ts'
import type { Experiment } from './Experiment.ts'
import { filledFolder, namesIn, readBytes, readText, writeWhole } from './files.ts'
import { vaeParams } from './graphs.ts'
import { writeNpz } from './npz.ts'

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

/** Everything about a run that is settled before it begins. */
export interface RunRecord {
  readonly experiment: Experiment
  /** the first so many training data, or null for all */
  readonly limit: number | null
  /** what it is trained on, and what it was before it went on there, the first first */
  readonly target: TargetName
  readonly earlierTargets: readonly TargetName[]
  /** how many data of each kind, and what they are, so that what the model makes can be shown in their terms */
  readonly data: { readonly train: number; readonly validation: number; readonly test: number; readonly fields: Fields }
  readonly created: string
  readonly versions: Readonly<Record<string, string>>
}

const FORMAT = 'elbo-ts run'
const VERSION = 1

const targetCodec = t.keyof({ graph: null, tensorflow: null, wasm: null, cpu: null, reference: null } satisfies Record<
  TargetName,
  null
>)
const recordCodec = t.type(
  {
    format: t.literal(FORMAT),
    version: t.literal(VERSION),
    created: t.string,
    target: targetCodec,
    // Absent from runs of before it was written down.
    earlierTargets: t.union([t.readonlyArray(targetCodec), t.undefined], 'a list of targets'),
    seed: t.number,
    limit: t.union([t.number, t.null], 'a number or null'),
    data: t.type({ train: t.number, validation: t.number, test: t.number, fields: fieldsCodec }),
    versions: t.record(t.string, t.string),
    fingerprint: t.string,
    experiment: t.unknown,
  },
  'a run',
)

const encodeRecord = ({ experiment, ...rest }: RunRecord): string =>
  `${JSON.stringify(
    {
      format: FORMAT,
      version: VERSION,
      ...rest,
      seed: experiment.settings.seed,
      fingerprint: programFingerprint(experiment.vae),
      experiment: encodeExperiment(experiment),
    },
    null,
    2,
  )}\n`

const decodeRecord = (where: string, text: string): E.Either<ElboError, RunRecord> =>
  pipe(
    parsed(`'${where}'`, text),
    E.chain((json) => decoded(`'${where}' is no record of a run`, recordCodec, json)),
    E.bindTo('read'),
    E.bind('experiment', ({ read }) =>
      pipe(
        decodeExperiment(read.experiment),
        E.mapLeft(({ message }) => codecError(`'${where}': ${message}`)),
      ),
    ),
    E.filterOrElse(
      ({ read, experiment }) => programFingerprint(experiment.vae) === read.fingerprint,
      () => codecError(`'${where}': the program is not the one that was written; was the file edited?`),
    ),
    E.map(({ read: { limit, target, earlierTargets, data, created, versions }, experiment }) => ({
      experiment,
      limit,
      target,
      earlierTargets: earlierTargets ?? [],
      data,
      created,
      versions,
    })),
  )

const named = t.type({ version: t.string })

const versionIn = (path: () => string | URL): string => {
  const read = attempt<unknown>(
    () => JSON.parse(readFileSync(path(), 'utf8')),
    ({ message }) => fileError(message),
  )
  return E.isRight(read) && named.is(read.right) ? read.right.version : 'unknown'
}

/** The versions of this library, of what runs it and of what computes for it. */
export const versionsHere = (): Readonly<Record<string, string>> => {
  const { resolve } = createRequire(import.meta.url)
  return {
    'elbo-ts': versionIn(() => new URL('../../package.json', import.meta.url)),
    node: process.versions.node,
    '@tensorflow/tfjs-core': versionIn(() => resolve('@tensorflow/tfjs-core/package.json')),
  }
}

const checkEmpty = (folder: string): TE.TaskEither<ElboError, void> =>
  pipe(
    namesIn(folder),
    TE.filterOrElse(
      (names) => names === undefined || names.length === 0,
      () => fileError(`'${folder}' is not empty; choose another folder, or resume the run in it`),
    ),
    TE.map(() => undefined),
  )

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
 * Errors    a folder that holds something; one that cannot be made or written
 */
export const createRun = (folder: string, record: RunRecord, first: Checkpoint): TE.TaskEither<ElboError, void> =>
  pipe(
    checkEmpty(folder),
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

/** What a run's folder says of it. Errors  no such folder; a folder that holds no run; a record that is damaged */
export const readRun = (folder: string): TE.TaskEither<ElboError, RunRecord> =>
  pipe(
    namesIn(folder),
    TE.chainEitherK((names) =>
      names === undefined
        ? E.left(fileError(`there is no folder '${folder}'`))
        : names.includes(runFiles.record)
          ? E.right(join(folder, runFiles.record))
          : E.left(fileError(`'${folder}' is not the folder of a run: it has no ${runFiles.record}`)),
    ),
    TE.chain((path) =>
      pipe(
        readText(path),
        TE.chainEitherK((text) => decodeRecord(path, text)),
      ),
    ),
  )

/** A checkpoint of this program. Errors  those of `decodeCheckpoint`; one of another program */
export const readCheckpoint = (
  folder: string,
  file: CheckpointFile,
  fingerprint: string,
): TE.TaskEither<ElboError, Checkpoint> => {
  const path = join(folder, file)
  return pipe(
    readBytes(path),
    TE.chainEitherK((bytes) => decodeCheckpoint(path, bytes)),
    TE.filterOrElse(
      (checkpoint) => checkpoint.fingerprint === fingerprint,
      () => codecError(`'${path}' is a checkpoint of another model; its parameters do not belong to this one`),
    ),
  )
}

/** The weights to use a run's model with: those of its best epoch, or of its last where nothing was validated. */
export const readWeights = (
  folder: string,
  { experiment }: RunRecord,
): TE.TaskEither<ElboError, ReadonlyMap<string, Tensor>> =>
  pipe(
    namesIn(folder),
    TE.chain((names) =>
      readCheckpoint(
        folder,
        names?.includes(runFiles.best) === true ? runFiles.best : runFiles.last,
        programFingerprint(experiment.vae),
      ),
    ),
    TE.map(({ values }) => {
      const names = new Set(vaeParams(experiment.vae).map((param) => param.arg.name))
      return new Map([...values].filter(([name]) => names.has(name)))
    }),
  )
