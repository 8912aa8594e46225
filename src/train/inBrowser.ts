import { advice } from '../call/advice.ts'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import type { DataSource } from '../data/DataSource.ts'
import type { Dataset } from '../data/Field.ts'
import { loadInline } from '../data/inlined.ts'
import { dataError, type ElboError } from '../error.ts'
import { type BrowserOptions, type BrowserTarget, openInBrowser } from '../interp/tfjs/inBrowser.ts'
import type { AnyVae } from '../model/Vae.ts'
import { type EpochsOptions, type Run, trainKept } from './epochs.ts'
import type { Experiment } from './Experiment.ts'
import { parametersAmong, roomFor } from './fitting.ts'
import { keptNowhere } from './Keeper.ts'
import { readNpz } from './npz.ts'
import { decodeRecord, experimentOf } from './RunRecord.ts'
import { type Trained, trainedModel } from './trained.ts'

/** Training and asking in a page: no files, data from the program, runs by what was fetched of them. */

interface Where extends BrowserOptions {
  /** `wasm` unless said */
  readonly target?: BrowserTarget
}

export interface FitOptions extends Where, Omit<EpochsOptions, 'session' | 'dataset'> {}

/** What training came to, and the model to be asked. */
export interface Fit<V extends AnyVae = AnyVae> extends Run {
  readonly model: Trained<V>
}

const loaded = (source: DataSource): E.Either<ElboError, Dataset> =>
  source.tag === 'inline'
    ? loadInline(source)
    : E.left(
        dataError(`a page reads no files, as ${source.tag}() does: fetch the numbers and declare ${advice.inline}`),
      )

/**
 * Train on data from the program and hand back the model with the weights of its best epoch. Progress and `signal` work as in Node, and so
 * do the numbers: equal seeds give those of the same target there.
 *
 * Errors   data in files; those of `openInBrowser`; whatever is wrong with the experiment; numbers that are not finite
 */
export const fit = <V extends AnyVae>(
  experiment: Experiment<V>,
  { target, wasmPaths, ...options }: FitOptions = {},
): TE.TaskEither<ElboError, Fit<V>> =>
  pipe(
    TE.fromEither(loaded(experiment.data)),
    TE.bindTo('dataset'),
    TE.bind('session', () => openInBrowser(target, wasmPaths === undefined ? {} : { wasmPaths })),
    TE.chain(({ dataset, session }) =>
      pipe(
        trainKept(experiment, { ...options, session, dataset }, keptNowhere),
        TE.map((run) => {
          session.write(run.weights)
          return { ...run, model: trainedModel(experiment, dataset.fields, session) }
        }),
        TE.tapError(() => TE.fromIO(session.dispose)),
      ),
    ),
  )

/** What was fetched of a run's folder. */
export interface Fetched {
  /** the text of its run.json */
  readonly record: string
  /** the bytes of its weights.npz */
  readonly weights: Uint8Array
}

export interface OpenOptions<V extends AnyVae> extends Where {
  /** the experiment that the run is of: the names in questions and answers are then those of its types */
  readonly of?: Experiment<V>
}

/**
 * A model that was trained in Node, to be asked in a page.
 *
 * Errors   damaged files; weights or a run of another model; those of `openInBrowser`
 */
export const openRun = <V extends AnyVae = AnyVae>(
  { record, weights }: Fetched,
  { of, target, wasmPaths }: OpenOptions<V> = {},
): TE.TaskEither<ElboError, Trained<V>> =>
  pipe(
    E.Do,
    E.bind('read', () => decodeRecord('run.json', record)),
    E.bind('experiment', ({ read }) => experimentOf(read, of, 'run.json')),
    E.bind('values', ({ experiment }) =>
      pipe(
        readNpz(weights, roomFor(experiment.vae)),
        E.chain((values) => parametersAmong('weights.npz', experiment.vae, values)),
      ),
    ),
    TE.fromEither,
    TE.bind('session', () => openInBrowser(target, wasmPaths === undefined ? {} : { wasmPaths })),
    TE.map(({ read, experiment, values, session }) => {
      session.write(values)
      return trainedModel(experiment, read.data.fields, session)
    }),
  )
