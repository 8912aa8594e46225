import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { epochRows, gather, pick, training } from '../data/batches.ts'
import type { Dataset } from '../data/Field.ts'
import { split } from '../data/split.ts'
import { type ElboError, modelError, targetError, usageError } from '../error.ts'
import type { Graph } from '../expr/Graph.ts'
import type { Tensor } from '../expr/Tensor.ts'
import type { Feeds, Plan, Session } from '../interp/Session.ts'
import { programFingerprint } from '../model/codec.ts'
import type { Horizon } from '../schedule/index.ts'
import { type Advance, advanceWith } from './advance.ts'
import { fieldsInstead } from './agreement.ts'
import { type Experiment, experimentProblems } from './Experiment.ts'
import { evaluateGraph, trainGraph, vaeParams } from './graphs.ts'
import { initialValues, variablesOf } from './initialize.ts'
import { withFirstMeans } from './means.ts'
import { batchProblems, settingsProblems } from './settings.ts'

/** An experiment on its data and its target, checked and compiled; nothing is written yet. */
export interface Prepared {
  readonly experiment: Experiment
  readonly session: Session
  /** with its validation split, and the fields that the program reads */
  readonly dataset: Dataset
  /** as they were given, for the record */
  readonly fields: Dataset['fields']
  /** as they were loaded */
  readonly loaded: Dataset
  readonly horizon: Horizon
  readonly fingerprint: string
  readonly parameters: readonly string[]
  /** every variable before the first update */
  readonly initial: ReadonlyMap<string, Tensor>
  readonly planAt: (step: number) => Plan
  readonly feedsAt: (step: number) => Feeds
  /** training as fast as the target can; {@link planAt} and {@link feedsAt} do the same one update at a time */
  readonly advance: Advance
  /** how many data update number `step` is made of */
  readonly sizeAt: (step: number) => number
  readonly evaluation: (size: number) => E.Either<ElboError, Plan>
  readonly dispose: () => void
}

const unless =
  (error: (message: string) => ElboError) =>
  (problems: readonly string[]): E.Either<ElboError, void> =>
    problems.length === 0 ? E.right(undefined) : E.left(error(problems.join('\n')))

/** One plan a batch size, made when first asked for. */
const plansOf = (session: Session, graphOf: (size: number) => Graph) => {
  const known = new Map<number, Plan>()
  return {
    of: (size: number): E.Either<ElboError, Plan> => {
      const plan = known.get(size)
      if (plan !== undefined) return E.right(plan)
      return pipe(
        session.prepare(graphOf(size)),
        E.map((made) => {
          known.set(size, made)
          return made
        }),
      )
    },
    dispose: (): void => {
      for (const plan of known.values()) plan.dispose()
      known.clear()
    },
  }
}

/** The rows of every minibatch; the order of one epoch is kept at a time. */
const minibatches = (
  dataset: Dataset,
  seed: number,
  { batch, stepsPerEpoch }: { batch: number; stepsPerEpoch: number },
) => {
  let epoch = -1
  let order = epochRows(dataset.train, seed, 0)
  return (step: number): Uint32Array => {
    const wanted = Math.floor(step / stepsPerEpoch)
    if (wanted !== epoch) {
      order = epochRows(dataset.train, seed, wanted)
      epoch = wanted
    }
    const from = (step % stepsPerEpoch) * batch
    return order(from, Math.min(from + batch, dataset.train.size))
  }
}

const compiled = (
  experiment: Experiment,
  session: Session,
  dataset: Dataset,
  fields: Dataset['fields'],
  loaded: Dataset,
): E.Either<ElboError, Prepared> => {
  const { vae, objective, optimizer, settings } = experiment
  const { seed, batch, epochs } = settings
  const stepsPerEpoch = Math.ceil(dataset.train.size / batch)
  const horizon: Horizon = { stepsPerEpoch, epochs }
  const trains = plansOf(session, (size) => trainGraph(vae, objective, optimizer, horizon, size))
  const evaluations = plansOf(session, (size) => evaluateGraph(vae, objective, size))
  const sizeAt = (step: number): number =>
    step % stepsPerEpoch === stepsPerEpoch - 1 ? dataset.train.size - (stepsPerEpoch - 1) * batch : batch
  const rowsAt = minibatches(dataset, seed, { batch, stepsPerEpoch })
  const params = vaeParams(vae)
  const variables = variablesOf(trainGraph(vae, objective, optimizer, horizon, sizeAt(0)))
  const planAt = (step: number): Plan => {
    const plan = trains.of(sizeAt(step))
    // Its graph has been compiled before, alone or as a loop.
    if (E.isLeft(plan)) throw new Error(plan.left.message)
    return plan.right
  }
  const feedsAt = (step: number): Feeds => ({
    data: gather(dataset.fields, dataset.train, rowsAt(step), training(seed, step)),
    scalars: { step },
    seed,
    step,
  })
  const looped = session.prepareLoop?.(trainGraph(vae, objective, optimizer, horizon, batch), {
    fields: dataset.fields,
    split: dataset.train,
    batch,
  })
  return pipe(
    E.Do,
    E.bind('loop', () => looped ?? E.right(undefined)),
    E.chainFirst(({ loop }) => (loop === undefined ? trains.of(sizeAt(0)) : E.right(undefined))),
    E.chainFirst(({ loop }) => {
      const last = sizeAt(stepsPerEpoch - 1)
      return loop !== undefined && last === batch ? E.right(undefined) : trains.of(last)
    }),
    // The test comes last; a graph that cannot be compiled is told now.
    E.chainFirst(() =>
      dataset.test.size === 0 ? E.right(undefined) : evaluations.of(Math.min(batch, dataset.test.size)),
    ),
    E.map(({ loop }) => ({
      experiment,
      session,
      dataset,
      fields,
      loaded,
      horizon,
      fingerprint: programFingerprint(vae),
      parameters: params.map((param) => param.arg.name),
      initial: withFirstMeans(
        params.map((param) => param.arg.name),
        initialValues([...new Set([...params, ...variables])], seed),
      ),
      planAt,
      feedsAt,
      advance: advanceWith(loop, { stepsPerEpoch, batch, seed, sizeAt, rowsAt, planAt, feedsAt }),
      sizeAt,
      evaluation: evaluations.of,
      dispose: () => {
        loop?.dispose()
        trains.dispose()
        evaluations.dispose()
      },
    })),
  )
}

/**
 * The data of an experiment with their validation split, if everything about it is right that can be told before it is compiled.
 *
 * Errors    settings out of range; a model, guide, objective, optimiser or data that do not fit, each with its text
 */
export const checkExperiment = (experiment: Experiment, loaded: Dataset): E.Either<ElboError, Dataset> => {
  const { settings } = experiment
  return pipe(
    unless(usageError)(settingsProblems(settings)),
    E.chain(() => split(loaded, settings.validation, settings.seed)),
    E.chainFirst(({ train }) => unless(usageError)(batchProblems(settings.batch, train.size))),
    E.chainFirst(({ train, fields }) =>
      unless(modelError)([
        ...experimentProblems(experiment, fields, {
          stepsPerEpoch: Math.ceil(train.size / settings.batch),
          epochs: settings.epochs,
        }),
        ...fieldsInstead(fields, experiment.vae.given),
      ]),
    ),
  )
}

/** Check an experiment, and compile it. Errors  those of {@link checkExperiment}; a graph that the target cannot compile */
export const prepare = (experiment: Experiment, session: Session, loaded: Dataset): E.Either<ElboError, Prepared> =>
  pipe(
    checkExperiment(experiment, loaded),
    E.bindTo('dataset'),
    E.bind('fields', ({ dataset }) => pick(dataset.fields, Object.keys(experiment.vae.given))),
    E.chain(({ dataset, fields }) =>
      pipe(
        // Elaborating a program that has passed its checks does not fail; if it does, that is told like any other error.
        E.tryCatch(
          () => compiled(experiment, session, { ...dataset, fields }, dataset.fields, loaded),
          (cause) =>
            targetError(`cannot compile the experiment: ${cause instanceof Error ? cause.message : String(cause)}`),
        ),
        E.flatten,
      ),
    ),
  )
