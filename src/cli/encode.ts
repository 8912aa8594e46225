import { join } from 'node:path'
import type { Command } from 'commander'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { pipe } from 'fp-ts/lib/function.js'
import { encode as ask, type TargetName, writeNpz, writeWhole } from '../index.ts'
import { action, type Context, examples } from './command.ts'
import { grouped } from './numerals.ts'
import { withRun } from './openRun.ts'
import * as option from './options.ts'
import { outFile } from './outFile.ts'
import { labels, testData } from './subject.ts'
import { arraysOf, csvOf } from './tabular.ts'

interface Options {
  readonly count?: number
  readonly out?: string
  readonly target?: TargetName
  readonly data?: string
  readonly acceptData?: boolean
  readonly json?: boolean
}

/** `elbo encode`: where test data lie in latent space. */
export const encode = (command: Command, context: Context): Command =>
  action<Options>(
    command
      .name('encode')
      .description('write the posterior means of a run’s test data, with their labels where they have one')
      .argument('<run>', 'the folder of a run')
      .addOption(option.upTo('how many test data (default: all)'))
      .addOption(option.out('a .csv or .npz file (default: latents.csv in the run’s folder)'))
      .addOption(option.target())
      .addOption(option.data())
      .addOption(option.acceptData())
      .addOption(option.json())
      .addHelpText(
        'after',
        examples('elbo encode runs/mnist-1', 'elbo encode runs/mnist-1 --count 1000 --out latents.npz'),
      ),
    context,
    (run = '', { count: wanted, out, ...where }, at) =>
      withRun(run, where, (subject) => {
        const data = testData(subject, wanted ?? subject.dataset.test.size)
        return pipe(
          TE.fromEither(outFile(out, { path: join(run, 'latents.csv'), forms: ['csv', 'npz'] })),
          TE.bindTo('file'),
          TE.bind('latents', () => TE.fromEither(ask(subject.vae, subject.session, data))),
          TE.chainFirst(({ file: { path, form }, latents }) =>
            writeWhole(
              path,
              form === 'csv'
                ? csvOf(new Map([...labels(subject, data), ...latents]), subject.dataset.fields)
                : writeNpz(new Map([...arraysOf('', labels(subject, data), subject.dataset.fields), ...latents])),
            ),
          ),
          TE.map(({ file: { path }, latents }) => {
            const [first] = latents.values()
            const count = first?.shape[0] ?? 0
            at.say(`the latents of ${grouped(count)} test data of ${run}: ${path}`)
            at.emit({
              event: 'done',
              run,
              out: path,
              count,
              latents: Object.fromEntries([...latents].map(([name, { shape }]) => [name, shape.slice(1)])),
              target: subject.session.target,
            })
          }),
        )
      }),
  )
