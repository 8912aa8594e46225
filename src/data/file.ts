import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { pipe } from 'fp-ts/lib/function.js'
import { fileError, type ElboError } from '../error.ts'

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a folder',
  EACCES: 'reading it is not permitted',
  EPERM: 'reading it is not permitted',
}

const because = (cause: unknown): string => {
  if (!(cause instanceof Error)) return String(cause)
  return ('code' in cause && typeof cause.code === 'string' && reasons[cause.code]) || cause.message
}

export const readBytes = (path: string): TE.TaskEither<ElboError, Uint8Array> =>
  TE.tryCatch(
    () => readFile(path),
    (cause) => fileError(`cannot read '${path}': ${because(cause)}`),
  )

const unzip = promisify(gunzip)
const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b

/** Undoes gzip where there is one. */
export const inflated = (path: string, bytes: Uint8Array): TE.TaskEither<ElboError, Uint8Array> =>
  isGzip(bytes)
    ? TE.tryCatch(
        () => unzip(bytes),
        (cause) => fileError(`'${path}' is a damaged gzip file: ${because(cause)}`),
      )
    : TE.right(bytes)

/** The first of the paths that can be read, unpacked; if none can, what is wrong with the first. */
export const readFirst = (path: string, ...others: readonly string[]): TE.TaskEither<ElboError, Uint8Array> =>
  pipe(
    others.reduce(
      (found, other) =>
        pipe(
          found,
          TE.orElse((error) =>
            pipe(
              readBytes(other),
              TE.mapLeft(() => error),
            ),
          ),
        ),
      readBytes(path),
    ),
    TE.chain((bytes) => inflated(path, bytes)),
  )
