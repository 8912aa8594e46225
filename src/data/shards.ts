import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { pipe } from 'fp-ts/lib/function.js'
import { dataError, fileError, type ElboError } from '../error.ts'
import { type ArrayFile, openArray, readRows, strideIn } from './arrayFile.ts'
import type { ShardField, ShardsSource } from './DataSource.ts'
import { type Block, type Column, type Dataset, type RowReader, type Streamed, strideOf } from './Field.ts'
import { divide } from './split.ts'
import { lately, streamedFrom, streamedSplit, theseBlocks } from './streamed.ts'
import { checkSupport } from './support.ts'

export interface Sizes {
  /** how much is read at once, in bytes */
  readonly block: number
  /** how much an epoch shuffles together, in bytes; twice as much is kept */
  readonly window: number
  /** how many blocks there are at least: of few data they are smaller, so that a share of them can be held out */
  readonly blocks: number
}
const SIZES: Sizes = { block: 2 ** 20, window: 2 ** 25, blocks: 1000 }

/** A field's files, one after another. */
interface Stored {
  readonly name: string
  readonly field: ShardField
  readonly files: readonly ArrayFile[]
  readonly size: number
}

const isArray = (file: string): boolean => /(\.npy|\.idx|-ubyte)$/.test(file)

/** Whose file it is: the field with the longest name that it begins with. */
const ownerOf = (file: string, fields: readonly string[]): string | undefined =>
  fields
    .filter((name) => file.startsWith(name) && /^[-_.]/.test(file.slice(name.length)))
    .toSorted((a, b) => b.length - a.length)[0]

const dtypeOf = ({ encoding }: ShardField, { dtype }: ArrayFile): boolean => encoding === 'value' || dtype === 'uint8'

const checkFile = (name: string, field: ShardField, file: ArrayFile, first: ArrayFile): E.Either<ElboError, void> => {
  const wrong = (what: string): E.Either<ElboError, never> => E.left(dataError(`'${file.path}': ${what}`))
  if (strideIn(file) !== strideOf(field))
    return wrong(
      `a datum is [${file.shape.slice(1).join(', ')}], but field '${name}' ${field.encoding === 'class' ? 'takes the number of its class' : `is [${field.shape.join(', ')}]`}`,
    )
  if (file.dtype !== first.dtype)
    return wrong(`its elements are ${file.dtype}, but those of '${first.path}' ${first.dtype}`)
  return dtypeOf(field, file)
    ? E.right(undefined)
    : wrong(`its elements are ${file.dtype}, but the encoding '${field.encoding}' is one of bytes`)
}

const openField =
  (folder: string, files: readonly string[], fields: ShardsSource['fields']) =>
  ([name, field]: readonly [string, ShardField]): E.Either<ElboError, Stored> =>
    pipe(
      files.filter((file) => ownerOf(file, Object.keys(fields)) === name),
      E.fromPredicate(
        (own) => own.length > 0,
        () => fileError(`'${folder}' has no array of field '${name}', such as ${name}.npy or ${name}-001.npy`),
      ),
      E.chain(E.traverseArray((file) => openArray(join(folder, file)))),
      E.chainFirst((opened) =>
        pipe(
          opened,
          E.traverseArray((file) => checkFile(name, field, file, opened[0] ?? file)),
        ),
      ),
      E.map((opened) => ({
        name,
        field,
        files: opened,
        size: opened.reduce((n, { shape }) => n + (shape[0] ?? 0), 0),
      })),
    )

/** Rows from … to − 1 of a field, in as many files as they are in. */
const rowsIn = ({ files }: Stored, from: number, to: number): Column => {
  let at = 0
  const parts = files.flatMap((file) => {
    const begin = at
    at += file.shape[0] ?? 0
    return from < at && to > begin ? [readRows(file, Math.max(from, begin) - begin, Math.min(to, at) - begin)] : []
  })
  const [only] = parts
  if (only !== undefined && parts.length === 1) return only
  const length = parts.reduce((n, part) => n + part.length, 0)
  const all = only instanceof Uint8Array ? new Uint8Array(length) : new Float32Array(length)
  let filled = 0
  for (const part of parts) {
    all.set(part, filled)
    filled += part.length
  }
  return all
}

/** Bytes that are grey levels cannot be wrong. */
const checkRows = ({ name, field }: Stored, from: number, column: Column): void => {
  const wrong = (row: number, what: string): never => {
    throw new Error(`field '${name}', row ${row}: ${what}`)
  }
  if (field.encoding === 'class') {
    const classes = field.shape[0] ?? 0
    const row = column.findIndex((k) => k >= classes)
    if (row >= 0) wrong(from + row, `class ${column[row]}, but classes are 0 to ${classes - 1}`)
  } else if (field.encoding === 'value') {
    const checked = checkSupport(name, field, column, from)
    if (E.isLeft(checked)) throw new Error(checked.left.message)
  }
}

const readerOf = (fields: readonly Stored[], size: number, rowsABlock: number, kept: number): RowReader => {
  const columns = new Map(
    fields.map((stored) => [
      stored.name,
      lately(kept, (from) => {
        const column = rowsIn(stored, from, Math.min(size, from + rowsABlock))
        checkRows(stored, from, column)
        return column
      }),
    ]),
  )
  return {
    dtypes: Object.fromEntries(fields.map(({ name, files: [file] }) => [name, file?.dtype ?? 'uint8'])),
    read: (name, { from }) => columns.get(name)?.(from) ?? new Uint8Array(),
  }
}

const bytesOf = ({ field, files: [file] }: Stored): number => strideOf(field) * (file?.dtype === 'float32' ? 4 : 1)

/** All rows of the fields, in blocks. */
const streamedOf = (fields: readonly Stored[], size: number, sizes: Sizes): Streamed => {
  const row = fields.reduce((n, stored) => n + bytesOf(stored), 0)
  const rowsABlock = Math.max(1, Math.min(Math.floor(sizes.block / row), Math.ceil(size / sizes.blocks)))
  const window = Math.max(1, Math.floor(sizes.window / (row * rowsABlock)))
  const blocks = Array.from({ length: Math.ceil(size / rowsABlock) }, (_, i): Block => {
    const from = i * rowsABlock
    return { from, size: Math.min(rowsABlock, size - from) }
  })
  return streamedFrom(readerOf(fields, size, rowsABlock, 2 * window), blocks, window)
}

const datasetOf =
  ({ folder, holdOut }: ShardsSource, sizes: Sizes) =>
  (fields: readonly Stored[]): E.Either<ElboError, Dataset> => {
    const [first] = fields
    if (first === undefined) return E.left(dataError('shards have no fields'))
    const other = fields.find(({ size }) => size !== first.size)
    if (other !== undefined)
      return E.left(
        dataError(`'${folder}': field '${first.name}' has ${first.size} data, but field '${other.name}' ${other.size}`),
      )
    if (first.size < 2)
      return E.left(
        dataError(`'${folder}': two data are needed, to train and to test with, but there is ${first.size}`),
      )
    const all = streamedOf(fields, first.size, sizes)
    const { kept, apart } = divide(all.blocks.length, holdOut, { seed: 0, step: 0, name: 'held out' })
    return E.right({
      fields: Object.fromEntries(fields.map(({ name, field }) => [name, field])),
      train: streamedSplit(theseBlocks(all, kept)),
      validation: { size: 0, columns: {} },
      test: streamedSplit(theseBlocks(all, apart)),
    })
  }

export const loadShards = (source: ShardsSource, sizes: Sizes = SIZES): TE.TaskEither<ElboError, Dataset> =>
  pipe(
    TE.tryCatch(
      () => readdir(source.folder),
      () => fileError(`there is no folder '${source.folder}'`),
    ),
    TE.map((names) => names.filter(isArray).toSorted()),
    TE.chainEitherK((files) =>
      pipe(
        Object.entries(source.fields),
        E.traverseArray(openField(source.folder, files, source.fields)),
        E.chain(datasetOf(source, sizes)),
      ),
    ),
  )
