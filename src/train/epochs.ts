import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import type { Dataset } from '../data/Field.ts'
import { type ElboError, targetError, usageError } from '../error.ts'
import { sizeOf, type Tensor } from '../expr/Tensor.ts'
import type { Session } from '../interp/Session.ts'
import { namesLike } from '../namesLike.ts'
import type { Counters } from './checkpoint.ts'
import { look, stepper, type Watch } from './epoch.ts'
import { evaluateOn, type Evaluation } from './evaluate.ts'
import type { Done, EpochDone, TrainEvent } from './events.ts'
import type { Experiment } from './Experiment.ts'
import { type Beginning, isOver, type Keeper, parametersIn } from './Keeper.ts'
import { keepsMeans, withFirstMeans } from './means.ts'
import { meanOf, metricsOf, noSums, schedulesIn, scoreOf, type TrainMetrics } from './metrics.ts'
import type { Snapshot } from './nonFinite.ts'
import { unitsJacobian } from './ownUnits.ts'
import { breather, rateOf, type Stop } from './pace.ts'
import { prepare, type Prepared } from './prepare.ts'

export interface EpochsOptions {
  readonly session: Session
  /** as loaded; the validation split is made here */
  readonly dataset: Dataset
  /** parameters that a new run begins with, instead of drawn ones; others are drawn */
  readonly weights?: ReadonlyMap<string, Tensor> | undefined
  readonly onEvent?: ((event: TrainEvent) => void) | undefined
  /** looked at between steps; an `AbortSignal` will do */
  readonly signal?: Stop | undefined
}

/** What training came to. */
export interface Run {
  readonly status: 'done' | 'interrupted'
  readonly folder: string | null
  readonly history: readonly EpochDone[]
  /** the parameters of the best epoch, or of the last where nothing is validated; the session holds them too when done */
  readonly weights: ReadonlyMap<string, Tensor>
  /** the last event; null when interrupted */
  readonly done: Done | null
}

type Variables = ReadonlyMap<string, Tensor>

const trainMetrics = ({ sums }: Counters): TrainMetrics => ({
  ...metricsOf(sums),
  loss: meanOf(sums, 'loss') ?? Number.NaN,
  ...schedulesIn(sums),
})

/** Held-out data by the weights that the run will be asked by; training goes on with its own. */
const validated = async (
  p: Prepared,
  { values }: Snapshot,
  breathe: () => Promise<boolean>,
): Promise<E.Either<ElboError, Evaluation | undefined>> => {
  if (!keepsMeans(p.parameters, values)) return evaluateOn(p, 'validation', breathe)
  p.session.write(parametersIn(p, values))
  const measured = await evaluateOn(p, 'validation', breathe)
  p.session.write(values)
  return measured
}

const countOf = (values: Variables, names: readonly string[]): number =>
  names.reduce((n, name) => n + sizeOf(values.get(name)?.shape ?? [0]), 0)

const doneOf = (p: Prepared, folder: string | null, counters: Counters, { metrics, latents }: Evaluation): Done => ({
  event: 'done',
  run: folder,
  target: p.session.target,
  epochs: counters.epoch,
  stoppedEarly: counters.epoch < p.horizon.epochs,
  steps: counters.step,
  seconds: counters.seconds,
  rowsPerSecond: rateOf(counters),
  tested: counters.best?.epoch ?? counters.epoch,
  test: p.dataset.test.size === 0 ? null : metrics,
  logAbsDetJacobian: unitsJacobian(p.experiment.vae, p.fields),
  activeUnits: Object.values(latents).reduce((n, { active }) => n + active, 0),
  latents,
})

/** From where it begins to its end, or to where it is told to stop. */
const run = async (
  p: Prepared,
  beginning: Beginning,
  keep: Keeper,
  { onEvent = () => {}, signal }: EpochsOptions,
): Promise<E.Either<ElboError, Run>> => {
  const { session, dataset } = p
  const { epochs, stepsPerEpoch } = p.horizon
  const { folder } = keep
  const breathe = breather(signal)
  let broken: number | undefined
  const watch: Watch = {
    onEvent: (event) => {
      if (event.event === 'nonFinite') broken = event.step
      onEvent(event)
    },
    breathe,
  }
  const steps = stepper(p, watch)
  const history: EpochDone[] = [...beginning.history]
  let { counters, best } = beginning
  let known: Snapshot = { step: counters.step, values: beginning.values }

  onEvent({
    event: 'started',
    run: folder,
    target: session.target,
    data: { train: dataset.train.size, validation: dataset.validation.size, test: dataset.test.size },
    ...(dataset.notes === undefined ? {} : { notes: dataset.notes }),
    epochs,
    batch: p.experiment.settings.batch,
    stepsPerEpoch,
    parameters: countOf(p.initial, p.parameters),
    logAbsDetJacobian: unitsJacobian(p.experiment.vae, p.fields),
    resumed: keep.resumed ? { epoch: counters.epoch, step: counters.step } : null,
  })
  session.write(beginning.values)

  const checkpoint = (which: 'last' | 'best', at: Counters, values: Variables): TE.TaskEither<ElboError, void> =>
    pipe(
      keep.checkpoint(which, { run: beginning.run, fingerprint: p.fingerprint, counters: at, values }),
      TE.map((file) => {
        if (file !== null) onEvent({ event: 'checkpoint', file, epoch: at.epoch, step: at.step })
      }),
    )
  const keepWeights = (values: Variables): TE.TaskEither<ElboError, void> => keep.weights(parametersIn(p, values))

  /** The run's folder says how it ended; where not even that can be written, the first error is what counts. */
  const failed = async <A>(result: E.Either<ElboError, A>): Promise<E.Either<ElboError, A>> => {
    if (E.isRight(result)) return result
    const { tag, message } = result.left
    const step = broken ?? counters.step
    await keep.history({ event: 'failed', step, epochs: counters.epoch, nonFinite: tag === 'Train', message })()
    return result
  }

  const interrupted = async (): Promise<E.Either<ElboError, Run>> => {
    const seen = await failed(look(p, known, counters.step, watch))
    if (E.isLeft(seen)) return seen
    const { values } = seen.right
    const kept = await pipe(
      checkpoint('last', counters, values),
      TE.chain(() => keepWeights(best ?? values)),
    )()
    if (E.isLeft(kept)) return kept
    onEvent({ event: 'interrupted', run: folder, epoch: counters.epoch, step: counters.step })
    return E.right({ status: 'interrupted', folder, history, weights: parametersIn(p, best ?? values), done: null })
  }

  while (!isOver(p, counters)) {
    const stepped = await failed(await steps(counters, known))
    if (E.isLeft(stepped)) return stepped
    counters = stepped.right.counters
    if (stepped.right.stopped) return interrupted()
    const seen = await failed(look(p, known, counters.step, watch))
    if (E.isLeft(seen)) return seen
    known = seen.right
    const validation = dataset.validation.size === 0 ? null : await failed(await validated(p, known, breathe))
    if (validation !== null && E.isLeft(validation)) return validation
    if (validation !== null && validation.right === undefined) return interrupted()

    const measured = validation?.right?.metrics ?? null
    const epoch = counters.epoch + 1
    const score = measured === null ? null : scoreOf(measured)
    const better = score !== null && (counters.best === null || score > counters.best.score)
    const line: EpochDone = {
      event: 'epoch',
      epoch,
      epochs,
      step: counters.step,
      seconds: counters.seconds,
      rowsPerSecond: rateOf(counters),
      train: trainMetrics(counters),
      validation: measured,
      best: better,
    }
    counters = { ...counters, epoch, position: 0, sums: noSums, best: better ? { epoch, score } : counters.best }
    if (better) best = known.values
    const { values } = known
    const kept = await pipe(
      keep.history(line),
      TE.chain(() => (better ? checkpoint('best', counters, values) : TE.right(undefined))),
      TE.chain(() => (better || score === null ? keepWeights(values) : TE.right(undefined))),
      TE.chain(() => checkpoint('last', counters, values)),
    )()
    if (E.isLeft(kept)) return kept
    history.push(line)
    onEvent(line)
  }

  const weights = parametersIn(p, best ?? known.values)
  session.write(weights)
  const tested = await failed(await evaluateOn(p, 'test', breathe))
  if (E.isLeft(tested)) return tested
  if (tested.right === undefined) {
    onEvent({ event: 'interrupted', run: folder, epoch: counters.epoch, step: counters.step })
    return E.right({ status: 'interrupted', folder, history, weights, done: null })
  }
  const done = doneOf(p, folder, counters, tested.right)
  const kept = await keep.history(done)()
  if (E.isLeft(kept)) return kept
  onEvent(done)
  return E.right({ status: 'done', folder, history, weights, done })
}

/** With these parameters in the place of drawn ones. Errors  a name that the model does not have, with those that it has; another shape */
const begunWith = (p: Prepared, weights: Variables): E.Either<ElboError, Prepared> => {
  for (const [name, { shape }] of weights) {
    const wanted = p.parameters.includes(name) ? p.initial.get(name)?.shape : undefined
    if (wanted === undefined)
      return E.left(
        usageError(`weights: the model has no parameter '${name}'; it has ${namesLike(name, p.parameters)}`),
      )
    if (String(wanted) !== String(shape))
      return E.left(
        usageError(`weights: parameter '${name}' has shape [${wanted.join(', ')}], but is given [${shape.join(', ')}]`),
      )
  }
  return E.right({ ...p, initial: withFirstMeans(p.parameters, new Map([...p.initial, ...weights])) })
}

/** Train an experiment from where its keeper says that it begins. Errors  those of `train` */
export const trainKept = (
  experiment: Experiment,
  options: EpochsOptions,
  keep: Keeper,
): TE.TaskEither<ElboError, Run> =>
  pipe(
    TE.fromEither(prepare(experiment, options.session, options.dataset)),
    TE.chainEitherK((prepared) => begunWith(prepared, options.weights ?? new Map())),
    TE.chain((prepared) =>
      pipe(
        keep.hold(
          pipe(
            keep.begin(prepared),
            TE.chain((beginning) =>
              pipe(
                TE.tryCatch(
                  () => run(prepared, beginning, keep, options),
                  (cause) =>
                    targetError(
                      `training stopped on ${options.session.target}: ${cause instanceof Error ? cause.message : String(cause)}`,
                    ),
                ),
                TE.chainEitherK((result) => result),
              ),
            ),
          ),
        ),
        (task) => async () => {
          const result = await task()
          prepared.dispose()
          return result
        },
      ),
    ),
  )
