import { describe, expect, test } from 'vitest'
import { array, assert, integer, property, tuple } from 'fast-check'
import type { Field } from '../../../src/data/Field.ts'
import { batchOf, inOwnTerms, tensorOf, type Values } from '../../../src/data/values.ts'
import { messageOf, right } from '../either.ts'

const table: Field = {
  shape: [2],
  support: 'real',
  encoding: 'value',
  names: ['mm', '°C'],
  standardization: { mean: [10, -5], scale: [2, 0.5] },
}
const kind: Field = { shape: [3], support: 'oneHot', encoding: 'class', names: ['fog', 'rain', 'sun'] }
const digit: Field = { shape: [3], support: 'oneHot', encoding: 'class' }
const image: Field = { shape: [1, 2, 1], support: 'binary', encoding: 'dynamic' }
const scalar: Field = { shape: [], support: 'count', encoding: 'value' }

const numbers = (field: Field, values: Values): readonly number[] => [...right(tensorOf('x', field, values)).data]

describe('data in their own terms become what a model reads', () => {
  test('standardised as the training data were, and back', () => {
    expect(numbers(table, [[12, -5], Float64Array.of(10, -4)])).toEqual([1, 0, 0, 2])
    assert(
      property(array(tuple(integer({ max: 1e6, min: -1e6 }), integer({ max: 1e6, min: -1e6 }))), (rows) => {
        const back = inOwnTerms(table, right(tensorOf('x', table, rows)))
        rows.flat().forEach((v, i) => expect(Math.abs((back.data[i] ?? NaN) - v)).toBeLessThan(0.2))
        expect(back.shape).toEqual([rows.length, 2])
      }),
    )
  })

  test('a class by its name or its row; by its number where it has no name, or that is its name', () => {
    expect(numbers(kind, ['rain', 'sun', [1, 0, 0]])).toEqual([0, 1, 0, 0, 0, 1, 1, 0, 0])
    expect(numbers(digit, [2, '0'])).toEqual([0, 0, 1, 1, 0, 0])
    expect(numbers({ ...kind, names: ['2', '3', '10'] }, [10, '2'])).toEqual([0, 0, 1, 1, 0, 0])
  })

  test('a number where a datum is one; all at once as a tensor', () => {
    expect(numbers(scalar, [3, 0])).toEqual([3, 0])
    expect(right(tensorOf('x', image, { shape: [2, 1, 2, 1], data: Float32Array.of(0, 1, 1, 0) })).shape).toEqual([
      2, 1, 2, 1,
    ])
  })

  test.each<readonly [string, Field, Values]>([
    [
      "field 'x', row 1: 3 numbers, but a datum is 2: shape [2]",
      table,
      [
        [1, 2],
        [1, 2, 3],
      ],
    ],
    ["field 'x', row 0: 'snow' is no class; there are fog, sun, rain", kind, ['snow']],
    ["field 'x', row 0: '2' is no class; there are fog, rain, sun", kind, [2]],
    ["field 'x', row 0: '3' is no class; there are 0, 1, 2", digit, [3]],
    ["field 'x', row 0: 'fog' is no row of numbers", table, ['fog']],
    ["field 'x', row 0: 0.5, but 'binary' allows 0 and 1", image, [[0, 0.5]]],
    [
      "field 'x', row 1: NaN, but 'real' allows any finite number",
      table,
      [
        [1, 2],
        [1, NaN],
      ],
    ],
    ["field 'x', row 0: 2 ones, but 'oneHot' allows rows with a single 1, the rest 0", kind, [[1, 1, 0]]],
    ["field 'x': a tensor [2, 3], but it takes [n, 2]", table, { shape: [2, 3], data: new Float32Array(6) }],
  ])('%s', (message, field, values) => {
    expect(messageOf(tensorOf('x', field, values))).toBe(message)
  })
})

test('fields of one batch have one number of data, and names that there are', () => {
  const fields = { x: table, y: kind }
  expect([...right(batchOf(fields, { x: [[10, -5]], y: ['sun'] })).keys()]).toEqual(['x', 'y'])
  expect(messageOf(batchOf(fields, { x: [[10, -5]], y: ['sun', 'fog'] }))).toBe(
    "field 'x' has 1 data, but field 'y' has 2",
  )
  expect(messageOf(batchOf(fields, { z: [[1]] }))).toBe("there is no field 'z'; there are x, y")
})
