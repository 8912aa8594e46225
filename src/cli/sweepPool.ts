import { type ChildProcess, fork } from 'node:child_process'
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as E from 'fp-ts/lib/Either.js'
import type * as TE from 'fp-ts/lib/TaskEither.js'
import type { ElboError, SweepPoint } from '../index.ts'

/** What a worker says of the point that it was given. */
export type Told =
  | { readonly status: 'done' }
  | { readonly status: 'interrupted' }
  | { readonly status: 'failed'; readonly tag: ElboError['tag']; readonly message: string }
  /** it can tell no more: its process was killed, or fell */
  | { readonly status: 'ended'; readonly message: string }

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

/** Give a worker a point and wait for what it says, or for its end. */
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
      resolve({ status: 'ended', message: `its process ended (${signal ?? `exit code ${code}`})` })
    }
    child.once('message', onMessage)
    child.once('exit', onExit)
    if (child.pid === undefined)
      child.once('error', (cause) => resolve({ status: 'ended', message: `no process for it: ${cause.message}` }))
    // Where the worker is gone its exit is what counts; it may come a moment later.
    child.send(name, () => {})
  })

interface Failure {
  readonly point: string
  readonly tag: ElboError['tag']
  readonly message: string
}

/** Failures as one error; those that say the same once, with all their points. */
const together = (failures: readonly Failure[], folder: string): ElboError => {
  const [first] = failures
  const messages = [...new Set(failures.map(({ message }) => message))].map((message) => {
    const points = failures.filter((failure) => failure.message === message).map(({ point }) => point)
    return `point ${points.join(', ')}: ${message}`
  })
  return {
    tag: first?.tag ?? 'Train',
    message: `${messages.join('\n')}\nwhat is trained is kept; to go on: npx elbo sweep --resume ${folder}`,
  }
}

/** What is wrong with one point does not stop the others; what would be wrong with each does, such as a full disk. */
const isOfPoint = (told: Told): boolean => told.status === 'ended' || (told.status === 'failed' && told.tag === 'Train')

/**
 * Train points in so many processes. A point that begins with another's weights waits for it. After a wish to stop, or a failure that the other
 * points would meet too, no more are begun, and those that run save what they have. A worker that is killed takes only its point with it.
 *
 * Errors    every failure, with its points
 */
export const inWorkers =
  (points: readonly SweepPoint[], options: PoolOptions): TE.TaskEither<ElboError, 'done' | 'interrupted'> =>
  async () => {
    const { folder, jobs, signal, onDone } = options
    const done = new Set(options.done)
    const begun = new Set(done)
    const children = new Set<ChildProcess>()
    const failures: Failure[] = []
    let [halted, running] = [false, 0]
    let wake: (() => void)[] = []

    const next = (): SweepPoint | undefined =>
      points.find((p) => !begun.has(p.name) && (p.after === null || done.has(p.after)))
    const stopped = (): boolean => signal.aborted || halted
    const changed = (): void => {
      for (const resume of wake) resume()
      wake = []
    }
    const stop = (): void => {
      for (const child of children) child.kill('SIGTERM')
      changed()
    }
    const halt = (): void => {
      halted = true
      stop()
    }
    signal.addEventListener('abort', stop)

    /** What became of a point; false where its worker can do no more. */
    const settle = async (point: SweepPoint, told: Told): Promise<boolean> => {
      if (told.status === 'done') {
        done.add(point.name)
        await onDone(point)
      } else if (told.status === 'interrupted') halt()
      else if (told.status === 'failed' || !stopped()) {
        failures.push({ point: point.name, tag: told.status === 'failed' ? told.tag : 'Train', message: told.message })
        if (!isOfPoint(told)) halt()
      }
      return told.status !== 'ended'
    }

    const work = async (): Promise<void> => {
      let child: ChildProcess | undefined
      while (!stopped()) {
        const point = next()
        if (point === undefined) {
          // Nothing is left, or only what waits for a point that failed.
          if (begun.size === points.length || running === 0) break
          await new Promise<void>((resolve) => wake.push(resolve))
          continue
        }
        begun.add(point.name)
        running++
        if (child?.connected !== true) {
          child = fork(worker, [folder], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
          // Whatever happens to a worker, its exit says it.
          child.on('error', () => {})
          children.add(child)
        }
        const alive = await settle(point, await ask(child, point.name))
        running--
        if (!alive) {
          children.delete(child)
          child = undefined
        }
        changed()
      }
      if (child?.connected === true) child.disconnect()
    }

    await Promise.all(Array.from({ length: Math.max(1, Math.min(jobs, points.length - done.size)) }, work))
    signal.removeEventListener('abort', stop)
    if (failures.length > 0) return E.left(together(failures, folder))
    return E.right(done.size === points.length ? 'done' : 'interrupted')
  }
