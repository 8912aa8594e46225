import { mkdir, readdir, rename, rm, rmdir, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type * as T from 'fp-ts/lib/Task.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { regularBytes } from '../data/file.ts'
import { decodeText } from '../data/text.ts'
import { fileError, type ElboError } from '../error.ts'
import { closeFile, codeOf, cutFile, openFile, sizeOfFile, syncFile, syncFolder, writeAll } from './disk.ts'
import { isLock, isPart, partOf, removePartsOf } from './processFiles.ts'

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'it is not permitted',
  EDQUOT: 'the disk quota is used up',
  EEXIST: 'there is a file of that name',
  EFBIG: 'the file would be larger than is allowed',
  EISDIR: 'it is a folder',
  ENOENT: 'there is no such file or folder',
  ENOSPC: 'the disk is full',
  ENOTDIR: 'a part of the path is a file, not a folder',
  EPERM: 'it is not permitted',
  EROFS: 'the file system is read-only',
}

const because = (cause: unknown): string =>
  reasons[codeOf(cause)] ?? (cause instanceof Error ? cause.message : String(cause))

/** What can fail in the file system, as a value. */
export const attempted = <A>(
  what: string,
  act: () => Promise<A>,
  why: (cause: unknown) => string = because,
): TE.TaskEither<ElboError, A> => TE.tryCatch(act, (cause) => fileError(`cannot ${what}: ${why(cause)}`))

/** Of a file that is to be made, only its folder can be missing. */
const withoutFolder =
  (path: string) =>
  (cause: unknown): string =>
    codeOf(cause) === 'ENOENT' ? `there is no folder '${dirname(path)}'; make it first` : because(cause)

const removed = (path: string): Promise<void> => rm(path, { recursive: true, force: true }).catch(() => {})

/**
 * Write a file whole or not at all: to a neighbour first, which then takes its name. Whoever reads finds the old content or the new one,
 * even after a crash: the neighbour is on the disk before it takes the name, and the name is before this returns.
 */
export const writeWhole = (path: string, content: Uint8Array | string): TE.TaskEither<ElboError, void> =>
  attempted(
    `write '${path}'`,
    async () => {
      const neighbour = partOf(path)
      await removePartsOf(path)
      try {
        const file = await openFile(neighbour, 'wx')
        try {
          await writeAll(file, content)
          await syncFile(file)
        } finally {
          await closeFile(file)
        }
        await rename(neighbour, path)
      } catch (cause) {
        await removed(neighbour)
        throw cause
      }
      await syncFolder(dirname(path))
    },
    withoutFolder(path),
  )

/** Add lines at the end of a file; where that fails, the file is as it was. They are on the disk when this returns. */
export const appendWhole = (path: string, text: string): TE.TaskEither<ElboError, void> =>
  attempted(`write '${path}'`, async () => {
    const file = await openFile(path, 'a')
    let size: number
    try {
      size = await sizeOfFile(file)
      await writeAll(file, text).catch(async (cause: unknown) => {
        await cutFile(file, size).catch(() => {})
        throw cause
      })
      await syncFile(file)
    } finally {
      await closeFile(file)
    }
    if (size === 0) await syncFolder(dirname(path))
  })

export const readBytes = (path: string): TE.TaskEither<ElboError, Uint8Array> =>
  attempted(`read '${path}'`, () => regularBytes(path))

/** Errors  besides those of the disk, bytes that are not UTF-8, by their line */
export const readText = (path: string): TE.TaskEither<ElboError, string> =>
  pipe(
    readBytes(path),
    TE.chainEitherK((bytes) => decodeText(path, bytes)),
  )

/** Whether there is a file, no folder, of this name. */
export const isFile =
  (path: string): T.Task<boolean> =>
  () =>
    stat(path).then(
      (found) => found.isFile(),
      () => false,
    )

/** The names in a folder; undefined where there is no such folder. */
export const namesIn = (path: string): TE.TaskEither<ElboError, readonly string[] | undefined> =>
  attempted(`look into '${path}'`, () =>
    readdir(path).catch((cause: unknown) => {
      if (codeOf(cause) === 'ENOENT') return undefined
      throw cause
    }),
  )

/**
 * Whether a folder can be filled: it is not there, or holds nothing but `leftovers`.
 *
 * Errors    a file; a folder in use, and `otherwise`, what else to do about it
 */
export const checkUnused = (
  path: string,
  otherwise: string,
  isLeftover: (names: readonly string[]) => TE.TaskEither<ElboError, boolean> = () => TE.right(false),
): TE.TaskEither<ElboError, void> =>
  pipe(
    TE.fromTask(isFile(path)),
    TE.filterOrElse(
      (file) => !file,
      () => fileError(`'${path}' is a file; choose another folder`),
    ),
    TE.chain(() => namesIn(path)),
    TE.map((names) => names?.filter((name) => !isLock(name) && !isPart(name)) ?? []),
    TE.chain((names) => (names.length === 0 ? TE.right(true) : isLeftover(names))),
    TE.filterOrElse(
      (free) => free,
      () => fileError(`'${path}' is not empty; choose another folder, or ${otherwise}`),
    ),
    TE.map(() => undefined),
  )

/**
 * Make a folder and those above it; answers the topmost that was made. Node's own recursive form never returns where a file system
 * refuses with ENOENT, as /proc does.
 */
const makeFolder = async (path: string): Promise<string | undefined> => {
  const found = await stat(path).then(
    (there) => (there.isDirectory() ? 'folder' : 'file'),
    (cause: unknown) => codeOf(cause),
  )
  if (found === 'folder') return undefined
  const missing = found === 'ENOENT' && dirname(path) !== path
  const above = missing ? await makeFolder(dirname(path)) : undefined
  try {
    await mkdir(path)
  } catch (cause) {
    // Somebody else has made it meanwhile.
    if (missing && codeOf(cause) === 'EEXIST') return above ?? makeFolder(path)
    if (above !== undefined) await removed(above)
    throw cause
  }
  await syncFolder(dirname(path))
  return above ?? path
}

/**
 * Fill a folder, made with all folders above it where it is not there. Where `fill` fails, what was made goes again: the folders, or else
 * the files of these names.
 */
export const filledFolder = (
  path: string,
  names: readonly string[],
  fill: TE.TaskEither<ElboError, void>,
): TE.TaskEither<ElboError, void> =>
  pipe(
    attempted(`make the folder '${path}'`, () => makeFolder(resolve(path))),
    TE.chain((made) =>
      pipe(
        fill,
        TE.orElse((error) => async () => {
          const traces = made === undefined ? names.map((name) => join(path, name)) : [made]
          for (const trace of traces) await removed(trace)
          return E.left(error)
        }),
      ),
    ),
  )

/** Remove a folder and those above it up to `top`, as far as they are empty. */
const removeEmpty = async (path: string, top: string): Promise<void> => {
  try {
    await rmdir(path)
  } catch {
    return
  }
  if (path !== top) await removeEmpty(dirname(path), top)
}

/** Do something in a folder, made with all folders above it where it is not there. What was made and is empty after a failure goes again. */
export const inFolder = <A>(path: string, work: TE.TaskEither<ElboError, A>): TE.TaskEither<ElboError, A> =>
  pipe(
    attempted(`make the folder '${path}'`, () => makeFolder(resolve(path))),
    TE.chain((made) =>
      pipe(
        work,
        TE.orElse((error) => async () => {
          if (made !== undefined) await removeEmpty(resolve(path), made)
          return E.left(error)
        }),
      ),
    ),
  )
