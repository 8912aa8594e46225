import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { csv } from '../../src/data/DataSource.ts'
import { load } from '../../src/data/load.ts'
import { newFolder } from '../temporary.ts'
import { messageOf, right } from '../unit/either.ts'

// An index without a name, a comma at the end, other separators: all were refused with a count of cells that misled.

interface Asked {
  readonly columns?: readonly string[]
  readonly label?: string
}
const loading = (text: string, asked: Asked = {}) => {
  const file = join(newFolder(), 't.csv')
  writeFileSync(file, text)
  return load(csv({ file, standardize: false, holdOut: 0.4, ...asked }))()
}
const table = async (text: string, asked: Asked = {}) => {
  const { fields, train, test: held } = right(await loading(text, asked))
  const numbers = [train, held].flatMap(({ columns }) => [...(columns['x'] ?? [])])
  const width = fields['x']?.shape[0] ?? 0
  const rows = Array.from({ length: numbers.length / width }, (_, i) => numbers.slice(i * width, (i + 1) * width))
  return { names: fields['x']?.names, rows: rows.toSorted((a, b) => (a[0] ?? 0) - (b[0] ?? 0)) }
}
const expected = {
  names: ['a', 'b'],
  rows: [
    [1, 2],
    [3, 4],
  ],
}

describe('a column without a name that nobody asks for is ignored', () => {
  test.each([
    ['the index of pandas', ',a,b\n0,1,2\n1,3,4\n'],
    ['an index of text', ',a,b\nx,1,2\ny,3,4\n'],
    ['an index, quoted as by R', '"","a","b"\n"1",1,2\n"2",3,4\n'],
    ['commas at the ends', 'a,b,\n1,2,\n3,4,\n'],
    ['commas at the ends of rows', 'a,b\n1,2,\n3,4,,\n'],
    ['a comma at the end of the header', 'a,b,\n1,2\n3,4\n'],
    ['one in the middle', 'a,,b\n1,,2\n3,z,4\n'],
    ['two of them', ',a,b,\n0,1,2,7\n1,3,4,8\n'],
  ])('%s', async (_, text) => {
    expect(await table(text)).toEqual(expected)
    expect(await table(text, { columns: ['a', 'b'] })).toEqual(expected)
  })
  test('names that are numbers, as pandas gives them beside an index', async () => {
    expect(await table(',0,1\n0,1,2\n1,3,4\n')).toEqual({ ...expected, names: ['0', '1'] })
  })
  test('a label keeps its column', async () => {
    expect(right(await loading(',kind,a\n0,u,1\n1,v,2\n', { label: 'kind' })).fields['y']?.names).toEqual(['u', 'v'])
  })
  test('one that is asked for is not there', async () => {
    expect(messageOf(await loading(',a,b\n0,1,2\n', { columns: [''] }))).toContain("no column ''; the columns are a, b")
  })
})

describe('each other cause is named', () => {
  const SEMICOLONS = "line 1: columns are separated by ';'"
  const cases: readonly (readonly [string, string, string, Asked?])[] = [
    ['semicolons', 'a;b\n1;2\n3;4\n', SEMICOLONS],
    ['semicolons, and columns asked for', 'a;b\n1;2\n3;4\n', SEMICOLONS, { columns: ['a'] }],
    ['decimal commas', 'a;b\n1,5;2,5\n3,0;4,0\n', `${SEMICOLONS}, and its decimals have commas`],
    ['decimal commas in some rows', 'a;b\n1;2\n3,5;4\n', SEMICOLONS],
    ['semicolons with quotes, as of R', '"a";"b"\n1,5;2\n', SEMICOLONS],
    ['commas in the names', 'length, cm;width, cm;n\n1,5;2,5;3\n', SEMICOLONS],
    ['tabs', 'a\tb\n1\t2\n3\t4\n', 'line 1: columns are separated by tabs'],
    ['bars', 'a|b\n1|2\n', "line 1: columns are separated by '|'"],
    ['spaces', 'a  b\n1  2\n3  4\n', 'line 1: columns are separated by spaces'],
    [
      'a line for spreadsheets',
      'sep=;\na;b\n1;2\n',
      "line 1: 'sep=;' is a line for spreadsheets, not a header; remove it",
    ],
    ['that with commas', 'sep=,\na,b\n1,2\n', "line 1: 'sep=,' is a line for spreadsheets"],
    [
      'a decimal comma in quotes',
      'a,b\n"1,5",2\n3,4\n',
      "line 2: column 'a': '1,5' is not a number; write it without commas, decimals with a point",
    ],
    ['thousands', 'a,b\n"1,234,567.5",2\n', "'1,234,567.5' is not a number; write it without commas"],
    [
      'row names without a name',
      'a,b\nx,1,2\ny,3,4\n',
      '3 cells, but the header has 2; all rows have one more, so name every column',
    ],
    ['a short row', 'a,b,\n1,2,\n3\n', 'line 3: 1 cell, but the header has 3'],
    ['a long row', 'a,b\n1,2\n3,4,5\n', 'line 3: 3 cells, but the header has 2'],
    ['commas in the names, and one asked for', 'length, cm;n\n1,5;3\n', SEMICOLONS, { columns: ['length'] }],
  ]
  test.each(cases.map(([name, text, what, asked]) => ({ name, text, what, asked })))(
    '$name',
    async ({ text, what, asked }) => {
      expect(messageOf(await loading(text, asked))).toContain(what)
    },
  )
  test('texts with semicolons in columns that are not asked for do not matter', async () => {
    const text = 'a,tags;more,b\n1,p;q,2\n3,r;s,4\n'
    expect(await table(text, { columns: ['a', 'b'] })).toEqual(expected)
  })
  test('a name with a semicolon or a space is a name', async () => {
    expect(await table('wind speed;mean\n1\n2\n')).toEqual({ names: ['wind speed;mean'], rows: [[1], [2]] })
    expect(await table('wind speed\n1\n2\n')).toEqual({ names: ['wind speed'], rows: [[1], [2]] })
  })
})
