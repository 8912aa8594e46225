import { describe, expect, test } from 'vitest'
import { inline } from '../../src/data/DataSource.ts'
import { load } from '../../src/data/load.ts'
import type { Field } from '../../src/data/Field.ts'
import { batchOf, tensorOf } from '../../src/data/values.ts'
import { dayIn } from '../../examples/service/weather.ts'
import { openReference } from '../../src/interp/reference/index.ts'
import { trainedModel } from '../../src/train/trained.ts'
import { messageOf, right } from '../unit/either.ts'
import { initialValues } from '../../src/train/initialize.ts'
import { vaeParams } from '../../src/train/graphs.ts'
import { tiny } from '../unit/train/tiny.ts'

// JSON's null, '', ' ' and '0x10' were read as 0, 0, 0 and 16; a BigInt threw.

const row: Field = { shape: [3], support: 'real', encoding: 'value', names: ['wind', 'rain', 'sun'] }
const scalar: Field = { shape: [], support: 'real', encoding: 'value' }
const kind: Field = { shape: [2], support: 'oneHot', encoding: 'class', names: ['a', 'b'] }
const asked = (field: Field, values: unknown) => tensorOf('x', field, values as readonly number[][])

const intruders: readonly (readonly [string, unknown, string])[] = [
  ['null', JSON.parse('null'), 'null'],
  ['nothing', undefined, 'undefined'],
  ["''", '', "''"],
  ["' '", ' ', "' '"],
  ["'0x10'", '0x10', "'0x10'"],
  ["'7'", '7', "'7'"],
  ['a BigInt', 7n, '7n'],
  ['true', true, 'true'],
  ['an object', { valueOf: () => 7 }, 'an object'],
  ['a date', new Date(0), 'an object'],
]

describe.each(intruders)('%s', (_, intruder, shown) => {
  test('is refused with row and column, wherever a number should be', () => {
    const message = messageOf(
      asked(row, [
        [1, 2, 3],
        [4, intruder, 6],
      ]),
    )
    expect(message).toBe(`field 'x', row 1: column 'rain': ${shown} is not a number`)
    expect(messageOf(asked({ ...row, names: undefined } as never, [[1, 2, intruder]]))).toBe(
      `field 'x', row 0: number 2: ${shown} is not a number`,
    )
    expect(messageOf(asked(scalar, [1, [intruder]]))).toBe(`field 'x', row 1: ${shown} is not a number`)
    expect(messageOf(asked(scalar, [1, intruder]))).toMatch(
      /^field 'x', row 1: .* is (not a number|no row of numbers)$/,
    )
    expect(messageOf(asked(kind, [[1, intruder]]))).toBe(
      `field 'x', row 0: number 1: ${shown} is not a number`.replace('number 1', "column 'b'"),
    )
    expect(messageOf(asked(kind, ['a', intruder]))).toMatch(/^field 'x', row 1: /)
  })
  test('is refused as all of the data', () => {
    expect(messageOf(tensorOf('x', row, intruder as number[]))).toMatch(/^field 'x': .* is no list of data$/)
  })
})

test('lists of BigInts are refused, holes are, and typed arrays are read', () => {
  expect(messageOf(asked(row, [BigInt64Array.of(1n, 2n, 3n)]))).toBe(
    "field 'x', row 0: column 'wind': 1n is not a number",
  )
  expect(messageOf(asked(scalar, BigUint64Array.of(1n)))).toBe("field 'x', row 0: 1n is not a number")
  // oxlint-disable-next-line no-sparse-arrays
  expect(messageOf(asked(row, [[1, , 3]]))).toBe("field 'x', row 0: column 'rain': undefined is not a number")
  for (const list of [
    Uint8Array.of(1, 2, 3),
    Float64Array.of(1, 2, 3),
    Int16Array.of(1, 2, 3),
    { length: 3, 0: 1, 1: 2, 2: 3 },
  ])
    expect([...right(asked(row, [list])).data]).toEqual([1, 2, 3])
  expect([...right(asked(scalar, Float64Array.of(1, 2))).data]).toEqual([1, 2])
})

test('a tensor of anything but numbers is refused', () => {
  for (const data of [[1, 2, 3], BigInt64Array.of(1n, 2n, 3n), null, { 0: 1, 1: 2, 2: 3 }])
    expect(messageOf(asked(row, { shape: [1, 3], data }))).toBe(
      "field 'x': a tensor has a shape of whole numbers and, as data, a Float32Array or a Float64Array",
    )
  expect(messageOf(asked(row, { shape: [2, 3], data: new Float32Array(3) }))).toBe(
    "field 'x': a tensor [2, 3] of 3 numbers",
  )
})

test('inline data are numbers, each named by its place', async () => {
  const loading = async (values: readonly unknown[]) =>
    messageOf(await load(inline({ fields: { x: { shape: [2], support: 'real', values: values as number[] } } }))())
  expect(await loading([1, 2, 3, null])).toBe("data source: 'fields.x' row 1: number 1: null is not a number")
  expect(await loading([1, 2, '3', 4])).toBe("data source: 'fields.x' row 1: number 0: '3' is not a number")
  expect(await loading([1n, 2n, 3n, 4n])).toBe("data source: 'fields.x' row 0: number 0: 1n is not a number")
  expect(
    await loading([
      [1, 2],
      [3, 4],
    ]),
  ).toBe("data source: 'fields.x' row 0: number 0: a list is not a number")
})

test('a model is asked about numbers, and decodes latents of its own shape only', () => {
  const session = openReference()
  session.write(initialValues(vaeParams(tiny.vae), 1))
  const { encode, decode, sample } = trainedModel(
    tiny,
    { x: { shape: [6], support: 'binary', encoding: 'value' } },
    session,
  )
  expect(messageOf(encode({ x: JSON.parse('[[0, 1, null, 0, 0, 1]]') }))).toBe(
    "field 'x', row 0: number 2: null is not a number",
  )
  expect(messageOf(encode({ x: null } as never))).toBe("field 'x': null is no list of data")
  expect(messageOf(sample({ count: 1, given: { x: 0 } } as never))).toBe("field 'x': 0 is no list of data")
  const latent = (shape: readonly number[], data: Float32Array) => decode({ z: { shape, data } } as never)
  expect(right(latent([3, 2], new Float32Array(6)))).toMatchObject({ x: { shape: [3, 6] } })
  expect(messageOf(latent([2, 3], new Float32Array(6)))).toBe("field 'z': a tensor [2, 3], but it takes [n, 2]")
  expect(messageOf(latent([3, 2], new Float32Array(2)))).toBe("field 'z': a tensor [3, 2] of 2 numbers")
  expect(messageOf(latent([1, 2], Float32Array.of(0, NaN)))).toMatch(/^field 'z', row 0: NaN, but/)
  session.dispose()
})

// Lists that hold themselves, or are deeper than a call stack, threw; a Map of fields was taken for no data at all.
test('lists without an end, and batches without names', () => {
  const itself: unknown[] = []
  itself.push(itself)
  let deep: unknown = 1
  for (let i = 0; i < 20_000; i++) deep = [deep]
  for (const list of [itself, deep])
    expect(messageOf(asked(row, [list]))).toBe("field 'x', row 0: lists in more than 32 lists, but a datum is [3]")
  expect(messageOf(asked(row, { length: 1e15 }))).toBe("field 'x': an object is no list of data")
  expect(messageOf(asked(row, { length: -5 }))).toBe("field 'x': an object is no list of data")
  expect(messageOf(asked(row, { shape: ['1', 3], data: Float32Array.of(1, 2, 3) }))).toMatch(/a shape of whole numbers/)
  expect(messageOf(asked(scalar, [() => 1]))).toBe("field 'x', row 0: a function is not a number")
  for (const [values, is] of [
    [null, 'null'],
    [undefined, 'undefined'],
    [[[1, 2, 3]], 'a list'],
    [new Map([['x', [[1, 2, 3]]]]), 'an object'],
  ])
    expect(messageOf(batchOf({ x: row }, values as never))).toBe(
      `data are given by the names of their fields, as in { x: [[1, 2]] }, but this is ${is as string}`,
    )
})

test('the example service reads numbers and nothing else', () => {
  expect(right(dayIn('0,25.5,-1e1,.5'))).toEqual([0, 25.5, -10, 0.5])
  for (const [text, wrong] of [
    ['', "number 1: ''"],
    ['0,,15,3', "number 2: ''"],
    ['0, ,15,3', "number 2: ' '"],
    ['0,0x10,15,3', "number 2: '0x10'"],
    ['0,25,null,3', "number 3: 'null'"],
    ['0,25,15,Infinity', "number 4: 'Infinity'"],
    ['0,25,15,0b1', "number 4: '0b1'"],
  ] as const)
    expect(messageOf(dayIn(text))).toBe(`day, ${wrong} is not a number; write it as day=0,25,15,3`)
})
