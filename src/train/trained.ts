import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type { Field, Fields } from '../data/Field.ts'
import { batchOf, inOwnTerms, type Values } from '../data/values.ts'
import { logLikelihood } from '../diagnose/logLikelihood.ts'
import type { ElboError } from '../error.ts'
import type { Tensor } from '../expr/Tensor.ts'
import type { Session } from '../interp/Session.ts'
import type { Fields as GivenFields } from '../model/Field.ts'
import type { Variables } from '../model/Program.ts'
import type { AnyVae, Vae } from '../model/Vae.ts'
import type { Experiment } from './Experiment.ts'
import { type Batch, decode, encode, reconstruct, sample } from './inference.ts'
import { unitsJacobian } from './ownUnits.ts'
import { remembering } from './remembering.ts'

type LatentOf<V> = V extends Vae<GivenFields, Variables, infer P> ? P[number][0] : never
type GivenOf<V extends AnyVae> = keyof V['given'] & string

type Answer<K extends string> = E.Either<ElboError, Readonly<Record<K, Tensor>>>
/** Of an observation; those that a model is only given have none. */
type Observed<V extends AnyVae> = Readonly<Partial<Record<GivenOf<V>, Tensor>>>

/** Data by field, each in its own terms. What a question does not need of them may be left out. */
export type Data<V extends AnyVae> = Readonly<Partial<Record<GivenOf<V>, Values>>>

export interface SampleOptions<V extends AnyVae> {
  readonly count: number
  readonly seed?: number
  /** what a conditional model is conditioned on: `count` of each */
  readonly given?: Data<V>
}

/**
 * A trained model to be asked: its weights are on a target, and what is asked is plain rows in and tensors out, in the data's own terms
 * (a table's units, classes by name). Plans are kept from one question to the next, so that a service answers in well under a millisecond
 * what takes ten the first time. Of a model whose type is known the names are too.
 */
export interface Trained<V extends AnyVae = AnyVae> {
  readonly experiment: Experiment<V>
  /** for functions that take a VAE and a session: it holds the weights */
  readonly session: Session
  readonly fields: Fields
  /** Data as those functions take them, `logLikelihood` for one: rows of a table as the model reads them, standardised. */
  readonly batch: (data: Data<V>) => E.Either<ElboError, Batch>
  /** What to add to a bound or a log-density of such a batch for one of the data in their own units; 0 where nothing is standardised. Units nats a datum */
  readonly logAbsDetJacobian: number
  /** The posterior's means: of each latent [n, …]. */
  readonly encode: (data: Data<V>) => Answer<LatentOf<V>>
  /** The likelihoods' means at latents, and at conditions where the model has any. */
  readonly decode: (latents: Readonly<Record<LatentOf<V>, Tensor>>, given?: Data<V>) => E.Either<ElboError, Observed<V>>
  /** The likelihoods' means at the posterior's means. */
  readonly reconstruct: (data: Data<V>) => E.Either<ElboError, Observed<V>>
  /** New data: latents from the prior, the likelihoods' means there and draws from them. Equal seeds give equal latents on every target. */
  readonly sample: (options: SampleOptions<V>) => E.Either<
    ElboError,
    {
      readonly latents: Readonly<Record<LatentOf<V>, Tensor>>
      readonly means: Observed<V>
      readonly draws: Observed<V>
    }
  >
  /**
   * How unusual each datum is: −log p(x), from above, by so many importance samples (50 where none are said). Units nats, of a density of the data in
   * their own units
   */
  readonly score: (
    data: Data<V>,
    options?: { readonly samples?: number; readonly seed?: number },
  ) => E.Either<ElboError, Float64Array>
  /** Let go of the target. */
  readonly dispose: () => void
}

/** The fields of the data as far as the programs read them. */
const fieldsOf = (vae: AnyVae, fields: Fields): Fields =>
  Object.fromEntries(
    Object.entries(vae.given).map(([name, { shape, support }]): readonly [string, Field] => [
      name,
      fields[name] ?? { shape, support, encoding: 'value' },
    ]),
  )

/** The latents of a model as fields, so that what is decoded is looked at as data are. */
const latentsOf = ({ model }: AnyVae): Fields =>
  Object.fromEntries(
    model.flatMap(({ kind, name, dist }): readonly (readonly [string, Field])[] =>
      kind === 'latent' ? [[name, { shape: dist.shape, support: 'real', encoding: 'value' }]] : [],
    ),
  )

/** What was not left out. */
const stated = (data: Readonly<Record<string, Values | undefined>> = {}): Readonly<Record<string, Values>> =>
  Object.fromEntries(Object.entries(data).flatMap(([k, v]) => (v === undefined ? [] : [[k, v]])))

const SAMPLES = 50

/** Ask a model whose weights are in this session; `fields` say what its data are. */
export const trainedModel = <V extends AnyVae>(
  experiment: Experiment<V>,
  fields: Fields,
  opened: Session,
): Trained<V> => {
  const { vae } = experiment
  const jacobian = unitsJacobian(vae, fields)
  const session = remembering(opened)
  const read = fieldsOf(vae, fields)
  // The keys of an answer are the names of the program's sites, which V states.
  const record = <K extends string>(batch: Batch): Readonly<Record<K, Tensor>> =>
    Object.fromEntries(batch) as Readonly<Record<K, Tensor>>
  const observed = (batch: Batch): Observed<V> =>
    record<GivenOf<V>>(new Map([...batch].map(([name, tensor]) => [name, inOwnTerms(read[name], tensor)])))
  const batch = (data: Data<V> | undefined): E.Either<ElboError, Batch> => batchOf(read, stated(data))
  return {
    experiment,
    session,
    fields: read,
    batch,
    logAbsDetJacobian: jacobian,
    encode: (data) =>
      pipe(
        batch(data),
        E.chain((b) => encode(vae, session, b)),
        E.map(record),
      ),
    decode: (latents, given) =>
      pipe(
        batchOf({ ...latentsOf(vae), ...read }, { ...stated(latents), ...stated(given) }),
        E.chain((b) => decode(vae, session, b)),
        E.map(observed),
      ),
    reconstruct: (data) =>
      pipe(
        batch(data),
        E.chain((b) => reconstruct(vae, session, b)),
        E.map(observed),
      ),
    sample: ({ count, seed = 0, given }) =>
      pipe(
        batch(given),
        E.chain((b) => sample(vae, session, { count, seed, given: b })),
        E.map(({ latents, means, draws }) => ({
          latents: record(latents),
          means: observed(means),
          draws: observed(draws),
        })),
      ),
    score: (data, { samples = SAMPLES, seed = 0 } = {}) =>
      pipe(
        batch(data),
        E.chain((b) => logLikelihood(vae, session, b, { samples, seed })),
        E.map(({ data: estimates }) => Float64Array.from(estimates, ({ logMean }) => -(logMean + jacobian))),
      ),
    dispose: session.dispose,
  }
}
