import { join } from 'node:path'
import { type Command, Option } from 'commander'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import {
  exportedVae,
  exportFiles,
  type ExportFormat,
  exportFormats,
  readRun,
  readWeights,
  writeExport,
} from '../index.ts'
import { action, type Context, examples } from './command.ts'
import * as option from './options.ts'

interface Options {
  readonly format: ExportFormat
  readonly out?: string
  readonly json?: boolean
}

/** `elbo export`: a run's model for other programs. */
export const exportRun = (command: Command, context: Context): Command =>
  action<Options>(
    command
      .name('export')
      .description('write a run’s model for TensorFlow and TF Serving, or for TensorFlow.js')
      .argument('<run>', 'the folder of a run')
      .addOption(new Option('--format <name>', 'what to write').choices(exportFormats).default('savedmodel'))
      .addOption(option.out('a folder (default: one of the format’s name in the run’s folder)'))
      .addOption(option.json())
      .addHelpText(
        'after',
        examples('elbo export runs/mnist-1', 'elbo export runs/mnist-1 --format tfjs --out site/model'),
      ),
    context,
    (run = '', { format, out }, at) =>
      pipe(
        readRun(run),
        TE.bindTo('record'),
        TE.bind('weights', ({ record }) => readWeights(run, record)),
        TE.bind('model', ({ record: { experiment, data }, weights }) =>
          TE.fromEither(exportedVae(experiment.vae, weights, experiment.settings.seed, data.fields)),
        ),
        TE.let('folder', () => out ?? join(run, format)),
        TE.chainFirst(({ record, model, folder }) =>
          writeExport(folder, exportFiles(model, format, record.data.fields)),
        ),
        TE.map(({ model, folder }) => {
          const signatures = Object.keys(model.signatures)
          at.say(`${run} as a ${format === 'savedmodel' ? 'SavedModel' : 'model for TensorFlow.js'}: ${folder}`)
          at.emit({ event: 'done', run, out: folder, format, signatures })
        }),
      ),
  )
