import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { fileError, type ElboError } from '../error.ts'

/** An array of bytes, row-major; the first extent counts the data. */
export interface Idx {
  readonly shape: readonly number[]
  readonly data: Uint8Array
}

const UNSIGNED_BYTE = 0x08
const types: Readonly<Record<number, string>> = {
  0x09: 'signed bytes',
  0x0b: 'int16',
  0x0c: 'int32',
  0x0d: 'float32',
  0x0e: 'float64',
}

const hex = (n: number): string => `0x${(n >>> 0).toString(16).padStart(8, '0')}`
const count = (n: number): string => n.toLocaleString('en-US')

const wrong = (path: string, what: string): E.Either<ElboError, never> => E.left(fileError(`'${path}': ${what}`))

interface IdxHeader {
  readonly shape: readonly number[]
  /** of the header, and of the whole file */
  readonly header: number
  readonly size: number
}

/** What the first bytes of a file say of the rest. Errors  a magic number that is not IDX's, or of another rank than asked for */
export const idxHeader = (path: string, bytes: Uint8Array, rank: number): E.Either<ElboError, IdxHeader> => {
  const expected = (UNSIGNED_BYTE << 8) | rank
  const header = 4 + 4 * rank
  const truncated = `truncated: an IDX header has ${header} bytes, the file ${count(bytes.length)}`
  if (bytes.length < 4) return wrong(path, truncated)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const magic = view.getUint32(0)
  if (magic !== expected) {
    const type = magic >>> 16 === 0 ? types[magic >>> 8] : undefined
    return wrong(
      path,
      `magic number ${hex(magic)} where IDX with ${rank} ${rank === 1 ? 'axis' : 'axes'} has ${hex(expected)}` +
        (type === undefined ? '' : ` (elements are ${type}; only unsigned bytes are read)`),
    )
  }
  if (bytes.length < header) return wrong(path, truncated)
  const shape = Array.from({ length: rank }, (_, axis) => view.getUint32(4 + 4 * axis))
  return E.right({ shape, header, size: header + shape.reduce((n, d) => n * d, 1) })
}

/**
 * Reads the IDX format of MNIST: two zero bytes, the type of an element, the rank; each extent as 4 bytes, the highest first; the elements.
 * Only unsigned bytes. The data share memory with `bytes`.
 *
 * Errors    a magic number that is not IDX's, or of another rank than asked for; fewer or more bytes than the header promises
 * Source    yann.lecun.com/exdb/mnist, "The IDX file format"
 */
export const parseIdx = (path: string, bytes: Uint8Array, rank: number): E.Either<ElboError, Idx> =>
  pipe(
    idxHeader(path, bytes, rank),
    E.chain(({ shape, header, size }) => {
      const how = bytes.length < size ? 'truncated' : 'too long'
      return bytes.length === size
        ? E.right({ shape, data: bytes.subarray(header) })
        : wrong(path, `${how}: [${shape.join(', ')}] makes ${count(size)} bytes, the file has ${count(bytes.length)}`)
    }),
  )

/** The datum shape that all pictures must have. */
export const expectDatum =
  (path: string, datum: readonly number[]) =>
  <A extends Pick<Idx, 'shape'>>(idx: A): E.Either<ElboError, A> =>
    pipe(
      idx,
      E.fromPredicate(
        ({ shape }) => shape.length === datum.length + 1 && datum.every((d, i) => d === shape[i + 1]),
        ({ shape }) =>
          fileError(`'${path}': pictures are [${datum.join(', ')}], but these are [${shape.slice(1).join(', ')}]`),
      ),
    )
