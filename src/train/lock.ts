import { readdir, rm, stat, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { type ElboError, fileError } from '../error.ts'
import { closeFile, openFile } from './disk.ts'
import { attempted, inFolder } from './files.ts'
import { holderOf, lockName, removePartsIn } from './processFiles.ts'
import { described, hasEnded, isHere, type ProcessMark } from './processMark.ts'

/**
 * Who works in a folder says so by a file of its own, called after its process. Whoever comes makes its file first and looks for others then:
 * of two at the same moment at least one sees the other. No file is ever taken over, so nobody can take one away that was just made.
 */

/** A process on another machine cannot be asked whether it is there: it touches its file as often, and has ended where it no longer does. */
const TOUCHED_EVERY = 20_000
const SILENT_AFTER = 180_000

interface Other {
  readonly path: string
  readonly mark: ProcessMark
}

const timeOf = (path: string): Promise<number | undefined> =>
  stat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => undefined,
  )

/** Times are those of the files, so that clocks of several machines need not agree. */
const isStale = async ({ path, mark }: Other, own: string): Promise<boolean> => {
  if (isHere(mark)) return hasEnded(mark)
  const [theirs, ours] = [await timeOf(path), await timeOf(own)]
  return theirs === undefined || (ours !== undefined && ours - theirs > SILENT_AFTER)
}

/** Who else works in the folder; files of those that have ended go. */
const othersIn = async (folder: string, own: string): Promise<readonly Other[]> => {
  const others: Other[] = []
  for (const name of await readdir(folder)) {
    const mark = holderOf(name)
    const path = join(folder, name)
    if (mark === undefined || path === own) continue
    const other = { path, mark }
    if (await isStale(other, own)) await rm(path, { force: true })
    else others.push(other)
  }
  return others
}

const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20 + Math.random() * 100))

const refusal = (folder: string, { path, mark }: Other): ElboError =>
  fileError(
    `'${folder}' is in use by ${described(mark)}; wait for it to end, or stop it${isHere(mark) ? '' : `; if it has ended, remove '${path}'`}`,
  )

/**
 * The file that says that the folder is ours. Of two that came at the same moment both step back, and try again a little later with other
 * files; a file that is still there then is of somebody who works.
 */
const acquire =
  (folder: string): TE.TaskEither<ElboError, string> =>
  async () => {
    const seen = new Set<string>()
    for (;;) {
      const own = join(folder, lockName())
      const tried = await attempted(`write in '${folder}'`, async () => {
        await closeFile(await openFile(own, 'wx'))
        return othersIn(folder, own)
      })()
      if (E.isLeft(tried)) return tried
      if (tried.right.length === 0) return E.right(own)
      await rm(own, { force: true })
      const holder = tried.right.find(({ path }) => seen.has(path))
      if (holder !== undefined) return E.left(refusal(folder, holder))
      for (const { path } of tried.right) seen.add(path)
      await pause()
    }
  }

/** Errors  a folder that somebody works in, with the process; where there is no folder, nobody does */
const checkNotHeld = (folder: string): TE.TaskEither<ElboError, void> =>
  pipe(
    attempted(`look into '${folder}'`, () => othersIn(folder, '')),
    TE.orElse(() => TE.right<ElboError, readonly Other[]>([])),
    TE.chain(([other]) => (other === undefined ? TE.right(undefined) : TE.left(refusal(folder, other)))),
  )

/**
 * Do something in a folder that nobody else works in meanwhile, in this process or another. What processes that were killed left there of
 * files half-written is removed first.
 *
 * Errors    a folder in use, with the process; one that cannot be written
 */
export const locked =
  <A>(folder: string, work: TE.TaskEither<ElboError, A>): TE.TaskEither<ElboError, A> =>
  async () => {
    const lock = await acquire(folder)()
    if (E.isLeft(lock)) return lock
    const touch = setInterval(() => {
      const now = new Date()
      utimes(lock.right, now, now).catch(() => {})
    }, TOUCHED_EVERY)
    touch.unref()
    try {
      await removePartsIn(folder)
      return await work()
    } finally {
      clearInterval(touch)
      await rm(lock.right, { force: true })
    }
  }

/**
 * {@link locked} in a folder that `check` finds free, and that is made where it is not there. What was made and is empty after a failure goes
 * again.
 */
export const holding = <A>(
  folder: string,
  check: TE.TaskEither<ElboError, void>,
  work: TE.TaskEither<ElboError, A>,
): TE.TaskEither<ElboError, A> =>
  pipe(
    check,
    TE.orElse((error) =>
      pipe(
        checkNotHeld(folder),
        TE.chain(() => TE.left<ElboError, void>(error)),
      ),
    ),
    TE.chain(() => inFolder(folder, locked(folder, work))),
  )
