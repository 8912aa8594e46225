import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { dump, parse } from 'npyjs'
import { attempt, codecError, type ElboError } from '../error.ts'
import { sizeOf, type Tensor } from '../expr/Tensor.ts'
import { archived, type Members, unarchived } from './zip.ts'

const NPY = '.npy'

/** What an npz file can hold: numbers, row-major and in the precision that the tensor has; or one text a datum. */
export type NpzArray = Tensor | readonly string[]

/**
 * Texts as numpy's `<U‹n›`: of each n code points of 32 bits, filled up with zeros.
 *
 * Source    numpy.lib.format, version 1.0
 */
const textNpy = (texts: readonly string[]): Uint8Array => {
  const points = texts.map((text) => Array.from(text, (c) => c.codePointAt(0) ?? 0))
  const width = Math.max(1, ...points.map((p) => p.length))
  const header = `{'descr': '<U${width}', 'fortran_order': False, 'shape': (${texts.length},), }`
  // The magic word, version and length are 10 bytes; the header ends in a line break, at a multiple of 64.
  const length = Math.ceil((10 + header.length + 1) / 64) * 64 - 10
  const bytes = new Uint8Array(10 + length + texts.length * width * 4)
  const view = new DataView(bytes.buffer)
  bytes.set([0x93, ...Array.from('NUMPY', (c) => c.charCodeAt(0)), 1, 0])
  view.setUint16(8, length, true)
  bytes.set(
    Array.from(`${header.padEnd(length - 1)}\n`, (c) => c.charCodeAt(0)),
    10,
  )
  for (const [i, text] of points.entries())
    for (const [j, point] of text.entries()) view.setUint32(10 + length + (i * width + j) * 4, point, true)
  return bytes
}

const npyOf = (value: NpzArray): Uint8Array =>
  'shape' in value ? new Uint8Array(dump(value.data, [...value.shape])) : textNpy(value)

/** Numbers at rest are of 32 or 64 bits, row-major. */
const tensorOf = (name: string, bytes: Uint8Array): E.Either<ElboError, Tensor> => {
  const wrong = (what: string): ElboError => codecError(`array '${name}': ${what}`)
  // Parsing looks at whole numbers of elements from the start of a buffer, so it gets one of its own.
  const own = new Uint8Array(bytes).buffer
  return pipe(
    attempt(
      () => parse(own),
      ({ message }) => wrong(message),
    ),
    E.chain(({ data, shape, fortranOrder }) =>
      !(data instanceof Float32Array) && !(data instanceof Float64Array)
        ? E.left(wrong('it should hold 32 or 64 bit floating point numbers'))
        : fortranOrder
          ? E.left(
              wrong(
                `its numbers are no row-major array of shape [${shape.join(', ')}] but in column order; save numpy.ascontiguousarray of it`,
              ),
            )
          : data.length !== sizeOf(shape)
            ? E.left(wrong(`${data.length} numbers are no row-major array of shape [${shape.join(', ')}]`))
            : E.right({ data, shape }),
    ),
  )
}

/** Arrays under their names as members of an archive. */
export const npyMembers = (values: ReadonlyMap<string, NpzArray>): Members =>
  Object.fromEntries([...values].map(([name, value]) => [`${name}${NPY}`, npyOf(value)]))

/** The arrays among the members. */
export const tensorsIn = (members: Members): E.Either<ElboError, ReadonlyMap<string, Tensor>> => {
  const values = new Map<string, Tensor>()
  for (const [member, bytes] of Object.entries(members)) {
    if (!member.endsWith(NPY)) continue
    const name = member.slice(0, -NPY.length)
    const value = tensorOf(name, bytes)
    if (E.isLeft(value)) return value
    values.set(name, value.right)
  }
  return E.right(values)
}

/**
 * Arrays as one file for Python: `numpy.load('weights.npz')['model/x/dense_0/kernel']`.
 *
 * Source    numpy.lib.format, version 1.0; members are not compressed
 */
export const writeNpz = (values: ReadonlyMap<string, NpzArray>): Uint8Array => archived(npyMembers(values))

/**
 * The arrays of an npz file, those of 32 and 64 bit floating point numbers. `most` bytes of them are unpacked at most.
 *
 * Errors    a file that is damaged, by its CRC-32s, or unpacks to more
 */
export const readNpz = (bytes: Uint8Array, most?: number): E.Either<ElboError, ReadonlyMap<string, Tensor>> =>
  pipe(unarchived(bytes, most), E.chain(tensorsIn))
