import { join } from 'node:path'
import type { Command } from 'commander'
import * as TE from 'fp-ts/lib/TaskEither.js'
import * as E from 'fp-ts/lib/Either.js'
import { identity, pipe } from 'fp-ts/lib/function.js'
import {
  type Dataset,
  type Done,
  type ElboError,
  type Experiment,
  experimentOf,
  load,
  type Opened,
  openTarget,
  readRun,
  relocated,
  type Run,
  runFiles,
  type RunRecord,
  type Settings,
  type TargetName,
  train as fit,
  usageError,
} from '../index.ts'
import { action, type Context, examples } from './command.ts'
import { OK } from './exit.ts'
import { type Interrupt, listenForInterrupt } from './interrupt.ts'
import { loadExperiment } from './loadModule.ts'
import { inNewFolder, runName } from './newFolder.ts'
import { duration, grouped, nats, ofRows } from './numerals.ts'
import { orElsewhere } from './openRun.ts'
import * as option from './options.ts'
import { follow } from './progress.ts'
import { writeCurve, writePictures } from './runPictures.ts'
import { unitOf } from './subject.ts'
import type { Terminal } from './Terminal.ts'

interface Options extends Partial<Omit<Settings, 'patience'>> {
  readonly patience?: number
  readonly limit?: number
  readonly target?: TargetName
  readonly out?: string
  readonly resume?: string
  readonly data?: string
  readonly acceptData?: boolean
  readonly pictures: boolean
  readonly json?: boolean
}

/** Everything that is settled before a target is opened. */
interface Task {
  readonly experiment: Experiment
  readonly limit: number | undefined
  readonly out: string | undefined
  readonly resume: string | undefined
  readonly acceptData: boolean
  /** what a run that goes on began on: only there are its numbers those of a run that was never interrupted */
  readonly began: TargetName | undefined
}

const chosen = ({ epochs, batch, seed, validation, patience }: Options): Partial<Settings> =>
  Object.fromEntries(Object.entries({ epochs, batch, seed, validation, patience }).filter(([, v]) => v !== undefined))

/** A new run of a module. */
const fresh = (module: string, options: Options): TE.TaskEither<ElboError, Task> =>
  pipe(
    loadExperiment(module),
    TE.map((e) => ({ ...e, name: runName(e.name, module), settings: { ...e.settings, ...chosen(options) } })),
    TE.map((experiment) => ({
      experiment,
      limit: options.limit,
      out: options.out,
      resume: undefined,
      acceptData: false,
      began: undefined,
    })),
  )

/** The experiment of a module that declares the model of a run. */
const declaredBy = (module: string, record: RunRecord, folder: string): TE.TaskEither<ElboError, Experiment> =>
  pipe(
    loadExperiment(module),
    TE.chainFirstEitherK((declared) =>
      pipe(
        experimentOf(record, { ...declared, name: module }, folder),
        E.mapLeft(({ tag, message }) => ({
          tag,
          message: `${message}; it goes on without a module: npx elbo train --resume ${folder}`,
        })),
      ),
    ),
  )

/** A run that goes on as it began. A module beside it must declare the same model; what else is different is told by `train`. */
const resumed = (folder: string, module: string | undefined, options: Options): TE.TaskEither<ElboError, Task> =>
  pipe(
    readRun(folder),
    TE.bindTo('record'),
    TE.bind('declared', ({ record }) =>
      module === undefined ? TE.right(record.experiment) : declaredBy(module, record, folder),
    ),
    TE.map(({ record, declared }) => ({
      experiment: {
        ...declared,
        name: record.experiment.name,
        settings: { ...record.experiment.settings, ...chosen(options) },
      },
      limit: options.limit ?? record.limit ?? undefined,
      out: undefined,
      resume: folder,
      acceptData: options.acceptData ?? false,
      began: record.target,
    })),
  )

const taskOf = (module: string | undefined, options: Options): TE.TaskEither<ElboError, Task> => {
  if (options.resume !== undefined) return resumed(options.resume, module, options)
  if (module !== undefined) return fresh(module, options)
  return TE.left(
    usageError('train what? Give a module, or a run to go on with: --resume <run>; see npx elbo train --help'),
  )
}

/** With its data in another place. */
const moved = (task: Task, place: string | undefined): E.Either<ElboError, Task> =>
  place === undefined
    ? E.right(task)
    : pipe(
        relocated(task.experiment.data, place),
        E.map((data) => ({ ...task, experiment: { ...task.experiment, data } })),
      )

const summary = (done: Done, unit: string): string => {
  const { test, latents, activeUnits, rowsPerSecond, seconds, target, tested, epochs } = done
  const dimensions = Object.values(latents).reduce((n, l) => n + l.dimensions, 0)
  const which = tested === epochs ? '' : ` (weights of epoch ${tested}, the best)`
  return [
    ...(test === null
      ? []
      : [
          `test${which}: bound ${nats(test.bound)}   reconstruction ${nats(test.reconstruction)}   KL ${nats(test.kl)}   nats a datum${ofRows(done.logAbsDetJacobian)}`,
        ]),
    `${activeUnits} of ${dimensions} latent dimensions active`,
    `${grouped(rowsPerSecond)} ${unit}/s, ${duration(seconds)} of training on ${target}`,
  ].join('\n')
}

const files = Object.values(runFiles)

/** Pictures and the last words of a run that came to its end. */
const finish = (
  { folder, history, done }: Run,
  { experiment }: Task,
  opened: Opened,
  dataset: Dataset,
  options: Options,
  at: Terminal,
): TE.TaskEither<ElboError, number> => {
  if (folder === null || done === null) return TE.right(OK)
  const { name, vae, settings } = experiment
  at.say(`\n${summary(done, unitOf(vae, dataset.fields))}`)
  const subject = { name, vae, session: opened.session, dataset, seed: settings.seed }
  const pictures = options.pictures
    ? pipe(
        writePictures(folder, subject),
        TE.chain((drawn) =>
          pipe(
            writeCurve(folder, name, history, done),
            TE.map((curve) => drawn.concat(curve)),
          ),
        ),
        TE.mapLeft(({ tag, message }): ElboError => ({
          tag,
          message: `the run in '${folder}' is complete, but not its pictures: ${message}`,
        })),
      )
    : TE.right([])
  return pipe(
    pictures,
    TE.map((drawn) => {
      at.say(
        `\n${folder}: ${[...drawn, ...files.filter((f) => f !== runFiles.best || settings.validation > 0)].join(', ')}`,
      )
      at.emit({ ...done, pictures: drawn.map((file) => join(folder, file)) })
      return OK
    }),
  )
}

const interrupted = (folder: string | null, { reason }: Interrupt, at: Terminal): number => {
  const { words, code } = reason()
  if (folder !== null) at.note(`${words}; everything is in ${folder}. To go on: npx elbo train --resume ${folder}`)
  return code
}

interface Followed {
  readonly result: Run
  readonly interrupt: Interrupt
}

/** Train on an open target, follow it, and listen for Ctrl-C while it runs. */
const trained = (task: Task, opened: Opened, dataset: Dataset, at: Terminal): TE.TaskEither<ElboError, Followed> => {
  const followed = follow(at, unitOf(task.experiment.vae, dataset.fields))
  return async () => {
    const interrupt = listenForInterrupt(
      at,
      () => at.note('\nfinishing this step; Ctrl-C again stops at once'),
      followed.close,
    )
    const { limit, out, resume, acceptData } = task
    const result = await fit(task.experiment, {
      session: opened.session,
      dataset,
      limit,
      out,
      resume,
      acceptData,
      onEvent: followed.onEvent,
      signal: interrupt.signal,
    })()
    interrupt.release()
    followed.close()
    return E.map((ended: Run): Followed => ({ result: ended, interrupt }))(result)
  }
}

/** The target that was asked for; else the one that the run began on; else the fastest. */
const opening = ({ began }: Task, asked: TargetName | undefined): TE.TaskEither<ElboError, Opened> =>
  asked !== undefined || began === undefined
    ? openTarget(asked)
    : pipe(
        openTarget(began),
        TE.map(({ session }) => ({ session, reason: 'as the run so far' })),
        TE.orElse(() =>
          pipe(
            openTarget(),
            TE.map(({ session }) => ({
              session,
              reason: `the run began on ${began}, which is not here: npx elbo doctor`,
            })),
          ),
        ),
      )

const run = (module: string | undefined, options: Options, at: Terminal): TE.TaskEither<ElboError, number> =>
  pipe(
    taskOf(module, options),
    TE.chainEitherK((task) => moved(task, options.data)),
    TE.bindTo('task'),
    TE.bind('dataset', ({ task: { experiment, limit } }) =>
      pipe(load(experiment.data, { limit }), TE.mapLeft(options.resume === undefined ? identity : orElsewhere)),
    ),
    TE.bind('opened', ({ task }) => opening(task, options.target)),
    TE.chain(({ task, dataset, opened }) => {
      const { session, reason } = opened
      at.say(`${task.experiment.name} on ${session.target}: ${reason}`)
      const done = (out: string | undefined): TE.TaskEither<ElboError, number> =>
        pipe(
          trained({ ...task, out }, opened, dataset, at),
          TE.chain(({ result, interrupt }) =>
            result.status === 'interrupted'
              ? TE.right(interrupted(result.folder, interrupt, at))
              : finish(result, task, opened, dataset, options, at),
          ),
        )
      return pipe(
        task.resume === undefined ? inNewFolder(task.out, task.experiment.name, done) : done(undefined),
        (ending) => async () => {
          const ended = await ending()
          session.dispose()
          return ended
        },
      )
    }),
  )

/** `elbo train`: from a module to a run's folder. */
export const train = (command: Command, context: Context): Command =>
  action<Options>(
    command
      .name('train')
      .description(
        'train the experiment of a module, or go on with a run; leaves metrics, weights and pictures in a folder',
      )
      .argument('[module]', 'a .ts or .js file whose default export is an experiment')
      .addOption(option.epochs())
      .addOption(option.batch())
      .addOption(option.limit())
      .addOption(option.seed('of the weights, the order of the data and all noise'))
      .addOption(option.validation())
      .addOption(option.patience())
      .addOption(option.target())
      .addOption(option.out('a new or empty folder (default: runs/<name>-<n>)'))
      .addOption(option.resume())
      .addOption(option.data())
      .addOption(option.acceptData())
      .option('--no-pictures', 'draw nothing at the end')
      .addOption(option.json())
      .addHelpText(
        'after',
        `
What is not given here is as the module has it. Ctrl-C ends the step and saves; a second one stops at once. A terminal
that is closed and an output that nobody reads end the step and save, too. Exit codes: 0 done, 1 failed, 2 not understood,
129, 130, 141 and 143 stopped by SIGHUP, Ctrl-C, a closed pipe and SIGTERM.
${examples(
  'elbo train examples/01-mnist.ts',
  'elbo train model.ts --epochs 20 --validation 0.1 --patience 3',
  'elbo train model.ts --limit 1000 --epochs 1 --target cpu --out runs/quick',
  'elbo train --resume runs/mnist-1 --epochs 10',
)}`,
      ),
    context,
    run,
  )
