import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { pipe } from 'fp-ts/lib/function.js'
import { attempt, dataError, fileError, type ElboError } from '../error.ts'
import { type ArrayFile, openArray, readRows, storageOf } from './arrayFile.ts'
import type { ShardField, ShardsSource } from './DataSource.ts'
import { misfit } from './extents.ts'
import {
  type Block,
  classesOf,
  type Column,
  type Dataset,
  type RowReader,
  shapeAtRest,
  type Streamed,
  strideOf,
} from './Field.ts'
import { encodingProblem, greyNote } from './greyLevels.ts'
import { divide } from './split.ts'
import { lately, streamedFrom, streamedSplit, theseBlocks } from './streamed.ts'
import { heldOutStream } from './streams.ts'
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

const show = (shape: readonly number[]): string => `[${shape.join(', ')}]`

/** What its elements cannot be taken for. */
const dtypeProblem = ({ encoding }: ShardField, { dtype }: ArrayFile): string | undefined => {
  if (encoding === 'value' || dtype === 'uint8' || (dtype === 'bool' && encoding === 'class')) return undefined
  return dtype === 'bool'
    ? `its elements are truth values, but '${encoding}' takes grey levels from 0 to 255; take the support 'binary' and no encoding`
    : `its elements are ${dtype}, but the encoding '${encoding}' is one of bytes`
}

const checkFile = (name: string, field: ShardField, file: ArrayFile, first: ArrayFile): E.Either<ElboError, void> => {
  const takes = field.encoding === 'class' ? 'takes numbers of classes,' : 'is'
  const advice = misfit(file.shape, shapeAtRest(field))
  const what =
    advice !== undefined
      ? `a datum is ${show(file.shape.slice(1))}, but field '${name}' ${takes} ${show(shapeAtRest(field))}${advice}`
      : file.dtype === first.dtype
        ? dtypeProblem(field, file)
        : `its elements are ${file.dtype}, but those of '${first.path}' ${first.dtype}`
  return what === undefined ? E.right(undefined) : E.left(dataError(`'${file.path}': ${what}`))
}

const checkEncoding = (folder: string, name: string, field: ShardField): E.Either<ElboError, void> => {
  const what = encodingProblem(field, field.encoding)
  return what === undefined ? E.right(undefined) : E.left(dataError(`'${folder}', field '${name}': ${what}`))
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
      E.chainFirst(() => checkEncoding(folder, name, field)),
      E.map((opened) => ({
        name,
        field,
        files: opened,
        size: opened.reduce((n, { shape }) => n + (shape[0] ?? 0), 0),
      })),
    )

/** Bytes that are grey levels cannot be wrong. Throws with the file and the row in it. */
const checkRows = ({ name, field }: Stored, file: ArrayFile, from: number, column: Column): void => {
  const wrong = (what: string): never => {
    throw new Error(`'${file.path}': ${what}`)
  }
  const most = field.encoding === 'class' ? classesOf(field) - 1 : 1
  if (field.encoding === 'class' || file.dtype === 'bool') {
    const at = column.findIndex((k) => k > most)
    const what =
      field.encoding === 'class' ? `class ${column[at]}, but classes are` : `${column[at]}, but truth values are`
    if (at >= 0) wrong(`field '${name}', row ${from + Math.floor(at / strideOf(field))}: ${what} 0 to ${most}`)
  }
  if (field.encoding === 'value') {
    const checked = checkSupport(name, field, column, from)
    if (E.isLeft(checked)) wrong(checked.left.message)
  }
}

/** Rows from … to − 1 of a field, in as many files as they are in. */
const rowsIn = (stored: Stored, from: number, to: number): Column => {
  let at = 0
  const parts = stored.files.flatMap((file) => {
    const begin = at
    at += file.shape[0] ?? 0
    if (from >= at || to <= begin) return []
    const first = Math.max(from, begin) - begin
    const rows = readRows(file, first, Math.min(to, at) - begin)
    checkRows(stored, file, first, rows)
    return [rows]
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

const storageIn = ({ files: [file] }: Stored): 'uint8' | 'float32' => (file === undefined ? 'uint8' : storageOf(file))

const readerOf = (fields: readonly Stored[], size: number, rowsABlock: number, kept: number): RowReader => {
  const columns = new Map(
    fields.map((stored) => [
      stored.name,
      lately(kept, (from) => rowsIn(stored, from, Math.min(size, from + rowsABlock))),
    ]),
  )
  return {
    dtypes: Object.fromEntries(fields.map((stored) => [stored.name, storageIn(stored)])),
    read: (name, { from }) => columns.get(name)?.(from) ?? new Uint8Array(),
  }
}

const bytesOf = (stored: Stored): number => strideOf(stored.field) * (storageIn(stored) === 'float32' ? 4 : 1)

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

/** Notes on what is in the files of each field. Errors  a file that cannot be read any more */
const notesOn = (fields: readonly Stored[], { reader, blocks }: Streamed): E.Either<ElboError, readonly string[]> =>
  attempt(
    () =>
      fields.flatMap(({ name, field, files: [file] }) => {
        const note = greyNote(`'${file?.path}'`, field.encoding, columnsOf(reader, name, blocks))
        return note === undefined ? [] : [note]
      }),
    ({ message }) => fileError(message),
  )

function* columnsOf(reader: RowReader, name: string, blocks: readonly Block[]): Generator<Column> {
  for (const block of blocks) yield reader.read(name, block)
}

const datasetOf =
  ({ folder, holdOut }: ShardsSource, sizes: Sizes) =>
  (fields: readonly Stored[]): E.Either<ElboError, Dataset> => {
    const [first] = fields
    if (first === undefined) return E.left(dataError(`'${folder}': shards have no fields; name those to read`))
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
    const { kept, apart } = divide(all.blocks.length, holdOut, heldOutStream)
    return pipe(
      notesOn(fields, all),
      E.map((notes) => ({
        fields: Object.fromEntries(fields.map(({ name, field }) => [name, field])),
        train: streamedSplit(theseBlocks(all, kept)),
        validation: { size: 0, columns: {} },
        test: streamedSplit(theseBlocks(all, apart)),
        ...(notes.length === 0 ? {} : { notes }),
      })),
    )
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
