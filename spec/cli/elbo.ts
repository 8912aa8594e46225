import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { createRequire } from 'node:module'

/** The command line as a process of its own, run from source. */

const root = fileURLToPath(new URL('../..', import.meta.url))
const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href
const flags = ['--conditions=source', '--import', tsx]
const main = join(root, 'src/cli/main.ts')
const lines = join(root, 'spec/cli/commandLines.ts')
const env = { ...process.env, NODE_OPTIONS: '' }

export interface Ended {
  readonly code: number | null
  readonly signal: string | null
  readonly out: string
  readonly err: string
}

interface Running {
  readonly child: ChildProcess
  readonly ended: Promise<Ended>
}

/** A command line as its words, and the variables that it runs with. */
export const commandFor = (
  args: readonly string[],
): { readonly command: readonly string[]; readonly env: NodeJS.ProcessEnv } => ({
  command: [process.execPath, ...flags, main, ...args],
  env,
})

/** `limit` bounds, in blocks of 512 bytes, how large a file the process may write: a disk that fills up. */
export const start = (args: readonly string[], cwd: string, limit?: number): Running => {
  const { command } = commandFor(args)
  const [program = '', ...rest] =
    limit === undefined ? command : ['sh', '-c', `ulimit -f ${limit}; trap '' XFSZ; exec "$@"`, 'sh', ...command]
  const child = spawn(program, rest, {
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
    env,
  })
  let out = ''
  let err = ''
  child.stdout.on('data', (text: Buffer) => (out += text.toString()))
  child.stderr.on('data', (text: Buffer) => (err += text.toString()))
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, signal) => resolve({ code, signal, out, err }))
  })
  return { child, ended }
}

export const elbo = (args: readonly string[], cwd: string, limit?: number): Promise<Ended> =>
  start(args, cwd, limit).ended

/** Many command lines in one process, which saves the start of each. They run in order. */
export const manyCommands = (
  cwd: string,
): { readonly elbo: (args: readonly string[]) => Promise<Ended>; readonly close: () => void } => {
  const child = spawn(process.execPath, [...flags, lines], { cwd, stdio: ['pipe', 'pipe', 'inherit'], env })
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  return {
    elbo: async (args) => {
      child.stdin.write(`${JSON.stringify(args)}\n`)
      const answer = await answers.next()
      if (answer.done === true) throw new Error(`the process ended at: elbo ${args.join(' ')}`)
      return JSON.parse(answer.value)
    },
    close: () => child.stdin.end(),
  }
}

/** An empty folder of its own, and how to be rid of it. */
export const emptyFolder = (): { readonly path: string; readonly remove: () => void } => {
  const path = mkdtempSync(join(tmpdir(), 'elbo-'))
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) }
}

interface Sketch {
  /** an expression of `elbo-ts` */
  readonly data?: string
  readonly given?: string
  readonly width?: number
  readonly observed?: string
  readonly settings?: string
  readonly more?: string
}

/** 40 pictures of 8 × 8 zeros and ones in two patterns. */
const pictures = `inline({ fields: { x: { shape: [8, 8, 1], support: 'binary', values: Array.from({ length: 40 * 64 }, (_, i) => ((i >> 6) % 2 === 0 ? i % 8 < 4 : i % 16 < 8) ? 1 : 0) } } })`

/** A small module that declares an experiment; what is special about it is put in its place. */
export const moduleText = ({
  data = pictures,
  given = 'binary(8, 8, 1)',
  width = 2,
  observed = 'dense(64), reshape(8, 8, 1), bernoulli',
  settings = 'epochs: 2, batch: 16',
  more = '',
}: Sketch = {}): string => `import { pipe } from 'fp-ts/lib/function.js'
import * as e from 'elbo-ts'
const { adam, bernoulli, binary, csv, dense, diagonalNormal, elbo, experiment, flatten, gaussian, inline, latent, mnist, model, observe, real, reshape, standardNormal, vae } = e
${more}
export default experiment({
  vae: vae({
    model: pipe(model, latent('z', () => standardNormal(${width})), observe('x', ({ z }) => pipe(z, ${observed}))),
    guide: pipe(e.given({ x: ${given} }), latent('z', ({ x }) => pipe(x, flatten, dense(${2 * width}), diagonalNormal(${width})))),
  }),
  objective: elbo(),
  data: ${data},
  optimizer: adam(1e-2),
  ${settings},
})
`

/** Write files into a folder. */
export const place = (folder: string, files: Readonly<Record<string, string | Uint8Array>>): void => {
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content)
}
