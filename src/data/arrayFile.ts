import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { attempt, fileError, type ElboError } from '../error.ts'
import type { Column } from './Field.ts'
import { checkRegular, unreadable } from './file.ts'

/** A file that is one array, row-major, and what its header says. The first extent counts the data. */
export interface ArrayFile {
  readonly path: string
  /** a truth value is a byte, 0 or 1 */
  readonly dtype: 'bool' | 'uint8' | 'float32'
  readonly shape: readonly number[]
  /** where the elements begin */
  readonly offset: number
}

type Header = E.Either<string, Omit<ArrayFile, 'path'>>

const BYTES: { readonly [D in ArrayFile['dtype']]: number } = { bool: 1, uint8: 1, float32: 4 }
/** Of numpy. */
const dtypes: Readonly<Record<string, ArrayFile['dtype']>> = { '|u1': 'uint8', '|b1': 'bool', '<f4': 'float32' }

const NPY = '\u0093NUMPY'

/** Source  numpy.lib.format, versions 1 to 3: a magic word, the version, the length of a Python dictionary, and that */
const npyHeader = (bytes: Uint8Array): Header => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const long = (bytes[6] ?? 0) > 1
  const begin = long ? 12 : 10
  if (bytes.length < begin) return E.left('truncated: it ends in its header')
  const offset = begin + (long ? view.getUint32(8, true) : view.getUint16(8, true))
  if (bytes.length < offset) return E.left('truncated: it ends in its header')
  const text = Buffer.from(bytes.subarray(begin, offset)).toString('latin1')
  const [, descr] = /'descr': *'([^']*)'/.exec(text) ?? []
  const [, order] = /'fortran_order': *(True|False)/.exec(text) ?? []
  const [, extents] = /'shape': *\(([\d, ]*)\)/.exec(text) ?? []
  const dtype = descr === undefined ? undefined : dtypes[descr]
  if (descr === undefined || order === undefined || extents === undefined)
    return E.left('its header is none of a numpy array')
  if (dtype === undefined)
    return E.left(`its elements are '${descr}'; save it as numpy.uint8 or, for numbers, numpy.float32`)
  if (order === 'True') return E.left('it is in column order; save numpy.ascontiguousarray of it')
  const shape = extents.split(',').flatMap((d) => (d.trim() === '' ? [] : [Number(d)]))
  return E.right({ dtype, shape, offset })
}

/** The type of an IDX file's elements. Source  yann.lecun.com/exdb/mnist, "The IDX file format" */
const UNSIGNED_BYTE = 0x08

const idxHeader = (bytes: Uint8Array): Header => {
  const rank = bytes[3] ?? 0
  const offset = 4 + 4 * rank
  if (bytes[2] !== UNSIGNED_BYTE) return E.left('an IDX file of elements other than unsigned bytes')
  if (bytes.length < offset) return E.left('truncated: it ends in its header')
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return E.right({
    dtype: 'uint8',
    shape: Array.from({ length: rank }, (_, axis) => view.getUint32(4 + 4 * axis)),
    offset,
  })
}

const headerOf = (bytes: Uint8Array): Header => {
  if (Buffer.from(bytes.subarray(0, NPY.length)).toString('latin1') === NPY) return npyHeader(bytes)
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) return E.left('it is gzipped, and rows are read from within; unpack it')
  return bytes[0] === 0 && bytes[1] === 0 ? idxHeader(bytes) : E.left('it is neither a numpy array nor an IDX file')
}

/** More than any header has. */
const HEAD = 1 << 16

const withFile = <A>(path: string, use: (file: number) => A): A => {
  checkRegular(path)
  const file = openSync(path, 'r')
  try {
    return use(file)
  } finally {
    closeSync(file)
  }
}

const fill = (file: number, into: Uint8Array, from: number): number => {
  let at = 0
  for (let got = 1; got > 0 && at < into.length; at += got) got = readSync(file, into, at, into.length - at, from + at)
  return at
}

/** What holds its elements in memory. */
export const storageOf = ({ dtype }: ArrayFile): 'uint8' | 'float32' => (dtype === 'float32' ? 'float32' : 'uint8')

/** How many elements a datum has. */
const strideIn = ({ shape }: ArrayFile): number => shape.slice(1).reduce((n, d) => n * d, 1)

/**
 * A numpy array or an IDX file, of which only the header is read.
 *
 * Errors    no file; another format or type of elements; fewer or more bytes than the header promises
 */
export const openArray = (path: string): E.Either<ElboError, ArrayFile> =>
  pipe(
    attempt(
      () =>
        withFile(path, (file) => {
          const { size } = fstatSync(file)
          const bytes = new Uint8Array(Math.min(size, HEAD))
          return { size, bytes: bytes.subarray(0, fill(file, bytes, 0)) }
        }),
      (cause) => unreadable(path, cause),
    ),
    E.chain(({ size, bytes }) =>
      pipe(
        headerOf(bytes),
        E.chain((header) => {
          const expected = header.offset + BYTES[header.dtype] * header.shape.reduce((n, d) => n * d, 1)
          if (header.shape.length === 0) return E.left('it is one number, and no array of data')
          return size === expected
            ? E.right({ path, ...header })
            : E.left(
                `${size < expected ? 'truncated' : 'too long'}: [${header.shape.join(', ')}] makes ${expected} bytes, the file has ${size}`,
              )
        }),
        E.mapLeft((what) => fileError(`'${path}': ${what}`)),
      ),
    ),
  )

/** Rows from … to − 1, in numbers of their own. Throws where the file is no longer what it was when it was opened. */
export const readRows = (array: ArrayFile, from: number, to: number): Column => {
  const [stride, bytes] = [strideIn(array), BYTES[array.dtype]]
  const length = (to - from) * stride
  const column = storageOf(array) === 'uint8' ? new Uint8Array(length) : new Float32Array(length)
  const got = attempt(
    () =>
      withFile(array.path, (file) => fill(file, new Uint8Array(column.buffer), array.offset + from * stride * bytes)),
    (cause) => unreadable(array.path, cause),
  )
  if (E.isLeft(got)) throw new Error(got.left.message)
  if (got.right < column.byteLength) throw new Error(`'${array.path}' has become shorter than it was`)
  return column
}
