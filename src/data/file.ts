import { access, readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import type * as T from 'fp-ts/lib/Task.js'
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

/** A plain view: slices of a Buffer are not copies. */
const plain = (bytes: Buffer): Uint8Array => new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)

const readBytes = (path: string): TE.TaskEither<ElboError, Uint8Array> =>
  TE.tryCatch(
    () => readFile(path).then(plain),
    (cause) => fileError(`cannot read '${path}': ${because(cause)}`),
  )

const unzip = promisify(gunzip)
const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b

/** The bytes of a file, unpacked where it is gzipped. */
export const readUnpacked = (path: string): TE.TaskEither<ElboError, Uint8Array> =>
  pipe(
    readBytes(path),
    TE.chain((bytes) =>
      isGzip(bytes)
        ? TE.tryCatch(
            () => unzip(bytes).then(plain),
            (cause) => fileError(`'${path}' is a damaged gzip file: ${because(cause)}`),
          )
        : TE.right(bytes),
    ),
  )

/** Whether there is something under a path, readable or not. */
export const exists =
  (path: string): T.Task<boolean> =>
  () =>
    access(path).then(
      () => true,
      () => false,
    )
