import { execFile } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

/** One complaint of the compiler, with the lines that explain it. */
export interface Diagnostic {
  readonly file: string
  readonly line: number
  readonly text: string
}

/** What the compiler said about a project. */
export interface Compilation {
  readonly diagnostics: readonly Diagnostic[]
  readonly output: string
}

export const root: string = resolve(dirname(fileURLToPath(import.meta.url)), '../../..')

const tsc = join(dirname(createRequire(import.meta.url).resolve('@typescript/native/package.json')), 'bin/tsc')
const complaint = /^(.+?)\((\d+),\d+\): error (TS\d+: [^]*)$/

/** The complaints in the compiler's plain output; indented lines belong to the one before. Files are absolute. */
export const parseDiagnostics = (output: string, folder: string): readonly Diagnostic[] =>
  output
    .trimEnd()
    .split(/\n(?! )/)
    .flatMap((chunk) => {
      const [, file, line, text] = complaint.exec(chunk) ?? []
      return file === undefined || text === undefined ? [] : [{ file: resolve(folder, file), line: Number(line), text }]
    })

/** Runs TypeScript 7 over a project (a tsconfig.json), emitting nothing. A complaint that is tied to no file is one of the project's. */
export const compile = (project: string, ...flags: readonly string[]): Promise<Compilation> =>
  new Promise((done) => {
    const args = [tsc, '-p', project, '--noEmit', '--pretty', 'false', ...flags]
    execFile(process.execPath, args, { cwd: root, encoding: 'utf8', maxBuffer: 1 << 28 }, (_, stdout, stderr) => {
      const unplaced = [...stdout.split('\n').filter((l) => l.startsWith('error ')), ...(stderr === '' ? [] : [stderr])]
      const ofProject = unplaced.map((text) => ({ file: resolve(root, project), line: 0, text }))
      done({ diagnostics: [...ofProject, ...parseDiagnostics(stdout, root)], output: stdout })
    })
  })
