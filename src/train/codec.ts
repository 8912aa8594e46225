import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as t from 'io-ts'
import { dataSource } from '../data/DataSource.ts'
import { attempt, codecError, type ElboError } from '../error.ts'
import { decodeVae, encodeVae, type VaeJson } from '../model/codec.ts'
import { decoded } from '../model/decoded.ts'
import { Objective } from '../model/objective.ts'
import { isOptimizer, optimizerCodec, tracedFor } from '../optimizer/index.ts'
import type { Experiment } from './Experiment.ts'
import { vaeParams } from './graphs.ts'
import { settingsCodec } from './settings.ts'

const FORMAT = 'elbo-ts experiment'
const VERSION = 1

export interface ExperimentJson {
  readonly format: typeof FORMAT
  readonly version: typeof VERSION
  readonly name: string
  readonly vae: VaeJson
  readonly objective: unknown
  readonly data: unknown
  readonly optimizer: unknown
  readonly settings: unknown
}

const experimentCodec = t.type(
  {
    format: t.literal(FORMAT),
    version: t.literal(VERSION),
    name: t.string,
    vae: t.unknown,
    objective: Objective,
    data: dataSource,
    optimizer: optimizerCodec,
    settings: settingsCodec,
  },
  'an experiment',
)

/**
 * An experiment as plain JSON, as its objective and its optimiser are: all that it takes to train it again, elsewhere.
 * What is no objective or no optimiser stays as it is, for the reader to say what is wrong with it.
 */
export const encodeExperiment = (e: Experiment): ExperimentJson => ({
  format: FORMAT,
  version: VERSION,
  name: e.name,
  vae: encodeVae(e.vae),
  objective: Objective.is(e.objective) ? Objective.encode(e.objective) : e.objective,
  data: dataSource.encode(e.data),
  optimizer: isOptimizer(e.optimizer)
    ? optimizerCodec.encode(
        tracedFor(
          e.optimizer,
          vaeParams(e.vae).map(({ shape }) => shape),
        ),
      )
    : e.optimizer,
  settings: settingsCodec.encode(e.settings),
})

/**
 * The experiment that {@link encodeExperiment} wrote, its vertices interned and its model and guide compared anew.
 *
 * Errors    one `Codec` error that says what is wrong where
 */
export const decodeExperiment = (json: unknown): E.Either<ElboError, Experiment> =>
  pipe(
    decoded('not an experiment of elbo-ts', experimentCodec, json),
    E.bindTo('read'),
    E.bind('vae', ({ read }) => decodeVae(read.vae)),
    E.map(({ read: { name, objective, data, optimizer, settings }, vae }) => ({
      tag: 'experiment',
      name,
      vae,
      objective,
      data,
      optimizer,
      settings,
    })),
  )

const like = t.type({ tag: t.literal('experiment'), name: t.string, vae: t.UnknownRecord })
/** Enough of an experiment to try and write it down; whatever else it is, reading that again tells. */
const experimentLike: t.Type<Experiment, unknown, unknown> = new t.Type(
  'an experiment',
  (u): u is Experiment => like.is(u),
  (u, context) => (experimentLike.is(u) ? t.success(u) : t.failure(u, context)),
  t.identity,
)

/**
 * An experiment of unknown make, such as a module's default export: the module may have been given another copy of this library, whose
 * vertices this copy has not interned. Written down and read again, it is ours.
 *
 * Errors    what is no experiment
 */
export const adoptExperiment = (value: unknown): E.Either<ElboError, Experiment> =>
  pipe(
    decoded('not an experiment of elbo-ts', experimentLike, value),
    E.chain((foreign) =>
      attempt(
        () => encodeExperiment(foreign),
        ({ message }) => codecError(`not an experiment of this version of elbo-ts: ${message}`),
      ),
    ),
    E.chain(decodeExperiment),
  )
