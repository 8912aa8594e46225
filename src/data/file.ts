import { type Stats, statSync } from 'node:fs'
import { access, readFile, stat } from 'node:fs/promises'
import { promisify } from 'node:util'
import { constants, gunzip, gunzipSync } from 'node:zlib'
import * as E from 'fp-ts/lib/Either.js'
import type * as T from 'fp-ts/lib/Task.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { pipe } from 'fp-ts/lib/function.js'
import { attempt, fileError, type ElboError } from '../error.ts'

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a folder',
  EACCES: 'reading it is not permitted',
  EPERM: 'reading it is not permitted',
}

const codeOf = (cause: unknown): string =>
  cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : ''

const because = (cause: unknown): string =>
  reasons[codeOf(cause)] ?? (cause instanceof Error ? cause.message : String(cause))

/** A plain view: slices of a Buffer are not copies. */
const plain = (bytes: Buffer): Uint8Array => new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)

/** What something other than a file or a folder is: reading it may never end. */
const kindOf = (found: Stats): string =>
  found.isDirectory()
    ? 'it is a folder'
    : `it is a ${found.isFIFO() ? 'pipe' : found.isSocket() ? 'socket' : 'device'}, and no regular file`

const notRegular = (found: Stats): Error | undefined => (found.isFile() ? undefined : new Error(kindOf(found)))

/** Throws where there is no regular file: a pipe or a device may never end. */
export const checkRegular = (path: string): void => {
  const wrong = notRegular(statSync(path))
  if (wrong !== undefined) throw wrong
}

/** The bytes of a regular file. Rejects anything else. */
export const regularBytes = async (path: string): Promise<Uint8Array> => {
  const wrong = notRegular(await stat(path))
  if (wrong !== undefined) throw wrong
  return plain(await readFile(path))
}

/** Why a file cannot be read. */
export const unreadable = (path: string, cause: unknown): ElboError =>
  fileError(`cannot read '${path}': ${because(cause)}`)

const unzip = promisify(gunzip)
const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b

/** So much of a gzipped file is unpacked to look at. */
const HEAD = 2 ** 12
const headOf = (bytes: Uint8Array): Uint8Array =>
  plain(gunzipSync(bytes.subarray(0, HEAD), { finishFlush: constants.Z_SYNC_FLUSH })).subarray(0, HEAD)

/** How many bytes are wanted at most of a file that begins so. Errors  one that is not wanted at all */
export type Wanted = (path: string, head: Uint8Array) => E.Either<ElboError, number>

const unpacked = (path: string, bytes: Uint8Array, wanted: Wanted): TE.TaskEither<ElboError, Uint8Array> => {
  const damaged = (cause: unknown): ElboError => fileError(`'${path}' is a damaged gzip file: ${because(cause)}`)
  return pipe(
    attempt(() => headOf(bytes), damaged),
    E.chain((head) => wanted(path, head)),
    TE.fromEither,
    TE.chain((most) =>
      TE.tryCatch(
        () => unzip(bytes, { maxOutputLength: most }).then(plain),
        (cause) =>
          codeOf(cause) === 'ERR_BUFFER_TOO_LARGE'
            ? fileError(
                `'${path}' would unpack to more than the ${most.toLocaleString('en-US')} bytes that are expected`,
              )
            : damaged(cause),
      ),
    ),
  )
}

/** The bytes of a file, unpacked where it is gzipped, as many as are wanted. */
export const readUnpacked = (path: string, wanted: Wanted): TE.TaskEither<ElboError, Uint8Array> =>
  pipe(
    TE.tryCatch(
      () => regularBytes(path),
      (cause) => unreadable(path, cause),
    ),
    TE.chain((bytes) => (isGzip(bytes) ? unpacked(path, bytes, wanted) : TE.right(bytes))),
  )

/** Whether there is something under a path, readable or not. */
export const exists =
  (path: string): T.Task<boolean> =>
  () =>
    access(path).then(
      () => true,
      () => false,
    )
