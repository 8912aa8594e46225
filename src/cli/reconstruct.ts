import { join } from 'node:path'
import type { Command } from 'commander'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { pipe } from 'fp-ts/lib/function.js'
import { type ElboError, reconstruct as ask, type TargetName, writeNpz, writeWhole } from '../index.ts'
import { action, type Context, examples } from './command.ts'
import { withRun } from './openRun.ts'
import * as option from './options.ts'
import { type Form, outFile } from './outFile.ts'
import { pictured, type Subject, testData } from './subject.ts'
import { arraysOf, csvOf } from './tabular.ts'
import { reconstructionView } from './views.ts'
import { writeFigure } from './writeFigure.ts'

interface Options {
  readonly count: number
  readonly out?: string
  readonly target?: TargetName
  readonly data?: string
  readonly acceptData?: boolean
  readonly json?: boolean
}

const write = (subject: Subject, path: string, form: Form, count: number): TE.TaskEither<ElboError, void> => {
  if (form === 'picture')
    return pipe(
      TE.fromEither(reconstructionView(subject, count)),
      TE.chain((figure) => writeFigure(path, figure)),
    )
  const data = testData(subject, count)
  return pipe(
    TE.fromEither(ask(subject.vae, subject.session, data)),
    TE.chain((means) =>
      writeWhole(
        path,
        form === 'csv'
          ? csvOf(means, subject.dataset.fields, 'means')
          : writeNpz(
              new Map([
                ...arraysOf('data/', data, subject.dataset.fields),
                ...arraysOf('reconstruction/', means, subject.dataset.fields, 'means'),
              ]),
            ),
      ),
    ),
  )
}

/** `elbo reconstruct`: what a run's model makes of test data. */
export const reconstruct = (command: Command, context: Context): Command =>
  action<Options>(
    command
      .name('reconstruct')
      .description(
        'reconstruct the first test data of a run: a picture of both, a table (.csv) of reconstructions, or both (.npz)',
      )
      .argument('<run>', 'the folder of a run')
      .addOption(option.count('how many test data', 48))
      .addOption(
        option.out(
          'a .png, .svg, .csv or .npz file (default: reconstructions.png, or .csv where data are no pictures, in the run’s folder)',
        ),
      )
      .addOption(option.target())
      .addOption(option.data())
      .addOption(option.acceptData())
      .addOption(option.json())
      .addHelpText(
        'after',
        examples('elbo reconstruct runs/mnist-1', 'elbo reconstruct runs/table-1 --count 20 --out rows.csv'),
      ),
    context,
    (run = '', { count: wanted, out, ...where }, at) =>
      withRun(run, where, (subject) => {
        const count = Math.min(wanted, subject.dataset.test.size)
        const usual = pictured(subject.vae) === undefined ? 'reconstructions.csv' : 'reconstructions.png'
        return pipe(
          TE.fromEither(outFile(out, { path: join(run, usual), forms: ['picture', 'csv', 'npz'] })),
          TE.chainFirst(({ path, form }) => write(subject, path, form, count)),
          TE.map(({ path }) => {
            at.say(`${count} test data of ${run}, reconstructed: ${path}`)
            at.emit({ event: 'done', run, out: path, count, target: subject.session.target })
          }),
        )
      }),
  )
