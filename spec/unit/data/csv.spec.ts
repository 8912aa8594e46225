import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { columnsAt, namesIn, numbersOf, parseCsv } from '../../../src/data/csv.ts'
import type { ElboError } from '../../../src/error.ts'

const numbers = (text: string): E.Either<ElboError, readonly (readonly number[])[]> =>
  pipe(
    parseCsv('t.csv', text),
    E.chain((table) =>
      pipe(
        columnsAt(table, namesIn(table)),
        E.chain((at) => numbersOf(table, at)),
      ),
    ),
  )
const messageOf = (text: string): string =>
  pipe(
    numbers(text),
    E.match(
      ({ message }) => message,
      () => 'no error',
    ),
  )

describe('a table of numbers', () => {
  test('reads back every double that was written', () => {
    const tables = fc.integer({ min: 1, max: 4 }).chain((width) =>
      fc.array(fc.array(fc.double({ noNaN: true, min: -3e38, max: 3e38 }), { minLength: width, maxLength: width }), {
        minLength: 1,
        maxLength: 6,
      }),
    )
    fc.assert(
      fc.property(tables, fc.constantFrom('\n', '\r\n'), (rows, lineBreak) => {
        const text = [(rows[0] ?? []).map((_, i) => `c${i}`), ...rows].map((row) => row.join()).join(lineBreak)
        expect(numbers(text)).toEqual(E.right(rows.map((row) => row.map((x) => x + 0))))
      }),
      { seed: 8, numRuns: 200 },
    )
  })
  test('quotes, spaces, a byte order mark and blank lines do not matter', () => {
    expect(numbers('\uFEFF"a, b", c\n\n 1 ,"2"\n\n-.5,1e3\n\n')).toEqual(
      E.right([
        [1, 2],
        [-0.5, 1000],
      ]),
    )
  })

  test.each([
    ['', "'t.csv': the file is empty"],
    ['\n\n', "'t.csv': the file is empty"],
    ['a,b\n', "'t.csv': there are no rows under the header"],
    ['1,2\n3,4\n', "'t.csv', line 1: the first line should name the columns, but it holds numbers: 1, 2"],
    [',,\n1,2,3\n', "'t.csv', line 1: the first line should name the columns, but no column has a name"],
    ['a,b,a\n1,2,3\n', "'t.csv', line 1: two columns are named 'a'"],
    ['a,b\n1,2\n\n3\n', "'t.csv', line 4: 1 cell, but the header has 2"],
    ['a,b\n1,2,3\n', "'t.csv', line 2: 3 cells, but the header has 2"],
    ['a,b\n1,2\n3,four\n', "'t.csv', line 3: column 'b': 'four' is not a number"],
    ['a,b\n1,0x10\n', "'t.csv', line 2: column 'b': '0x10' is not a number"],
    ['a,b\n1,"2\n3"\n4,5\n', "'t.csv', line 2: column 'b': '2\n3' is not a number"],
    ['a,"b\nc"\n1,x\n', "'t.csv', line 3: column 'b\nc': 'x' is not a number"],
    ['a,b\n,2\n', "'t.csv', line 2: column 'a': the cell is empty"],
    ['a,b\n1,NaN\n', "'t.csv', line 2: column 'b': 'NaN' is not a finite number"],
    ['a,b\n-Infinity,1\n', "'t.csv', line 2: column 'a': '-Infinity' is not a finite number"],
    ['a,b\n1e999,1\n', "'t.csv', line 2: column 'a': 1e999 is beyond single precision (3.4e38)"],
  ])('%j: %s', (text, message) => {
    expect(messageOf(text)).toBe(message)
  })
  test('a quote that is not closed is the parser’s complaint, with the line', () => {
    expect(messageOf('a,b\n1,"2\n')).toMatch(/^'t.csv' is no CSV: Quote Not Closed.* line 2/)
  })
  test('an absent column', () => {
    const found = pipe(
      parseCsv('t.csv', 'a,b\n1,2'),
      E.chain((table) => columnsAt(table, ['b', 'c'])),
    )
    expect(found).toMatchObject(E.left({ message: "'t.csv': there is no column 'c'; the columns are a, b" }))
  })
})
