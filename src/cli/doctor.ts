import { arch, availableParallelism, platform, totalmem } from 'node:os'
import type { Command } from 'commander'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { pipe } from 'fp-ts/lib/function.js'
import { setUpNative, targetsHere, versionsHere } from '../index.ts'
import { columns } from './columns.ts'
import { action, type Context, examples } from './command.ts'
import * as option from './options.ts'

interface Options {
  readonly json?: boolean
  readonly fix?: boolean
}

const machine = (): { readonly platform: string; readonly cores: number; readonly memory: number } => ({
  platform: `${platform()} ${arch()}`,
  cores: availableParallelism(),
  memory: totalmem(),
})

/** `elbo doctor`: what this machine can compute on, and why not on the rest. */
export const doctor = (command: Command, context: Context): Command =>
  action<Options>(
    command
      .name('doctor')
      .description('tell which targets are on this machine, and why others are not')
      .option('--fix', 'set up native TensorFlow, the fastest target, where it is missing')
      .addOption(option.json())
      .addHelpText('after', examples('elbo doctor', 'elbo doctor --fix', 'elbo doctor --json')),
    context,
    (_, { fix }, at) =>
      pipe(
        fix === true
          ? pipe(
              setUpNative({ report: (line) => at.note(`native: ${line}`) }),
              TE.map(() => undefined),
            )
          : TE.right(undefined),
        TE.chain(() => targetsHere),
        TE.map((targets) => {
          const versions = versionsHere()
          const here = machine()
          const chosen = targets.find((t) => t.available)?.target
          at.say(
            Object.entries(versions)
              .map(([name, version]) => `${name} ${version}`)
              .join(' · '),
          )
          at.say(`${here.platform} · ${here.cores} cores · ${(here.memory / 2 ** 30).toFixed(1)} GiB of memory\n`)
          at.say(
            columns(
              ['target', 'here', 'what'],
              targets.map((t) => [t.target, t.available ? 'yes' : 'no', t.why]),
            ),
          )
          at.say(`\n${chosen ?? 'none'} is what a command computes on, unless --target names another.`)
          at.emit({ event: 'done', chosen, targets, versions, machine: here })
        }),
      ),
  )
