import { parse } from 'csv-parse/sync'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { attempt, dataError, fileError, type ElboError } from '../error.ts'
import { namesLike } from '../namesLike.ts'
import { cellAdvice, otherSeparator, separatorLine } from './dialect.ts'
import { isStored } from './support.ts'

/** A line of a file, counted from 1, and its cells. */
export interface Row {
  readonly line: number
  readonly cells: readonly string[]
}

/** Text under named columns: every row has a cell for each name, and there is at least one row. A name may be ''. */
export interface Table {
  readonly path: string
  readonly names: readonly string[]
  readonly rows: readonly Row[]
}

const wrong = (path: string, what: string, line?: number): E.Either<ElboError, never> =>
  E.left(dataError(`'${path}'${line === undefined ? '' : `, line ${line}`}: ${what}`))

const cellsAndLines = (path: string, text: string): E.Either<ElboError, readonly Row[]> =>
  attempt(
    () => {
      const rows: Row[] = []
      parse(text, {
        bom: true,
        trim: true,
        skip_empty_lines: true,
        relax_column_count: true,
        // the parser counts the line that a record ends on; quoted cells may hold line breaks
        on_record: (cells, { lines }) => {
          rows.push({ line: lines - cells.join('').split('\n').length + 1, cells })
          return null
        },
      })
      return rows
    },
    (cause) => fileError(`'${path}' is no CSV: ${cause.message}`),
  )

/** Columns without a name, which nobody asks for, may be absent or empty at the ends of lines. */
const isAsLong = (cells: readonly string[], names: readonly string[]): boolean =>
  cells.length > names.findLastIndex((name) => name !== '') && cells.slice(names.length).every((cell) => cell === '')

const withCommas = (path: string, text: string): E.Either<ElboError, Table> =>
  pipe(
    cellsAndLines(path, text),
    E.chain(([header, ...rows]) => {
      if (header === undefined) return wrong(path, 'the file is empty')
      const names = header.cells
      const named = names.filter((name) => name !== '')
      const should = 'the first line should name the columns, but'
      if (named.length === 0) return wrong(path, `${should} no column has a name`, header.line)
      if (names.every((name) => toNumber(name) !== undefined))
        return wrong(path, `${should} it holds numbers: ${names.join(', ')}`, header.line)
      const twice = named.find((name, i) => named.indexOf(name) !== i)
      if (twice !== undefined) return wrong(path, `two columns are named '${twice}'`, header.line)
      if (rows.length === 0) return wrong(path, 'there are no rows under the header')
      const ragged = rows.find(({ cells }) => !isAsLong(cells, names))
      if (ragged === undefined) return E.right({ path, names, rows })
      const hint =
        rows.length > 1 && rows.every(({ cells }) => cells.length === names.length + 1)
          ? '; all rows have one more, so name every column, those of row names too'
          : ''
      return wrong(path, `${cellsOf(ragged.cells.length)}, but the header has ${names.length}${hint}`, ragged.line)
    }),
  )

/**
 * A table with a header line, comma-separated, quoted as in RFC 4180. Blank lines are passed over. A column without a name is ignored, such as the
 * index that pandas writes, or what follows a comma at the end of a line.
 *
 * Errors    an empty file; another dialect, by what separates its columns; a header of numbers, with a column twice or without any name; no rows;
 *           a row of another length (with its line)
 */
export const parseCsv = (path: string, text: string): E.Either<ElboError, Table> => {
  const table = withCommas(path, text)
  const suspect = E.isLeft(table) || table.right.names.length === 1
  const other = separatorLine(text) ?? otherSeparator(text, suspect)
  return other === undefined ? table : wrong(path, other.what, other.line)
}

const cellsOf = (n: number): string => (n === 1 ? '1 cell' : `${n} cells`)

const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i
const toNumber = (cell: string): number | undefined => (DECIMAL.test(cell) ? Number(cell) : undefined)

/** The columns that have a name. */
export const namesIn = ({ names }: Table): readonly string[] => names.filter((name) => name !== '')

/** Which cells of a row the named columns are. */
export const columnsAt = (table: Table, columns: readonly string[]): E.Either<ElboError, readonly number[]> => {
  const names = namesIn(table)
  const missing = columns.find((column) => !names.includes(column))
  return missing === undefined
    ? E.right(columns.map((column) => table.names.indexOf(column)))
    : wrong(table.path, `there is no column '${missing}'; the columns are ${namesLike(missing, names)}`)
}

/**
 * The numbers of some columns, row by row.
 *
 * Errors    a cell that is no number in the range of single precision: its line, its column, its text
 */
export const numbersOf = (table: Table, at: readonly number[]): E.Either<ElboError, readonly (readonly number[])[]> => {
  const rows: (readonly number[])[] = []
  for (const { line, cells } of table.rows) {
    const numbers = at.map((i) => toNumber(cells[i] ?? '') ?? NaN)
    const bad = numbers.findIndex((x) => !isStored(x))
    if (bad >= 0) {
      const i = at[bad] ?? 0
      return wrong(table.path, `column '${table.names[i]}': ${complaint(cells[i] ?? '')}`, line)
    }
    rows.push(numbers)
  }
  return E.right(rows)
}

const complaint = (cell: string): string => {
  if (cell === '') return 'the cell is empty'
  if (/^[+-]?(nan|inf|infinity)$/i.test(cell)) return `'${cell}' is not a finite number`
  if (toNumber(cell) !== undefined) return `${cell} is beyond single precision (3.4e38)`
  return `'${cell}' is not a number${cellAdvice(cell)}`
}
