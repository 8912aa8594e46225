import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as t from 'io-ts'
import { type Fields, fieldsCodec } from '../data/Field.ts'
import { codecError, type ElboError } from '../error.ts'
import type { TargetName } from '../interp/Session.ts'
import { programFingerprint } from '../model/codec.ts'
import { decoded, parsed } from '../model/decoded.ts'
import type { AnyVae } from '../model/Vae.ts'
import { dataAgreement, fieldsInstead } from './agreement.ts'
import { decodeExperiment, encodeExperiment } from './codec.ts'
import { type DataDigests, dataDigestsCodec } from './DataDigests.ts'
import type { Experiment } from './Experiment.ts'
import { checkSeal, hasSeal, sealedJson } from './seal.ts'

/** Everything about a run that is settled before it begins. */
export interface RunRecord {
  /** which run it is: its checkpoints say it too; null of runs of before runs had one */
  readonly id: string | null
  readonly experiment: Experiment
  /** the first so many training data, or null for all */
  readonly limit: number | null
  /** what it is trained on, and what it was before it went on there, the first first */
  readonly target: TargetName
  readonly earlierTargets: readonly TargetName[]
  /** how many data of each kind, and what they are, so that what the model makes can be shown in their terms */
  readonly data: {
    readonly train: number
    readonly validation: number
    readonly test: number
    readonly fields: Fields
    /** null of runs of before they were written down */
    readonly digests: DataDigests | null
  }
  readonly created: string
  readonly versions: Readonly<Record<string, string>>
}

const FORMAT = 'elbo-ts run'
const VERSION = 2

const targetCodec = t.keyof({ graph: null, tensorflow: null, wasm: null, cpu: null, reference: null } satisfies Record<
  TargetName,
  null
>)
const recordCodec = t.type(
  {
    format: t.literal(FORMAT),
    // Version 1 had no seal, no id and no digests of the data; its runs are read as they are.
    version: t.union([t.literal(VERSION), t.literal(1)], 'version 1 or 2'),
    id: t.union([t.string, t.null, t.undefined], 'a string or null'),
    created: t.string,
    target: targetCodec,
    // Absent from runs of before it was written down.
    earlierTargets: t.union([t.readonlyArray(targetCodec), t.undefined], 'a list of targets'),
    seed: t.number,
    limit: t.union([t.number, t.null], 'a number or null'),
    data: t.type({
      train: t.number,
      validation: t.number,
      test: t.number,
      fields: fieldsCodec,
      digests: t.union([dataDigestsCodec, t.null, t.undefined], 'digests of data'),
    }),
    versions: t.record(t.string, t.string),
    fingerprint: t.string,
    experiment: t.unknown,
  },
  'a run',
)

/** The text of a run.json. */
export const encodeRecord = ({ experiment, ...rest }: RunRecord): string =>
  sealedJson({
    format: FORMAT,
    version: VERSION,
    ...rest,
    seed: experiment.settings.seed,
    fingerprint: programFingerprint(experiment.vae),
    experiment: encodeExperiment(experiment),
  })

/** The data fit the program that reads them. */
const fitting = (where: string, vae: AnyVae, fields: Fields): E.Either<ElboError, void> => {
  const [wrong] = vae.problems.length > 0 ? [] : dataAgreement(fields, vae.given)
  const there = fieldsInstead(fields, vae.given).map((what) => `; ${what}`)
  return wrong === undefined
    ? E.right(undefined)
    : E.left(codecError(`'${where}': data.fields: ${wrong}${there.join('')}`))
}

/**
 * What the text of a run.json says; `where` is what it is called.
 *
 * Errors    a record that is damaged or was edited, which its seal tells; data that do not fit the program
 */
export const decodeRecord = (where: string, text: string): E.Either<ElboError, RunRecord> =>
  pipe(
    parsed(`'${where}'`, text),
    E.bindTo('json'),
    E.bind('read', ({ json }) => decoded(`'${where}' is no record of a run`, recordCodec, json)),
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
    E.chainFirst(({ json, read }) =>
      read.version === 1 && !hasSeal(json) ? E.right(undefined) : checkSeal(where, json),
    ),
    E.chainFirst(({ read, experiment }) => fitting(where, experiment.vae, read.data.fields)),
    E.map(({ read: { id, limit, target, earlierTargets, data, created, versions }, experiment }) => ({
      id: id ?? null,
      experiment,
      limit,
      target,
      earlierTargets: earlierTargets ?? [],
      data: { ...data, digests: data.digests ?? null },
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
