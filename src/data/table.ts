import { advice } from '../call/advice.ts'
import { constants } from 'node:buffer'
import * as E from 'fp-ts/lib/Either.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { pipe } from 'fp-ts/lib/function.js'
import { dataError, type ElboError } from '../error.ts'
import { inClassOrder } from './classes.ts'
import { columnsAt, namesIn, numbersOf, parseCsv, type Table } from './csv.ts'
import type { Column, Dataset, Field, Standardization } from './Field.ts'
import { readUnpacked, type Wanted } from './file.ts'
import { heldOut } from './holdOut.ts'
import type { CsvSource } from './DataSource.ts'
import { flawIn } from './support.ts'
import { checkKind, decodeText } from './text.ts'
import { fitStandardization, standardized } from './standardize.ts'

/** A class is a byte at rest. */
const MOST_CLASSES = 256

/** What to do about bytes that are not text in the encoding that was said. */
const ENCODINGS = `; save it as UTF-8, or name its encoding, such as ${advice.encoding}`

interface Labels {
  readonly field: Field
  readonly column: Column
}

/** The classes are the label's texts, by size where they are numbers, else by the alphabet: they do not depend on the order of rows. */
const readLabels = (table: Table, label: string): E.Either<ElboError, Labels> =>
  pipe(
    columnsAt(table, [label]),
    E.chain(([at]) => {
      const texts = table.rows.map(({ cells }) => cells[at ?? 0] ?? '')
      const empty = texts.indexOf('')
      if (empty >= 0)
        return E.left(
          dataError(`'${table.path}', line ${table.rows[empty]?.line}: column '${label}': the label is empty`),
        )
      const names = inClassOrder(texts)
      if (names.length > MOST_CLASSES)
        return E.left(
          dataError(
            `'${table.path}': column '${label}' has ${names.length} different labels; at most ${MOST_CLASSES} classes`,
          ),
        )
      const classes = new Map(names.map((name, k) => [name, k]))
      const field: Field = { shape: [names.length], support: 'oneHot', encoding: 'class', names }
      return E.right({ field, column: Uint8Array.from(texts, (text) => classes.get(text) ?? 0) })
    }),
  )

const floats = (rows: readonly (readonly number[])[]): Float32Array => Float32Array.from(rows.flat())

/** Errors  the first cell that its support does not allow: its line, its column, its number */
const checkCells = (table: Table, field: Field, rows: readonly (readonly number[])[]): E.Either<ElboError, void> => {
  const flaw = flawIn(field, rows.flat())
  if (flaw === undefined) return E.right(undefined)
  const column = flaw.column === undefined ? '' : `column '${field.names?.[flaw.column]}': `
  return E.left(dataError(`'${table.path}', line ${table.rows[flaw.row]?.line}: ${column}${flaw.what}`))
}

/** Standardised over the training rows alone: the test rows stay unseen. */
const toDataset =
  (source: CsvSource, table: Table, names: readonly string[], labels: Labels | undefined) =>
  (rows: readonly (readonly number[])[]): E.Either<ElboError, Dataset> => {
    const width = names.length
    const support = source.support ?? 'real'
    const plain: Field = { shape: [width], support, encoding: 'value', names }
    const y = labels === undefined ? {} : { y: labels }
    if (source.standardize && support !== 'real')
      return E.left(dataError(`'${source.file}': standardised numbers are no '${support}'; leave out standardize`))
    return pipe(
      checkCells(table, plain, rows),
      E.chain(() => heldOut(rows.length, source.holdOut, `'${source.file}'`)),
      E.map((parts) => {
        const fitted: Standardization | undefined = source.standardize
          ? fitStandardization(
              Array.from(parts.kept, (row) => rows[row] ?? []),
              width,
            )
          : undefined
        const x = floats(fitted === undefined ? rows : rows.map((row) => standardized(fitted, row)))
        const field: Field = fitted === undefined ? plain : { ...plain, standardization: fitted }
        return parts.dataset({ x: { field, column: x }, ...y })
      }),
    )
  }

const fromTable =
  (source: CsvSource) =>
  (table: Table): E.Either<ElboError, Dataset> => {
    const names = source.columns ?? namesIn(table).filter((name) => name !== source.label)
    if (names.length === 0) return E.left(dataError(`'${table.path}': no columns are left for the data`))
    return pipe(
      E.Do,
      E.apS('at', columnsAt(table, names)),
      E.apS('labels', source.label === undefined ? E.right(undefined) : readLabels(table, source.label)),
      E.chain(({ at, labels }) => pipe(numbersOf(table, at), E.chain(toDataset(source, table, names, labels)))),
    )
  }

/** Text is no longer than a string can be. */
const textWanted =
  (encoding: string | undefined): Wanted =>
  (path, head) =>
    pipe(
      checkKind(path, head, encoding),
      E.map(() => constants.MAX_STRING_LENGTH),
    )

export const loadCsv = (source: CsvSource): TE.TaskEither<ElboError, Dataset> =>
  pipe(
    readUnpacked(source.file, textWanted(source.encoding)),
    TE.chainEitherK((bytes) => decodeText(source.file, bytes, source.encoding, ENCODINGS)),
    TE.chainEitherK((text) => parseCsv(source.file, text)),
    TE.chainEitherK(fromTable(source)),
  )
