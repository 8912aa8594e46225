import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as t from 'io-ts'
import { type Fields, fieldsCodec } from '../data/Field.ts'
import { codecError, type ElboError } from '../error.ts'
import type { TargetName } from '../interp/Session.ts'
import { programFingerprint } from '../model/codec.ts'
import { decoded, parsed } from '../model/decoded.ts'
import type { AnyVae } from '../model/Vae.ts'
import { decodeExperiment, encodeExperiment } from './codec.ts'
import type { Experiment } from './Experiment.ts'

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

/** The text of a run.json. */
export const encodeRecord = ({ experiment, ...rest }: RunRecord): string =>
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

/**
 * What the text of a run.json says; `where` is what it is called.
 *
 * Errors    a record that is damaged, or of a program that was edited
 */
export const decodeRecord = (where: string, text: string): E.Either<ElboError, RunRecord> =>
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

/**
 * The experiment of a record as one whose names are known, where it is said which. Without, V is what every program is.
 *
 * Errors    another program
 */
export const experimentOf = <V extends AnyVae>(
  { experiment }: RunRecord,
  of: Experiment<V> | undefined,
  where: string,
): E.Either<ElboError, Experiment<V>> =>
  of === undefined || programFingerprint(of.vae) === programFingerprint(experiment.vae)
    ? // The same program, which V states.
      E.right(experiment as Experiment<V>)
    : E.left(codecError(`'${where}' is a run of another model than '${of.name}'`))
