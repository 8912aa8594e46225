/** Which other kind of CSV a text is, so that a refusal can name it: only commas between columns and points in decimals are read. */

interface Dialect {
  readonly line: number
  readonly what: string
}

const separators = [
  { name: "';'", pattern: /;/g },
  { name: 'tabs', pattern: /\t/g },
  { name: "'|'", pattern: /\|/g },
  { name: 'spaces', pattern: /(?<=\S) +(?=\S)/g },
] as const

const times = (line: string, pattern: RegExp): number => (line.match(pattern) ?? []).length

/** What is quoted separates nothing. */
const unquoted = (line: string): string => line.replace(/"[^"]*"/g, 'x')

/** The first lines that are not blank, and their numbers. */
const firstLines = (text: string, many: number): readonly { readonly line: number; readonly text: string }[] =>
  text
    .slice(0, 1 << 16)
    .split(/\r\n|\n|\r/)
    .map((line, i) => ({ line: i + 1, text: line }))
    .filter((line) => line.text.trim() !== '')
    .slice(0, many)

/** A first line that is for spreadsheets, and no header. */
export const separatorLine = (text: string): Dialect | undefined => {
  const [first] = firstLines(text, 1)
  return first !== undefined && /^"?sep=/i.test(first.text.trim())
    ? { line: first.line, what: `'${first.text.trim()}' is a line for spreadsheets, not a header; remove it` }
    : undefined
}

/** Numbers, some of which have decimal commas. */
const NUMBER = /^\s*[+-]?\d+([.,]\d+)?(e[+-]?\d+)?\s*$/i
const areDecimals = (cells: readonly string[]): boolean =>
  cells.every((cell) => NUMBER.test(cell)) && cells.some((cell) => cell.includes(','))

/**
 * What separates the columns where commas do not: it is as often in the first row as in the header, and the row is then of numbers with decimal
 * commas, or, where the text is `suspect` of not being separated by commas, it is in the header more often than they are.
 */
export const otherSeparator = (text: string, suspect: boolean): Dialect | undefined => {
  const [header, row] = firstLines(text, 2)
  if (header === undefined || row === undefined) return undefined
  const [names, cells] = [unquoted(header.text), unquoted(row.text)]
  const found = separators.find(({ pattern }) => {
    const many = times(names, pattern)
    if (many === 0 || many !== times(cells, pattern)) return false
    return (suspect && many > times(names, /,/g)) || areDecimals(cells.split(pattern))
  })
  if (found === undefined) return undefined
  const decimals = /\d,\d/.test(row.text) ? ', and its decimals have commas' : ''
  return {
    line: header.line,
    what: `columns are separated by ${found.name}${decimals}; save it with commas between columns and points in decimals`,
  }
}

/** What a cell that is no number says of the file's dialect. */
export const cellAdvice = (cell: string): string => {
  if (/^[+-]?\d+(,\d+)+(\.\d+)?$/.test(cell)) return '; write it without commas, decimals with a point'
  return /[;\t|]/.test(cell) ? '; between columns there should be commas' : ''
}
