import { stat } from 'node:fs/promises'
import type { Command } from 'commander'
import type * as T from 'fp-ts/lib/Task.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { pipe } from 'fp-ts/lib/function.js'
import {
  dot,
  encodeExperiment,
  type ElboError,
  type Experiment,
  type Graph,
  graphCost,
  type GraphCost,
  mermaid,
  print,
  readRun,
  trainGraph,
  vaeParams,
} from '../index.ts'
import { columns } from './columns.ts'
import { action, type Context, examples } from './command.ts'
import { loadExperiment } from './loadModule.ts'
import { grouped, many, scaled } from './numerals.ts'
import * as option from './options.ts'
import type { Terminal } from './Terminal.ts'

const isFolder =
  (path: string): T.Task<boolean> =>
  () =>
    stat(path).then(
      (found) => found.isDirectory(),
      () => false,
    )

const drawings = { mermaid, dot } as const

interface Options {
  readonly batch?: number
  readonly as?: keyof typeof drawings
  readonly json?: boolean
}

type Site = Experiment['vae']['model'][number]

const size = (shape: readonly number[]): number => shape.reduce((n, d) => n * d, 1)
const bracket = (shape: readonly number[]): string => `[${shape.join(', ')}]`

/** All distributions' parameters, for one datum: `model/x/logits`, `guide/z/loc`, … */
const programGraph = ({ vae }: Experiment): Graph => {
  const of = (half: string, sites: readonly Site[]) =>
    sites.flatMap((site) =>
      Object.entries(site.dist.params).map(([name, node]) => [`${half}/${site.name}/${name}`, node] as const),
    )
  return { outputs: Object.fromEntries([...of('model', vae.model), ...of('guide', vae.guide)]), updates: {} }
}

const siteLines = (half: string, sites: readonly Site[]): readonly (readonly string[])[] =>
  sites.map(({ kind, name, dist }) => [half, kind, name, `~ ${dist.family}`, bracket(dist.shape)])

/** A step of training at this batch size. Only constants depend on how long the training is, and they cost the same. */
const stepCost = ({ vae, objective, optimizer, settings }: Experiment, batch: number): GraphCost =>
  graphCost(trainGraph(vae, objective, optimizer, { stepsPerEpoch: 1000, epochs: settings.epochs }, batch))

const told = (value: unknown): string => {
  const text = JSON.stringify(value)
  return text.length > 100 ? `${text.slice(0, 99)}…` : text
}

/** The whole of an experiment on one page. */
const page = (experiment: Experiment, batch: number, at: Terminal): void => {
  const { vae } = experiment
  const { objective, optimizer, data } = encodeExperiment(experiment)
  const parameters = vaeParams(vae).map(({ arg: { name, shape } }) => ({ name, shape, count: size(shape) }))
  const total = parameters.reduce((n, p) => n + p.count, 0)
  const cost = stepCost(experiment, batch)
  at.say(`${experiment.name}\n`)
  at.say(
    columns(
      ['', '', '', '', ''],
      [
        ...Object.entries(vae.given).map(([name, f]) => ['given', f.support, name, '', bracket(f.shape)]),
        ...siteLines('model', vae.model),
        ...siteLines('guide', vae.guide),
      ],
    ).trimStart(),
  )
  at.say(`\nobjective  ${told(objective)}\noptimizer  ${told(optimizer)}\ndata       ${told(data)}\n`)
  at.say('The program, for one datum\n')
  at.say(print(programGraph(experiment)))
  at.say('')
  at.say(
    columns(
      ['parameter', 'shape', 'count'],
      [...parameters.map((p) => [p.name, bracket(p.shape), grouped(p.count)]), ['', '', grouped(total)]],
      ['count'],
    ),
  )
  at.say(
    `\nA step of training on ${many(batch, 'datum').replace(/datums$/, 'data')}: ${scaled(cost.flops, 'FLOP')}, ${scaled(cost.bytes, 'B')} read and written before fusion, ${many(cost.vertices, 'operation')}\n`,
  )
  at.say(
    columns(
      ['operation', 'times', 'FLOP', 'bytes'],
      cost.byOp.slice(0, 8).map((row) => [row.op, grouped(row.count), scaled(row.flops, ''), scaled(row.bytes, 'B')]),
      ['times', 'FLOP', 'bytes'],
    ),
  )
  at.emit({
    event: 'done',
    name: experiment.name,
    given: vae.given,
    sites: [['model', vae.model] as const, ['guide', vae.guide] as const].flatMap(([half, sites]) =>
      sites.map(({ kind, name, dist }) => ({ half, kind, name, family: dist.family, shape: dist.shape })),
    ),
    objective,
    optimizer,
    data,
    settings: experiment.settings,
    program: print(programGraph(experiment)),
    parameters,
    parameterCount: total,
    step: { batch, flops: cost.flops, bytes: cost.bytes, operations: cost.vertices, byOp: cost.byOp },
  })
}

/** Of a module, or of a run as it was trained. */
const experimentAt = (path: string): TE.TaskEither<ElboError, Experiment> =>
  pipe(
    TE.fromTask<boolean, ElboError>(isFolder(path)),
    TE.chain((folder) =>
      folder
        ? pipe(
            readRun(path),
            TE.map(({ experiment }) => experiment),
          )
        : loadExperiment(path),
    ),
  )

/** `elbo show`: an experiment, without running it. */
export const show = (command: Command, context: Context): Command =>
  action<Options>(
    command
      .name('show')
      .description(
        'print the program of a module or a run, its shapes and parameters, and what a step of training costs',
      )
      .argument('<module>', 'a .ts or .js file whose default export is an experiment, or the folder of a run')
      .addOption(option.batch())
      .addOption(option.drawing())
      .addOption(option.json())
      .addHelpText(
        'after',
        examples(
          'elbo show examples/01-mnist.ts',
          'elbo show runs/mnist-1',
          'elbo show model.ts --as mermaid > model.mmd',
          'elbo show model.ts --as dot | dot -Tsvg > model.svg',
        ),
      ),
    context,
    (module = '', options, at) =>
      pipe(
        experimentAt(module),
        TE.map((experiment) => {
          const drawing = options.as === undefined ? undefined : drawings[options.as](programGraph(experiment))
          if (drawing !== undefined) {
            at.say(drawing)
            at.emit({ event: 'done', name: experiment.name, program: drawing })
          } else page(experiment, options.batch ?? experiment.settings.batch, at)
        }),
      ),
  )
