import { join } from 'node:path'
import type { Command } from 'commander'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { pipe } from 'fp-ts/lib/function.js'
import type { TargetName } from '../index.ts'
import { action, type Context, examples } from './command.ts'
import { many } from './numerals.ts'
import { withRun } from './openRun.ts'
import * as option from './options.ts'
import { outFile } from './outFile.ts'
import { interpolationView } from './views.ts'
import { writeFigure } from './writeFigure.ts'

interface Options {
  readonly count: number
  readonly steps: number
  readonly out?: string
  readonly target?: TargetName
  readonly data?: string
  readonly acceptData?: boolean
  readonly json?: boolean
}

/** `elbo interpolate`: the way from one datum to another through latent space. */
export const interpolate = (command: Command, context: Context): Command =>
  action<Options>(
    command
      .name('interpolate')
      .description(
        'draw what lies between test data of a run: decoded points of the straight line between their posterior means',
      )
      .argument('<run>', 'the folder of a run whose data are pictures')
      .addOption(option.count('how many pairs', 6))
      .addOption(option.steps())
      .addOption(option.out('a .png or .svg file (default: interpolation.png in the run’s folder)'))
      .addOption(option.target())
      .addOption(option.data())
      .addOption(option.acceptData())
      .addOption(option.json())
      .addHelpText(
        'after',
        examples(
          'elbo interpolate runs/mnist-1',
          'elbo interpolate runs/mnist-1 --count 10 --steps 9 --out between.svg',
        ),
      ),
    context,
    (run = '', { count, steps, out, ...where }, at) =>
      withRun(run, where, (subject) =>
        pipe(
          TE.fromEither(outFile(out, { path: join(run, 'interpolation.png'), forms: ['picture'] })),
          TE.bindTo('file'),
          TE.bind('figure', () => TE.fromEither(interpolationView(subject, count, steps))),
          TE.chainFirst(({ file, figure }) => writeFigure(file.path, figure)),
          TE.map(({ file: { path } }) => {
            at.say(`${many(count, 'interpolation')} of ${run}: ${path}`)
            at.emit({ event: 'done', run, out: path, count, steps, target: subject.session.target })
          }),
        ),
      ),
  )
