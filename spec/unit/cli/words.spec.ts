import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, test } from 'vitest'
import { columns } from '../../../src/cli/columns.ts'
import { moduleFailure } from '../../../src/cli/moduleFailure.ts'
import { runName } from '../../../src/cli/newFolder.ts'
import { duration, grouped, many, nats, scaled } from '../../../src/cli/numerals.ts'
import { outFile } from '../../../src/cli/outFile.ts'
import { csvOf } from '../../../src/cli/tabular.ts'
import type { Field, Tensor } from '../../../src/index.ts'

describe('numerals', () => {
  test.each([
    [nats(-105.306), '−105.31'],
    [nats(0.004, 3), '0.004'],
    [nats(null), '–'],
    [nats(Number.NaN), '–'],
    [grouped(652824), '652,824'],
    [scaled(430_100_000, 'FLOP'), '430 MFLOP'],
    [scaled(999, 'B'), '999 B'],
    [scaled(1000, 'B'), '1.00 kB'],
    [scaled(0, 'B'), '0 B'],
    [duration(8.44), '8.4 s'],
    [duration(59.4), '59 s'],
    [duration(75), '1:15'],
    [duration(3 * 3600 + 62), '3:01:02'],
    [duration(Number.POSITIVE_INFINITY), '–'],
    [many(1, 'epoch'), '1 epoch'],
    [many(1200, 'epoch'), '1,200 epochs'],
  ])('%s is %s', (shown, expected) => {
    expect(shown).toBe(expected)
  })
})

test('columns are aligned, numbers at the right, without trailing space', () => {
  expect(
    columns(
      ['name', 'n'],
      [
        ['a', '1'],
        ['long one', '1,000'],
      ],
      ['n'],
    ),
  ).toBe(['name          n', 'a             1', 'long one  1,000'].join('\n'))
})

test.each([
  ['mnist', 'x.ts', 'mnist'],
  ['experiment', 'models/my-vae.ts', 'my-vae'],
  ['experiment', undefined, 'experiment'],
  ['β = 4 / deep', 'x.ts', 'β-4-deep'],
  ['../..', 'x.ts', 'run'],
])('a run of %s from %s is called %s', (name, module, expected) => {
  expect(runName(name, module)).toBe(expected)
})

describe('the file to write', () => {
  const usual = { path: 'runs/a-1/samples.png', forms: ['picture', 'npz'] as const }
  test('is the usual one, or of the form that its name says', () => {
    expect([outFile(undefined, usual), outFile('b.NPZ', usual), outFile('c.svg', usual)]).toEqual([
      E.right({ path: 'runs/a-1/samples.png', form: 'picture' }),
      E.right({ path: 'b.NPZ', form: 'npz' }),
      E.right({ path: 'c.svg', form: 'picture' }),
    ])
  })
  test.each(['d.csv', 'd.gif', 'd'])('is not %s, and it is said what it could be', (out) => {
    expect(outFile(out, usual)).toEqual(E.left({ tag: 'Usage', message: expect.stringMatching(/\.png, \.svg, \.npz/) }))
  })
})

describe('a table', () => {
  const tensor = (shape: readonly number[], ...values: readonly number[]): Tensor => ({
    shape,
    data: Float32Array.from(values),
  })

  test('names its columns by place, and puts batches side by side', () => {
    const batch = new Map([
      ['y', tensor([2], 7, 8)],
      ['z', tensor([2, 2], 0.5, 1, 1.5, 2)],
      ['x', tensor([2, 1, 2, 1], 1, 2, 3, 4)],
    ])
    expect(csvOf(batch, {})).toBe('y,z_0,z_1,x_0,x_1\n7,0.5,1,1,2\n8,1.5,2,3,4\n')
  })

  test("is in the data's own names and units", () => {
    const field: Field = {
      shape: [2],
      support: 'real',
      encoding: 'value',
      names: ['height, cm', 'weight'],
      standardization: { mean: [170, 70], scale: [10, 5] },
    }
    expect(csvOf(new Map([['x', tensor([2, 2], 0, 1, -1, 0.2)]]), { x: field })).toBe(
      '"height, cm",weight\n170,75\n160,71\n',
    )
  })
})

describe('why a module fails', () => {
  const thrown = (message: string, stack = '', name = 'Error'): Error =>
    Object.assign(new Error(message), { stack, name })

  test('several compiler errors are told together', () => {
    const error = thrown(
      'Transform failed with 2 errors:\n/a/m.ts:2:11: ERROR: Expected ";"\n/a/m.ts:9:1: ERROR: Unexpected "}"',
    )
    expect(moduleFailure('/a/m.ts', error)).toBe(
      '/a/m.ts does not compile:\n  /a/m.ts:2:11: Expected ";"\n  /a/m.ts:9:1: Unexpected "}"',
    )
  })

  test('the place is the first of the user’s own', () => {
    const stack =
      'TypeError: no\n    at f (/a/node_modules/lib/x.js:1:1)\n    at g (node:internal/x:1:2)\n    at h (file:///a/my%20model.ts:4:2)\n    at /a/other.ts:1:1'
    expect(moduleFailure('/a/m.ts', thrown('no', stack, 'TypeError'))).toBe(
      '/a/m.ts failed while it was loaded: TypeError: no\n  at /a/my model.ts:4:2',
    )
  })

  test.each([
    ['/a/README.md', "'/a/README.md' is no module; give the path of a .ts or .js file"],
    [
      '/a/m.ts',
      "/a/m.ts could not be loaded: '/real/README.md', which it imports, is neither TypeScript nor JavaScript",
    ],
  ])('%s is no module, or imports what is none', (file, expected) => {
    const error = thrown('Unknown file extension ".md" for /real/README.md', '', 'TypeError')
    expect(moduleFailure(file, error)).toBe(expected)
  })

  test('what was thrown need not be an error', () => {
    expect(moduleFailure('/a/m.ts', 'just text')).toMatch(/^\/a\/m\.ts failed while it was loaded: Error: just text/)
  })
})
