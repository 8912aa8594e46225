import { spawn } from 'node:child_process'
import * as E from 'fp-ts/lib/Either.js'

/** How a program ended that did not do what it was run for. */
export interface Failure {
  readonly why: 'absent' | 'failed' | 'tooLong'
  /** the last lines that it wrote */
  readonly tail: string
}

const LINES = 12

/** Run a program to its end. It gets no input, and what it writes is kept. */
export const runProgram = (
  program: string,
  args: readonly string[],
  options: {
    readonly cwd?: string
    readonly env?: Readonly<Record<string, string>>
    readonly seconds: number
    readonly onLine?: (line: string) => void
  },
): Promise<E.Either<Failure, string>> =>
  new Promise((resolve) => {
    const child = spawn(program, args, {
      cwd: options.cwd,
      env: { ...process.env, ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let [out, all, late] = ['', '', false]
    const timer = setTimeout(() => {
      late = true
      child.kill()
    }, options.seconds * 1000)
    const hear = (chunk: Buffer): void => {
      const text = chunk.toString()
      all += text
      for (const line of text.split('\n')) if (line.trim() !== '') options.onLine?.(line.trim())
    }
    child.stdout.on('data', (chunk: Buffer) => {
      out += chunk.toString()
      hear(chunk)
    })
    child.stderr.on('data', hear)
    const tail = (): string => all.trim().split('\n').slice(-LINES).join('\n')
    child.on('error', (cause) => {
      clearTimeout(timer)
      resolve(E.left({ why: 'absent', tail: cause.message }))
    })
    child.on('close', (code) => {
      clearTimeout(timer)
      resolve(code === 0 ? E.right(out.trim()) : E.left({ why: late ? 'tooLong' : 'failed', tail: tail() }))
    })
  })
