import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { run } from '../../src/cli/run.ts'

/** Whether a command line of the documentation can be typed as it stands. */

const help = async (command: string): Promise<string | undefined> => {
  let out = ''
  const keep = { write: (text: string) => (out += text) }
  await run([command, '--help'], { out: keep, err: { write: () => {} } })
  return out.startsWith(`Usage: elbo ${command} `) ? out : undefined
}

const scriptsOf = (root: string): readonly string[] => {
  const { scripts }: { readonly scripts: Readonly<Record<string, string>> } = JSON.parse(
    readFileSync(join(root, 'package.json'), 'utf8'),
  )
  return Object.keys(scripts)
}

const words = (line: string): readonly string[] =>
  (line.replace(/ #.*$/, '').match(/'[^']*'|\S+/g) ?? []).map((word) => word.replaceAll("'", ''))

const elboProblem = async (root: string, [command = '', ...args]: readonly string[]): Promise<string | undefined> => {
  const text = await help(command)
  if (text === undefined) return `there is no command '${command}'`
  const unknown = args.find((arg) => /^--?[a-z]/.test(arg) && !new RegExp(`(^| )${arg}[ ,]`, 'm').test(text))
  if (unknown !== undefined) return `${command} has no option ${unknown}`
  const absent = args.find((arg) => arg.startsWith('examples/') && !existsSync(join(root, arg)))
  return absent === undefined ? undefined : `there is no ${absent}`
}

/** What is wrong with a line of a shell: of npm and elbo all that can be known without running them; other programs pass. */
export const commandProblem = async (root: string, line: string): Promise<string | undefined> => {
  for (const part of line.split(/ && | \| /)) {
    const [program, first = '', second = '', ...rest] = words(part)
    if (program === 'elbo') return elboProblem(root, [first, second, ...rest])
    if (program === 'npx' && first === 'elbo') return elboProblem(root, [second, ...rest])
    const script =
      program !== 'npm' ? undefined : first === 'run' ? second : ['start', 'test'].includes(first) ? first : undefined
    if (script !== undefined && !scriptsOf(root).includes(script)) return `there is no script '${script}'`
  }
  return undefined
}

/** The command lines under the commands' own help. */
export const helpExamples = async (commands: readonly string[]): Promise<readonly string[]> => {
  const texts = await Promise.all(commands.map(help))
  return texts.flatMap((text) => [...(text ?? '').matchAll(/^ +\$ (.+)$/gm)].map(({ 1: line = '' }) => line))
}
