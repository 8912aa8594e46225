import { join } from 'node:path'
import type { Command } from 'commander'
import * as E from 'fp-ts/lib/Either.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { pipe } from 'fp-ts/lib/function.js'
import {
  type ElboError,
  type EpochDone,
  type Finding,
  findingsOf,
  type History,
  isSweep,
  modelError,
  portrait,
  type Portrait,
  type Progress,
  readHistory,
  readSweep,
  readRun,
  rowsOf,
  runFiles,
  type RunRecord,
  sample,
  type SampleScores,
  sampleScores,
  sweepCurve,
  sweepFindings,
  sweepPoints,
  type TargetName,
  untrainedFinding,
  unitsJacobian,
  writeWhole,
} from '../index.ts'
import { type CurvePoint, type Page, pageHtml, runPage, type RunResults, sweepPage } from '../report/index.ts'
import { action, type Context, examples } from './command.ts'
import { interpolations, reconstructions, samplesBesideData, traversals } from './exhibits.ts'
import { many } from './numerals.ts'
import { withRun } from './openRun.ts'
import * as option from './options.ts'
import { outFile } from './outFile.ts'
import { pointsOf } from './runPictures.ts'
import { measurements } from './sweepMeasurements.ts'
import { cellsOf } from './sweepTable.ts'
import { conditions, labelNames, labelsOf, pictured, type Subject, testData, trainData } from './subject.ts'

interface Options {
  readonly count: number
  readonly entropy?: number
  readonly out?: string
  readonly target?: TargetName
  readonly data?: string
  readonly acceptData?: boolean
  readonly json?: boolean
}

/** Draws and data for the sample scores: their squares are computed. */
const SCORED = 400

/** Draws from the model beside data. Of an observation that is not in the data there is nothing to compare. */
const scored = (subject: Subject): E.Either<ElboError, SampleScores | undefined> => {
  const { vae, session, seed } = subject
  const name = pictured(vae) ?? vae.model.find((site) => site.kind === 'observed')?.name ?? ''
  const [train, test] = [trainData(subject, 3 * SCORED).get(name), testData(subject, SCORED).get(name)]
  if (train === undefined || test === undefined) return E.right(undefined)
  const count = test.shape[0] ?? 0
  return pipe(
    conditions(subject, count),
    E.chain((given) => sample(vae, session, { count, seed, given })),
    E.map(({ draws }) => {
      const made = draws.get(name)
      return made === undefined ? undefined : sampleScores(rowsOf(made), rowsOf(train), rowsOf(test))
    }),
  )
}

const progressOf = (history: readonly EpochDone[]): Progress | undefined => {
  const of = (split: Progress['split']): readonly number[] => history.flatMap((epoch) => epoch[split]?.bound ?? [])
  const [train, validation] = [of('train'), of('validation')]
  if (validation.length > 0) return { split: 'validation', bounds: validation }
  return train.length > 0 ? { split: 'train', bounds: train } : undefined
}

/** Whether what training called its bound is the bound that is measured here; only then are the two compared. */
const isElbo = ({ experiment }: RunRecord): boolean => experiment.objective.tag === 'elbo'

const testPoint = ({ bound, distortion, rate }: Portrait, epoch: number): CurvePoint => ({
  epoch,
  split: 'test',
  values: { bound: bound.value, reconstruction: -distortion.value, kl: rate.value },
})

/** What of a run's numbers is missing on its page; nothing is left out in silence. */
const damageOf = ({ damage }: History): string => `${runFiles.metrics} is damaged: ${damage.join('; ')}`

const aboutOf = (record: RunRecord, history: History): string => {
  const { data, target, earlierTargets, created, limit, experiment } = record
  return [
    many(history.epochs.length, 'epoch'),
    ...(history.damage.length === 0 ? [] : [damageOf(history)]),
    `${many(data.train, 'training datum').replace('datums', 'data')}${limit === null ? '' : ' (limited)'}`,
    `trained on ${[...earlierTargets, target].join(', then ')}`,
    created.slice(0, 10),
    ...(isElbo(record)
      ? []
      : [`trained for another objective, ${experiment.objective.tag}; the verdicts are on the ELBO`]),
  ].join(' · ')
}

/** Whether no epoch has come to its end, so that there is nothing to judge. */
const isUntrained = ({ epochs, damage }: History): boolean => epochs.length === 0 && damage.length === 0

/** Ask a run's model everything that its page shows. */
const resultsOf = (
  subject: Subject,
  record: RunRecord,
  read: History,
  count: number,
): E.Either<ElboError, RunResults> => {
  const history = read.epochs
  const data = testData(subject, count)
  return pipe(
    subject.dataset.test.size === 0
      ? E.left(modelError('the run has no test data to report on; give its data some, such as holdOut: 0.1'))
      : E.right({}),
    E.bind('portrait', () => portrait(subject.vae, subject.session, data, { seed: subject.seed })),
    E.bind('samples', () => samplesBesideData(subject)),
    E.bind('scores', () => scored(subject)),
    E.bind('traversals', ({ portrait }) => traversals(subject, portrait)),
    E.bind('interpolations', () => interpolations(subject)),
    E.bind('reconstructions', () => reconstructions(subject)),
    E.map(({ portrait, scores, ...exhibits }): RunResults => {
      const names = labelNames(subject)
      const labels = labelsOf(subject, data)
      const findings: readonly Finding[] = isUntrained(read)
        ? [untrainedFinding(read.failed)]
        : findingsOf({
            portrait,
            progress: progressOf(history),
            trained: isElbo(record) ? (history.at(-1)?.train.bound ?? undefined) : undefined,
            samples: scores,
            stopped: read.failed,
          })
      return {
        name: subject.name,
        about: aboutOf(record, read),
        points: [
          ...pointsOf(history, null),
          ...(isElbo(record) ? [testPoint(portrait, Math.max(1, history.length))] : []),
        ],
        portrait,
        logAbsDetJacobian: unitsJacobian(subject.vae, subject.dataset.fields),
        findings,
        labels,
        labelNames: labels.length === 0 ? [] : names,
        ...exhibits,
      }
    }),
  )
}

/** What a page is about, and what is told of it. */
interface Reported {
  readonly page: Page
  readonly findings: readonly Finding[]
  /** what is wrong with the folder though a page can be made of it */
  readonly notes: readonly string[]
  readonly numbers: Readonly<Record<string, unknown>>
}

const reportedRun = (run: string, { count, ...where }: Options): TE.TaskEither<ElboError, Reported> =>
  pipe(
    readRun(run),
    TE.bindTo('record'),
    TE.bind('history', () => readHistory(run)),
    TE.chain(({ record, history }) =>
      withRun(run, where, (subject) =>
        pipe(
          TE.fromEither(resultsOf(subject, record, history, count)),
          TE.bindTo('results'),
          TE.bind('page', ({ results }) => runPage(results)),
          TE.map(({ results: { findings, portrait }, page }) => ({
            page,
            findings,
            notes:
              history.damage.length === 0 ? [] : [`'${run}': ${damageOf(history)}; what can be read of it is shown`],
            numbers: {
              run,
              damage: history.damage,
              count: portrait.count,
              bound: portrait.bound,
              rate: portrait.rate,
              distortion: portrait.distortion,
              logAbsDetJacobian: unitsJacobian(record.experiment.vae, record.data.fields),
              latents: portrait.latents.map(({ name, active, dimensions }) => ({
                name,
                active,
                dimensions: dimensions.length,
              })),
              collapse: isUntrained(history) ? null : portrait.collapse.verdict,
              target: subject.session.target,
            },
          })),
        ),
      ),
    ),
  )

const reportedSweep = (sweep: string, { entropy }: Options): TE.TaskEither<ElboError, Reported> =>
  pipe(
    readSweep(sweep),
    TE.bindTo('record'),
    TE.bind('points', ({ record }) => TE.fromEither(sweepPoints(record))),
    TE.bind('measured', ({ points }) => measurements(sweep, points)),
    TE.filterOrElse(
      ({ measured }) => measured.length > 0,
      () => modelError(`no point of '${sweep}' has come to its end; go on with npx elbo sweep --resume ${sweep}`),
    ),
    TE.bind('curve', ({ measured }) =>
      TE.right(
        sweepCurve(
          measured.map((m) => m.measured),
          entropy,
        ),
      ),
    ),
    TE.bind('findings', ({ curve }) => TE.right(sweepFindings(curve))),
    TE.bind('page', ({ record, points, measured, curve, findings }) =>
      sweepPage({
        name: record.experiment.name,
        about: [
          `${many(measured.length, 'point')}${measured.length === points.length ? '' : ` of ${points.length}`}`,
          `${many(record.seeds.length, 'seed')}`,
          ...(record.warm ? ['each begun where the one before it ended'] : []),
          `trained on ${record.target}`,
          ...(record.experiment.data.tag === 'csv' && record.experiment.data.standardize
            ? ['nats are of the standardised rows']
            : []),
        ].join(' · '),
        curve,
        findings,
        table: cellsOf(curve),
      }),
    ),
    TE.map(({ page, findings, curve, points }) => ({
      page,
      findings,
      notes: [],
      numbers: { sweep, points: points.length, ...curve },
    })),
  )

/** `elbo report`: a run or a sweep on one page. */
export const report = (command: Command, context: Context): Command =>
  action<Options>(
    command
      .name('report')
      .description(
        'write one page about a run or a sweep, with verdicts in words: curves, latents, traversals, interpolations, samples, reconstructions; it needs no network',
      )
      .argument('<run>', 'the folder of a run or of a sweep')
      .addOption(option.count('how many test data of a run are looked at, at most', 1000))
      .addOption(option.entropy())
      .addOption(option.out('a .html file (default: report.html in that folder)'))
      .addOption(option.target())
      .addOption(option.data())
      .addOption(option.acceptData())
      .addOption(option.json())
      .addHelpText(
        'after',
        examples('elbo report runs/mnist-1', 'elbo report runs/mnist-sweep-1 --out curve.html --json'),
      ),
    context,
    (folder = '', options, at) =>
      pipe(
        TE.fromEither(outFile(options.out, { path: join(folder, 'report.html'), forms: ['page'] })),
        TE.bindTo('file'),
        TE.bind('sweep', () => isSweep(folder)),
        TE.bind('reported', ({ sweep }) => (sweep ? reportedSweep(folder, options) : reportedRun(folder, options))),
        TE.chainFirst(({ file: { path }, reported }) => writeWhole(path, pageHtml(reported.page))),
        TE.map(({ file: { path }, reported: { page, findings, notes, numbers } }) => {
          for (const note of notes) at.note(`elbo: ${note}`)
          for (const { level, statement } of findings) at.say(`${level.padEnd(8)} ${statement}`)
          at.say(`\nthe report of ${folder}: ${path}`)
          const figures = page.sections.flatMap((s) => s.blocks.flatMap((b) => (b.kind === 'figure' ? [b.id] : [])))
          at.emit({ event: 'done', out: path, ...numbers, findings, figures })
        }),
      ),
  )
