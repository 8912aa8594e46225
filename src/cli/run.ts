import { Command, CommanderError } from 'commander'
import { usageError, versionsHere } from '../index.ts'
import type { Context } from './command.ts'
import { doctor } from './doctor.ts'
import { encode } from './encode.ts'
import { exportRun } from './exportRun.ts'
import { FAILED, OK, USAGE } from './exit.ts'
import { interpolate } from './interpolate.ts'
import { reconstruct } from './reconstruct.ts'
import { report } from './report.ts'
import { sample } from './sample.ts'
import { show } from './show.ts'
import { sweep } from './sweep.ts'
import { complain, type Streams, terminal } from './Terminal.ts'
import { train } from './train.ts'
import { verify } from './verify.ts'

const commands = [train, sweep, show, sample, reconstruct, interpolate, encode, report, exportRun, verify, doctor]

const program = (context: Context): Command => {
  const { out } = context.streams
  // What commander would print of an error is printed once, in our words, by `run`.
  const quiet = { writeOut: (text: string) => void out.write(text), writeErr: () => {}, outputError: () => {} }
  const elbo = new Command('elbo')
    .description('Train variational autoencoders that are declared as typed values, and look at what they learnt.')
    .version(versionsHere()['elbo-ts'] ?? 'unknown', '--version')
    .exitOverride()
    .configureOutput(quiet)
    .showHelpAfterError(false)
    .addHelpText('after', '\nEach command explains itself: npx elbo train --help\n')
  for (const add of commands) add(elbo.command('placeholder'), context)
  for (const command of elbo.commands) command.exitOverride().configureOutput(quiet)
  return elbo
}

/** Which help to read: that of the command that was meant, where one was. */
const helpFor = (elbo: Command, args: readonly string[]): string => {
  const meant = elbo.commands.find((command) => args.includes(command.name()))
  return meant === undefined ? 'npx elbo --help' : `npx elbo ${meant.name()} --help`
}

/** commander's words as one message of ours. */
const usage = (elbo: Command, args: readonly string[], { message, code }: CommanderError): string => {
  if (code === 'commander.help') return 'which command? See npx elbo --help'
  const [first = '', ...rest] = message.replace(/^error: /, '').split('\n')
  const hint = rest.join(' ').trim()
  return `${first.replace(/\.$/, '')}${hint === '' ? '' : ` ${hint}`}; see ${helpFor(elbo, args)}`
}

/**
 * Run one command line to its end and answer the exit code: 0 fine, 1 failed, 2 not understood, 129 hung up, 130 interrupted, 141 nobody reads
 * the output of a training, 143 terminated.
 *
 * @example  await run(['show', 'examples/01-mnist.ts'], { out: process.stdout, err: process.stderr }) // => 0
 */
export const run = async (args: readonly string[], streams: Streams): Promise<number> => {
  let code: number = OK
  const elbo = program({ streams, end: (ended) => (code = ended) })
  const at = terminal(streams, args.includes('--json'))
  try {
    await elbo.parseAsync([...args], { from: 'user' })
    return code
  } catch (cause) {
    if (cause instanceof CommanderError) {
      if (cause.exitCode === 0) return OK
      complain(at, usageError(usage(elbo, args, cause)))
      return USAGE
    }
    // A mistake of this program: everything foreseen is a value.
    const message = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)
    complain(at, { tag: 'Usage', message: `an unforeseen failure, please report it:\n${message}` })
    return FAILED
  }
}
