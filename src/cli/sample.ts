import { join } from 'node:path'
import type { Command } from 'commander'
import * as E from 'fp-ts/lib/Either.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { pipe } from 'fp-ts/lib/function.js'
import {
  type Batch,
  type ElboError,
  type Generated,
  sample as draw,
  type TargetName,
  writeNpz,
  writeWhole,
} from '../index.ts'
import { action, type Context, examples } from './command.ts'
import { many } from './numerals.ts'
import { withPrior } from './openRun.ts'
import * as option from './options.ts'
import { type Form, outFile } from './outFile.ts'
import { conditions, pictured, type Subject } from './subject.ts'
import { arraysOf, csvOf } from './tabular.ts'
import { sampleView } from './views.ts'
import { writeFigure } from './writeFigure.ts'

interface Options {
  readonly count: number
  readonly seed?: number
  readonly out?: string
  readonly target?: TargetName
  readonly data?: string
  readonly acceptData?: boolean
  readonly json?: boolean
}

/** Draws, and what they were conditioned on. */
const generated = (
  subject: Subject,
  count: number,
  seed: number,
): E.Either<ElboError, Generated & { readonly given: Batch }> =>
  pipe(
    conditions(subject, count),
    E.bindTo('given'),
    E.bind('made', ({ given }) => draw(subject.vae, subject.session, { count, seed, given })),
    E.map(({ given, made }) => ({ given, ...made })),
  )

const write = (
  subject: Subject,
  path: string,
  form: Exclude<Form, 'page'>,
  count: number,
  seed: number,
): TE.TaskEither<ElboError, void> => {
  switch (form) {
    case 'picture':
      return pipe(
        TE.fromEither(sampleView(subject, count, seed)),
        TE.chain((figure) => writeFigure(path, figure)),
      )
    case 'csv':
      return pipe(
        TE.fromEither(generated(subject, count, seed)),
        TE.chain(({ given, draws }) => writeWhole(path, csvOf(new Map([...given, ...draws]), subject.dataset.fields))),
      )
    case 'npz':
      return pipe(
        TE.fromEither(generated(subject, count, seed)),
        TE.chain(({ given, latents, means, draws }) =>
          writeWhole(
            path,
            writeNpz(
              new Map([
                ...arraysOf('given/', given, subject.dataset.fields),
                ...arraysOf('latent/', latents, {}),
                ...arraysOf('mean/', means, subject.dataset.fields, 'means'),
                ...arraysOf('draw/', draws, subject.dataset.fields),
              ]),
            ),
          ),
        ),
      )
  }
}

/** `elbo sample`: new data from a run's model. */
export const sample = (command: Command, context: Context): Command =>
  action<Options>(
    command
      .name('sample')
      .description(
        'draw new data from the prior of a run’s model: a picture of their means, a table (.csv) of draws, or all of it (.npz)',
      )
      .argument('<run>', 'the folder of a run')
      .addOption(option.count('how many', 128))
      .addOption(option.seed('which draws (default: that of the run)'))
      .addOption(
        option.out(
          'a .png, .svg, .csv or .npz file (default: samples.png, or .csv where data are no pictures, in the run’s folder)',
        ),
      )
      .addOption(option.target())
      .addOption(option.data())
      .addOption(option.acceptData())
      .addOption(option.json())
      .addHelpText(
        'after',
        examples('elbo sample runs/mnist-1', 'elbo sample runs/mnist-1 --count 1000 --seed 7 --out draws.npz'),
      ),
    context,
    (run = '', { count, out, seed: asked, ...where }, at) =>
      withPrior(run, where, (subject) => {
        const seed = asked ?? subject.seed
        const usual = pictured(subject.vae) === undefined ? 'samples.csv' : 'samples.png'
        return pipe(
          TE.fromEither(outFile(out, { path: join(run, usual), forms: ['picture', 'csv', 'npz'] })),
          TE.chainFirst(({ path, form }) => write(subject, path, form, count, seed)),
          TE.map(({ path }) => {
            at.say(`${many(count, 'sample')} of ${run} (seed ${seed}): ${path}`)
            at.emit({ event: 'done', run, out: path, count, seed, target: subject.session.target })
          }),
        )
      }),
  )
