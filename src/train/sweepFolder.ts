import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import * as t from 'io-ts'
import type { Estimate } from '../diagnose/Estimate.ts'
import type { SweepMeasurement } from '../diagnose/sweepCurve.ts'
import { codecError, type ElboError, fileError } from '../error.ts'
import { type TargetName, targetNames } from '../interp/Session.ts'
import { decoded, parsed } from '../model/decoded.ts'
import { namesLike } from '../namesLike.ts'
import { decodeExperiment, encodeExperiment } from './codec.ts'
import { type DataDigests, dataDigestsCodec } from './DataDigests.ts'
import { checkUnused, filledFolder, namesIn, readText, writeWhole } from './files.ts'
import { checkSeal, hasSeal, sealedJson, unsealed } from './seal.ts'
import type { SweepPlan } from './sweep.ts'

/** What a sweep leaves in its folder, beside a run's folder for each point. */
export const sweepFiles = {
  /** the plan: enough to begin, or to go on */
  record: 'sweep.json',
  /** in the folder of each point that has come to its end: what was measured */
  point: 'point.json',
} as const

/** A sweep as it was planned, and how it is computed. */
export interface SweepRecord extends SweepPlan {
  /** of the data that every point is trained on; null of sweeps of before they were written down */
  readonly digests: DataDigests | null
  readonly limit: number | null
  readonly target: TargetName
}

const FORMAT = 'elbo-ts sweep'
const VERSION = 2

const recordCodec = t.type(
  {
    format: t.literal(FORMAT),
    // Version 1 had no seal and no digests.
    version: t.union([t.literal(VERSION), t.literal(1)], 'version 1 or 2'),
    digests: t.union([dataDigestsCodec, t.null, t.undefined], 'digests of data'),
    axes: t.readonlyArray(t.type({ path: t.string, values: t.readonlyArray(t.number) })),
    seeds: t.readonlyArray(t.number),
    warm: t.boolean,
    limit: t.union([t.number, t.null], 'a number or null'),
    target: t.string,
    experiment: t.unknown,
  },
  'a sweep',
)

const estimate: t.Type<Estimate, unknown, unknown> = t.type({ value: t.number, standardError: t.number })
const measurementCodec: t.Type<SweepMeasurement, unknown, unknown> = t.type(
  {
    settings: t.record(t.string, t.number),
    seed: t.number,
    bound: estimate,
    rate: estimate,
    distortion: estimate,
    active: t.number,
    dimensions: t.number,
  },
  'a point of a sweep',
)

/** Whether a sweep can begin in a folder. Errors  a file; a folder that holds something */
export const checkSweepFree = (folder: string): TE.TaskEither<ElboError, void> =>
  checkUnused(folder, 'go on with the sweep in it: --resume')

/** Begin a sweep's folder. Errors  a file; one that holds something, or cannot be written */
export const createSweep = (folder: string, record: SweepRecord): TE.TaskEither<ElboError, void> =>
  pipe(
    checkSweepFree(folder),
    TE.chain(() =>
      filledFolder(
        folder,
        Object.values(sweepFiles),
        writeWhole(
          join(folder, sweepFiles.record),
          sealedJson({ format: FORMAT, version: VERSION, ...record, experiment: encodeExperiment(record.experiment) }),
        ),
      ),
    ),
  )

/** Whether a folder is that of a sweep. */
export const isSweep = (folder: string): TE.TaskEither<ElboError, boolean> =>
  pipe(
    namesIn(folder),
    TE.map((names) => names?.includes(sweepFiles.record) === true),
  )

const decodeRecord = (path: string, text: string): E.Either<ElboError, SweepRecord> =>
  pipe(
    parsed(`'${path}'`, text),
    E.bindTo('json'),
    E.bind('read', ({ json }) => decoded(`'${path}' is no record of a sweep`, recordCodec, json)),
    E.chainFirst(({ json, read }) =>
      read.version === 1 && !hasSeal(json) ? E.right(undefined) : checkSeal(path, json),
    ),
    E.bind('experiment', ({ read }) =>
      pipe(
        decodeExperiment(read.experiment),
        E.mapLeft(({ message }) => codecError(`'${path}': ${message}`)),
      ),
    ),
    E.bind('target', ({ read }) =>
      E.fromNullable(
        codecError(`'${path}': there is no target '${read.target}'; there are ${namesLike(read.target, targetNames)}`),
      )(targetNames.find((name) => name === read.target)),
    ),
    E.map(({ read: { axes, seeds, warm, limit, digests }, experiment, target }) => ({
      experiment,
      digests: digests ?? null,
      axes,
      seeds,
      warm,
      limit,
      target,
    })),
  )

/** Errors  no sweep there; a record that is damaged */
export const readSweep = (folder: string): TE.TaskEither<ElboError, SweepRecord> => {
  const path = join(folder, sweepFiles.record)
  return pipe(
    isSweep(folder),
    TE.filterOrElse(
      (is) => is,
      () => fileError(`'${folder}' is not the folder of a sweep: it has no ${sweepFiles.record}`),
    ),
    TE.chain(() => readText(path)),
    TE.chainEitherK((text) => decodeRecord(path, text)),
  )
}

export const writePoint = (folder: string, measured: SweepMeasurement): TE.TaskEither<ElboError, void> =>
  writeWhole(join(folder, sweepFiles.point), sealedJson({ ...measured }))

/** What was measured of a point; undefined where it has not come to its end. */
export const readPoint = (folder: string): TE.TaskEither<ElboError, SweepMeasurement | undefined> => {
  const path = join(folder, sweepFiles.point)
  return pipe(
    namesIn(folder),
    TE.chain((names) =>
      names?.includes(sweepFiles.point) === true
        ? pipe(
            readText(path),
            TE.chainEitherK((text) =>
              pipe(
                parsed(`'${path}'`, text),
                E.chainFirst((json) => (hasSeal(json) ? checkSeal(path, json) : E.right(undefined))),
                E.chain((json) => decoded(`'${path}' is no point of a sweep`, measurementCodec, unsealed(json))),
              ),
            ),
          )
        : TE.right(undefined),
    ),
  )
}
