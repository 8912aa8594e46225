import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import type { Command } from 'commander'
import * as E from 'fp-ts/lib/Either.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { pipe } from 'fp-ts/lib/function.js'
import {
  checkExperiment,
  checkSweepFree,
  createSweep,
  type Dataset,
  digestData,
  type ElboError,
  holding,
  load,
  locked,
  openTarget,
  readPoint,
  readSweep,
  spaced,
  sweepCurve,
  type SweepMeasurement,
  type SweepPoint,
  sweepPoints,
  type SweepRecord,
  type TargetName,
  usageError,
  writeWhole,
} from '../index.ts'
import { action, type Context, examples } from './command.ts'
import { OK } from './exit.ts'
import { type Interrupt, listenForInterrupt } from './interrupt.ts'
import { loadExperiment } from './loadModule.ts'
import { inNewFolder, runName } from './newFolder.ts'
import { many, nats } from './numerals.ts'
import * as option from './options.ts'
import { csvOfSweep, tableOfSweep } from './sweepTable.ts'
import { measurements } from './sweepMeasurements.ts'
import { inWorkers } from './sweepPool.ts'
import type { Terminal } from './Terminal.ts'

interface Options {
  readonly beta?: option.Values
  readonly set: readonly { readonly path: string; readonly values: option.Values }[]
  readonly points: number
  readonly seeds: readonly number[]
  readonly warm?: boolean
  readonly jobs?: number
  readonly epochs?: number
  readonly batch?: number
  readonly limit?: number
  readonly entropy?: number
  readonly target?: TargetName
  readonly out?: string
  readonly resume?: string
  readonly json?: boolean
}

interface Plan {
  /** the folder to begin it in; a new one where none is given */
  readonly out: string | undefined
  /** the folder that it goes on in */
  readonly resume: string | undefined
  readonly record: SweepRecord
  readonly points: readonly SweepPoint[]
}

interface Task extends Plan {
  readonly folder: string
}

const listed = (values: option.Values, points: number): readonly number[] =>
  values.kind === 'list' ? values.values : spaced(values.low, values.high, points)

/** Every point can be trained, or the first that cannot is told. */
const fitting = (points: readonly SweepPoint[], dataset: Dataset): E.Either<ElboError, unknown> =>
  pipe(
    points,
    E.traverseArray(({ name, experiment }) =>
      pipe(
        checkExperiment(experiment, dataset),
        E.mapLeft((error) => ({ ...error, message: `point ${name}: ${error.message}` })),
      ),
    ),
  )

/** A new sweep: everything that can be wrong with it is told before its folder is made. */
const fresh = (module: string, options: Options): TE.TaskEither<ElboError, Plan> => {
  const { beta, set, points, seeds, warm = false, limit, target } = options
  const settings = Object.fromEntries(
    Object.entries({ epochs: options.epochs, batch: options.batch }).filter(([, v]) => v !== undefined),
  )
  const axes = [...(beta === undefined ? [] : [{ path: 'objective.beta', values: beta }]), ...set].map(
    ({ path, values }) => ({ path, values: listed(values, points) }),
  )
  return pipe(
    loadExperiment(module),
    TE.map((e) => ({ ...e, name: runName(e.name, module), settings: { ...e.settings, ...settings } })),
    TE.bindTo('experiment'),
    TE.bind('points', ({ experiment }) => TE.fromEither(sweepPoints({ experiment, axes, seeds, warm }))),
    TE.bind('dataset', ({ experiment }) => load(experiment.data, { limit })),
    TE.chainFirstEitherK(({ points, dataset }) => fitting(points, dataset)),
    TE.bind('target', () =>
      pipe(
        openTarget(target),
        TE.map(({ session }) => {
          session.dispose()
          return session.target
        }),
      ),
    ),
    TE.bind('digests', ({ dataset }) => TE.fromEither(digestData(dataset))),
    TE.map(({ points, experiment, target, digests }) => ({
      out: options.out,
      resume: undefined,
      points,
      record: { experiment, digests, target, axes, seeds, warm, limit: limit ?? null },
    })),
  )
}

const resumed = (folder: string): TE.TaskEither<ElboError, Plan> =>
  pipe(
    readSweep(folder),
    TE.bindTo('record'),
    TE.bind('points', ({ record }) => TE.fromEither(sweepPoints(record))),
    TE.map(({ record, points }) => ({ out: undefined, resume: folder, record, points })),
  )

const planOf = (module: string | undefined, options: Options): TE.TaskEither<ElboError, Plan> => {
  if (options.resume === undefined)
    return module === undefined
      ? TE.left(
          usageError(
            'sweep what? Give a module, or a sweep to go on with: --resume <sweep>; see npx elbo sweep --help',
          ),
        )
      : fresh(module, options)
  return module === undefined && options.beta === undefined && options.set.length === 0
    ? resumed(options.resume)
    : TE.left(usageError('a sweep goes on as it was planned: give --resume <sweep> without a module, --beta or --set'))
}

const pointLine = (at: Terminal, point: SweepPoint, measured: SweepMeasurement): void => {
  const { rate, distortion, bound } = measured
  at.say(`${point.name}   R ${nats(rate.value)}   D ${nats(distortion.value)}   bound ${nats(bound.value)}`)
  at.emit({ event: 'point', point: point.name, ...measured })
}

interface Followed {
  readonly status: 'done' | 'interrupted'
  readonly interrupt: Interrupt
}

/** Train what is not trained, and follow it. */
const trained = (task: Task, options: Options, at: Terminal): TE.TaskEither<ElboError, Followed> =>
  pipe(
    measurements(task.folder, task.points),
    TE.chain((known) => async () => {
      const interrupt = listenForInterrupt(
        at,
        () => at.note('\nfinishing this step of every point; Ctrl-C again stops at once'),
        () => {},
      )
      const ended = await inWorkers(task.points, {
        folder: task.folder,
        jobs: options.jobs ?? availableParallelism(),
        done: new Set(known.map(({ point }) => point.name)),
        signal: interrupt.signal,
        onDone: async (point) => {
          const read = await readPoint(join(task.folder, point.name))()
          if (E.isRight(read) && read.right !== undefined) pointLine(at, point, read.right)
        },
      })()
      interrupt.release()
      return E.map((status: Followed['status']): Followed => ({ status, interrupt }))(ended)
    }),
  )

const summed = (task: Task, entropy: number | undefined, at: Terminal): TE.TaskEither<ElboError, number> =>
  pipe(
    measurements(task.folder, task.points),
    TE.map((found) =>
      sweepCurve(
        found.map(({ measured }) => measured),
        entropy,
      ),
    ),
    TE.chainFirst((curve) => writeWhole(join(task.folder, 'table.csv'), csvOfSweep(curve))),
    TE.map((curve) => {
      at.say(`\n${tableOfSweep(curve)}`)
      at.say(
        `\n* on the Pareto front. ${
          curve.entropy.given === null
            ? `The least R + D is ${nats(curve.entropy.most)}: the data’s entropy is at most that`
            : `H − D ≤ R with H = ${nats(curve.entropy.given)}: ${curve.below.length === 0 ? 'holds everywhere' : `broken by ${curve.below.join('; ')}`}`
        }`,
      )
      at.say(`${task.folder}: table.csv, a run for each point; to see the curve: npx elbo report ${task.folder}`)
      at.emit({ event: 'done', sweep: task.folder, points: task.points.length, target: task.record.target, ...curve })
      return OK
    }),
  )

/** Train all points of a sweep whose folder is there and held. */
const swept = (task: Task, options: Options, at: Terminal): TE.TaskEither<ElboError, number> => {
  at.say(`${many(task.points.length, 'point')} on ${task.record.target}, in ${task.folder}`)
  return pipe(
    trained(task, options, at),
    TE.chain(({ status, interrupt }) => {
      if (status === 'done') return summed(task, options.entropy, at)
      const { words, code } = interrupt.reason()
      at.note(`${words}; to go on: npx elbo sweep --resume ${task.folder}`)
      return TE.right(code)
    }),
  )
}

const run = (module: string | undefined, options: Options, at: Terminal): TE.TaskEither<ElboError, number> =>
  pipe(
    planOf(module, options),
    TE.chain((plan) => {
      const { resume, record } = plan
      return resume === undefined
        ? inNewFolder(plan.out, `${record.experiment.name}-sweep`, (folder) =>
            holding(
              folder,
              checkSweepFree(folder),
              pipe(
                createSweep(folder, record),
                TE.chain(() => swept({ ...plan, folder }, options, at)),
              ),
            ),
          )
        : locked(resume, swept({ ...plan, folder: resume }, options, at))
    }),
  )

/** `elbo sweep`: an experiment at many settings and seeds, and the curve that they make. */
export const sweep = (command: Command, context: Context): Command =>
  action<Options>(
    command
      .name('sweep')
      .description(
        'train an experiment at many settings and seeds, in processes up to the cores; a run’s folder a point',
      )
      .argument('[module]', 'a .ts or .js file whose default export is an experiment')
      .addOption(option.beta())
      .addOption(option.set())
      .addOption(option.points())
      .addOption(option.seeds())
      .option('--warm', 'begin each point with the weights of the one before it, instead of drawn ones')
      .addOption(option.jobs())
      .addOption(option.entropy())
      .addOption(option.epochs())
      .addOption(option.batch())
      .addOption(option.limit())
      .addOption(option.target())
      .addOption(option.out('a new or empty folder (default: runs/<name>-sweep-<n>)'))
      .addOption(option.resumeSweep())
      .addOption(option.json())
      .addHelpText(
        'after',
        `
Values are a range, 0.01..10, of --points in equal ratios (equal steps where an end is not above 0), or a list, 0.1,1,10.
${examples(
  'elbo sweep examples/01-mnist.ts --beta 0.01..10 --points 7 --seeds 0,1,2',
  'elbo sweep model.ts --set optimizer.learningRate=1e-4..1e-2 --set settings.batch=32,128',
  'elbo sweep --resume runs/mnist-sweep-1',
  'elbo report runs/mnist-sweep-1',
)}`,
      ),
    context,
    run,
  )
