import { type ChildProcess, fork } from 'node:child_process'
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as E from 'fp-ts/lib/Either.js'
import type * as TE from 'fp-ts/lib/TaskEither.js'
import type { ElboError, SweepPoint } from '../index.ts'

/** What a worker says of the point that it was given. */
export type Told =
  | { readonly status: 'done' | 'interrupted' }
  | { readonly status: 'failed'; readonly tag: ElboError['tag']; readonly message: string }

interface PoolOptions {
  readonly folder: string
  readonly jobs: number
  /** points that need no training any more */
  readonly done: ReadonlySet<string>
  readonly signal: AbortSignal
  readonly onDone: (point: SweepPoint) => Promise<void>
}

const worker = fileURLToPath(new URL(`./sweepWorker${extname(import.meta.url)}`, import.meta.url))

const isTold = (message: unknown): message is Told =>
  typeof message === 'object' && message !== null && 'status' in message

/** Give a worker a point and wait for what it says; a worker that dies has failed. */
const ask = (child: ChildProcess, name: string): Promise<Told> =>
  new Promise((resolve) => {
    const onMessage = (message: unknown): void => {
      child.off('exit', onExit)
      resolve(
        isTold(message) ? message : { status: 'failed', tag: 'Train', message: 'a worker says what is not understood' },
      )
    }
    const onExit = (code: number | null, signal: string | null): void => {
      child.off('message', onMessage)
      resolve({ status: 'failed', tag: 'Train', message: `its process ended (${signal ?? `exit code ${code}`})` })
    }
    child.once('message', onMessage)
    child.once('exit', onExit)
    child.send(name, (cause) => {
      if (cause !== null) onExit(null, cause.message)
    })
  })

/**
 * Train points in so many processes. A point that begins with another's weights waits for it. After a failure or a wish to stop no more are begun,
 * and those that run save what they have.
 *
 * Errors    the first failure, with its point
 */
export const inWorkers =
  (points: readonly SweepPoint[], options: PoolOptions): TE.TaskEither<ElboError, 'done' | 'interrupted'> =>
  async () => {
    const { folder, jobs, signal, onDone } = options
    const done = new Set(options.done)
    const begun = new Set(done)
    const children = new Set<ChildProcess>()
    let failure: ElboError | undefined
    let interrupted = false
    let wake: (() => void)[] = []

    const next = (): SweepPoint | undefined =>
      points.find((p) => !begun.has(p.name) && (p.after === null || done.has(p.after)))
    const stopped = (): boolean => signal.aborted || interrupted || failure !== undefined
    const changed = (): void => {
      for (const resume of wake) resume()
      wake = []
    }
    const stop = (): void => {
      for (const child of children) child.kill('SIGTERM')
      changed()
    }
    signal.addEventListener('abort', stop)

    const work = async (): Promise<void> => {
      let child: ChildProcess | undefined
      while (!stopped() && begun.size < points.length) {
        const point = next()
        if (point === undefined) {
          await new Promise<void>((resolve) => wake.push(resolve))
          continue
        }
        begun.add(point.name)
        if (child === undefined) {
          child = fork(worker, [folder], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
          children.add(child)
        }
        const told = await ask(child, point.name)
        if (told.status === 'done') {
          done.add(point.name)
          await onDone(point)
        } else if (told.status === 'failed' && failure === undefined) {
          failure = { tag: told.tag, message: `point ${point.name}: ${told.message}` }
          stop()
        }
        if (told.status === 'interrupted') {
          interrupted = true
          stop()
        }
        changed()
      }
      child?.disconnect()
    }

    await Promise.all(Array.from({ length: Math.max(1, Math.min(jobs, points.length - done.size)) }, work))
    signal.removeEventListener('abort', stop)
    if (failure !== undefined) return E.left(failure)
    return E.right(done.size === points.length ? 'done' : 'interrupted')
  }
