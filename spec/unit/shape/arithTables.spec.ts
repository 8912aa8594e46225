import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const text = readFileSync(join(import.meta.dirname, '../../../src/shape/arithTables.ts'), 'utf8')
const rows = (table: string): ReadonlyMap<string, string> => {
  const body = text.split(`export interface ${table} {`)[1]?.split('\n}')[0] ?? ''
  return new Map([...body.matchAll(/'(\d+)': '(\d+)';/g)].map(([, key = '', value = '']) => [key, value]))
}
const digits = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]
const two = (n: number): string => String(n).padStart(2, '0')
const computed = (
  carries: readonly number[],
  f: (a: number, b: number, c: number) => string,
): ReadonlyMap<string, string> =>
  new Map(
    carries.flatMap((c) => digits.flatMap((a) => digits.map((b): [string, string] => [`${a}${b}${c}`, f(a, b, c)]))),
  )

test('every row of Plus is a sum', () => {
  expect(rows('Plus')).toEqual(computed([0, 1], (a, b, c) => two(a + b + c)))
})

test('every row of Minus is a difference and its borrow', () => {
  expect(rows('Minus')).toEqual(computed([0, 1], (a, b, c) => (a - b - c < 0 ? `1${a - b - c + 10}` : `0${a - b - c}`)))
})

test('every row of Times is a product and a carry', () => {
  expect(rows('Times')).toEqual(computed(digits, (a, b, c) => two(a * b + c)))
})

test('every row of Divide is a quotient and a remainder', () => {
  const steps = digits.slice(2).flatMap((d) =>
    digits.slice(0, d).flatMap((r) =>
      digits.map((next): [string, string] => {
        const n = 10 * r + next
        return [`${d}${r}${next}`, `${Math.floor(n / d)}${n % d}`]
      }),
    ),
  )
  expect(rows('Divide')).toEqual(new Map(steps))
})
