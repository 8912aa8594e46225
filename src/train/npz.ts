import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { dump, parse } from 'npyjs'
import { attempt, codecError, type ElboError } from '../error.ts'
import { sizeOf, type Tensor } from '../expr/Tensor.ts'
import { archived, type Members, unarchived } from './zip.ts'

const NPY = '.npy'

/** Row-major and in the precision that the tensor has. */
const npyOf = ({ data, shape }: Tensor): Uint8Array => new Uint8Array(dump(data, [...shape]))

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
        : fortranOrder || data.length !== sizeOf(shape)
          ? E.left(wrong(`${data.length} numbers are no row-major array of shape [${shape.join(', ')}]`))
          : E.right({ data, shape }),
    ),
  )
}

/** Arrays under their names as members of an archive. */
export const npyMembers = (values: ReadonlyMap<string, Tensor>): Members =>
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
export const writeNpz = (values: ReadonlyMap<string, Tensor>): Uint8Array => archived(npyMembers(values))

/** The arrays of an npz file, those of 32 and 64 bit floating point numbers. Errors  a file that is damaged, by its CRC-32s */
export const readNpz = (bytes: Uint8Array): E.Either<ElboError, ReadonlyMap<string, Tensor>> =>
  pipe(unarchived(bytes), E.chain(tensorsIn))
