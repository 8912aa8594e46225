import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { evaluation, gather, inOrder } from '../../src/data/batches.ts'
import { shards } from '../../src/data/DataSource.ts'
import { misfit } from '../../src/data/extents.ts'
import type { Field } from '../../src/data/Field.ts'
import { load } from '../../src/data/load.ts'
import { tensorOf } from '../../src/data/values.ts'
import { messageOf, right } from '../unit/either.ts'
import { folderOf, idx, npy } from '../unit/data/arrays.ts'

// An array of [n, 3, 2, 2] was loaded for a field [2, 2, 3]: as many numbers, scrambled. So was any tensor that a model was asked about.

const numbers = Float32Array.from({ length: 24 }, (_, i) => i)
const bytes = Uint8Array.from(numbers)
const loading = async (
  file: string,
  content: Uint8Array,
  shape: readonly [number, number, number] | readonly [number, number],
) => load(shards({ folder: folderOf({ [file]: content }), fields: { x: { shape, support: 'real' } }, holdOut: 0.5 }))()

describe('data in files', () => {
  test.each([
    ['x.npy', npy(numbers, [2, 3, 2, 2]), [2, 2, 3], 'a datum is [3, 2, 2]', 'numpy.transpose(array, (0, 2, 3, 1))'],
    ['x.npy', npy(numbers, [2, 3, 4]), [4, 3], 'a datum is [3, 4]', 'numpy.transpose(array, (0, 2, 1))'],
    ['x.npy', npy(numbers, [2, 1, 3, 4]), [4, 3], 'a datum is [1, 3, 4]', 'numpy.transpose(array, (0, 3, 2, 1))'],
    ['x.npy', npy(numbers, [2, 6, 2]), [4, 3], 'a datum is [6, 2]', 'in the order of [4, 3], give flat rows of 12'],
    ['x.idx', idx(bytes, [2, 3, 4]), [4, 3], 'a datum is [3, 4]', 'numpy.transpose(array, (0, 2, 1))'],
    [
      'x.npy',
      npy(numbers, [2, 3, 4]),
      [12, 1],
      'a datum is [3, 4]',
      'shape [3, 4], or flat rows of 12: numpy.reshape(array, (len(array), 12))',
    ],
    ['x.npy', npy(numbers, [2, 4, 3], 'True'), [4, 3], 'column order', 'numpy.ascontiguousarray'],
  ] as const)('%s %# is refused with what to do', async (file, content, shape, what, todo) => {
    const message = messageOf(await loading(file, content, shape))
    for (const part of [file, what, todo]) expect(message).toContain(part)
  })

  test.each([
    ['its own extents', npy(numbers, [2, 4, 3])],
    ['flat rows', npy(numbers, [2, 12])],
    ['axes of one', npy(numbers, [2, 4, 1, 3, 1])],
  ])('%s are read', async (_, content) => {
    const data = right(await loading('x.npy', content, [4, 3]))
    const rows = [data.train, data.test].map((part) => gather(data.fields, part, inOrder(part), evaluation(1)).get('x'))
    expect(rows.map((tensor) => tensor?.shape)).toEqual([
      [1, 4, 3],
      [1, 4, 3],
    ])
    expect(rows.flatMap((tensor) => [...(tensor?.data ?? [])]).toSorted((a, b) => a - b)).toEqual([...numbers])
  })
})

test('a flat field takes flat rows, not the axes of something else', async () => {
  const loaded = (shape: readonly number[]) =>
    load(
      shards({
        folder: folderOf({ 'x.npy': npy(numbers, shape) }),
        fields: { x: { shape: [12], support: 'real' } },
        holdOut: 0.5,
      }),
    )()
  expect(messageOf(await loaded([2, 3, 4]))).toContain(
    "a datum is [3, 4], but field 'x' is [12]; give the field the shape [3, 4], or flat rows of 12",
  )
  for (const shape of [
    [2, 12],
    [2, 1, 12],
    [2, 12, 1],
  ])
    expect(right(await loaded(shape)).train.size).toBe(1)
})

describe('data in a program', () => {
  const field: Field = { shape: [2, 2, 3], support: 'real', encoding: 'value' }
  const lists = (extents: readonly number[], from = 0): readonly unknown[] => {
    const [n = 0, ...inner] = extents
    const size = inner.reduce((a, d) => a * d, 1)
    return Array.from({ length: n }, (_, i) => (inner.length === 0 ? from + i : lists(inner, from + i * size)))
  }
  const asked = (values: unknown) => tensorOf('x', field, values as readonly number[][])

  test('a tensor with its axes in another order is refused', () => {
    expect(messageOf(asked({ shape: [2, 3, 2, 2], data: numbers }))).toBe(
      "field 'x': a tensor [2, 3, 2, 2], but it takes [n, 2, 2, 3]; transpose it: numpy.transpose(array, (0, 2, 3, 1))",
    )
    for (const shape of [
      [2, 2, 2, 3],
      [2, 12],
    ])
      expect([...right(asked({ shape, data: numbers })).data]).toEqual([...numbers])
  })

  test('nested lists have the extents of a datum, all of them', () => {
    expect([...right(asked(lists([2, 2, 2, 3]))).data]).toEqual([...numbers])
    expect([...right(asked(lists([2, 12]))).data]).toEqual([...numbers])
    expect(messageOf(asked([lists([2, 2, 3]), lists([3, 2, 2])]))).toMatch(
      /^field 'x', row 1: lists of extents \[3, 2, 2\], but a datum is \[2, 2, 3\]; transpose it/,
    )
    expect(messageOf(asked([[lists([2, 3]), lists([3, 2])]]))).toMatch(/^field 'x', row 0: lists of different lengths/)
    expect(
      messageOf(
        asked([
          [
            [
              [1, 2, 3],
              [4, 5, null],
            ],
            lists([2, 3]),
          ],
        ]),
      ),
    ).toBe("field 'x', row 0: number 5: null is not a number")
    expect(messageOf(tensorOf('x', { ...field, shape: [4] }, [[[1], [2], [3], ['4']]] as unknown as number[][]))).toBe(
      "field 'x', row 0: number 3: '4' is not a number",
    )
  })
})

test('the axes that the advice names give the extents that are wanted', () => {
  const shapes = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 })
  fc.assert(
    fc.property(
      shapes.chain((shape) => fc.tuple(fc.constant(shape), fc.shuffledSubarray(shape, { minLength: shape.length }))),
      ([found, wanted]) => {
        const advice = misfit([9, ...found], wanted)
        if (advice === undefined) return
        const order = (/\(0, (.*)\)\)$/.exec(advice)?.[1] ?? '').split(', ').map(Number)
        const taken = order.map((axis) => found[axis - 1] ?? NaN)
        expect(order.toSorted((a, b) => a - b)).toEqual(found.map((_, i) => i + 1))
        expect(misfit([9, ...taken], wanted)).toBeUndefined()
      },
    ),
    { seed: 4, numRuns: 200 },
  )
})
