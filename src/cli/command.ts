import type { Command } from 'commander'
import * as E from 'fp-ts/lib/Either.js'
import type * as TE from 'fp-ts/lib/TaskEither.js'
import type { ElboError } from '../index.ts'
import { codeFor, OK } from './exit.ts'
import { complain, type Streams, type Terminal, terminal } from './Terminal.ts'

/** What a command answers: how it ended, where that is not simply well. */
export type Outcome = TE.TaskEither<ElboError, number | void>

export interface Context {
  readonly streams: Streams
  /** called once with the exit code of the command that ran */
  readonly end: (code: number) => void
}

/** Examples under a command's help: through npx, since a local install puts no command on the PATH. */
export const examples = (...lines: readonly string[]): string =>
  `\nExamples:\n${lines.map((line) => `  $ npx ${line}`).join('\n')}\n`

/**
 * Tie a command to what it does. Nothing that it does throws; if it did, the error would still end as one message.
 *
 * The options are those that the command declares, each parsed by its own parser: commander keeps them in an untyped record, and `O` is
 * what the declaration beside the call says.
 */
export const action = <O extends { readonly json?: boolean }>(
  command: Command,
  context: Context,
  run: (argument: string | undefined, options: O, terminal: Terminal) => Outcome,
): Command =>
  command.action(async (...given: readonly unknown[]) => {
    const options = command.opts<O>()
    const at = terminal(context.streams, options.json === true)
    const [argument] = given
    const outcome = await run(typeof argument === 'string' ? argument : undefined, options, at)()
    if (E.isLeft(outcome)) {
      complain(at, outcome.left)
      context.end(codeFor(outcome.left))
    } else context.end(outcome.right ?? OK)
  })
