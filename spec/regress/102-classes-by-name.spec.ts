import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pipe } from 'fp-ts/lib/function.js'
import { parse } from 'npyjs'
import { beforeAll, describe, expect, test } from 'vitest'
import {
  adam,
  categorical,
  classesIn,
  concat,
  csv,
  dense,
  diagonalNormal,
  elbo,
  experiment,
  gaussian,
  given,
  latent,
  load,
  observe,
  oneHot,
  openRun,
  real,
  standardNormal,
  train,
  vae,
} from 'elbo-ts'
import { run } from '../../src/cli/run.ts'
import { openReference } from '../../src/interp/reference/index.ts'
import { unarchived } from '../../src/train/zip.ts'
import { newFolder } from '../temporary.ts'
import { messageOf, right } from '../unit/either.ts'

// Classes 2 and 10 were sorted as text, `encode --out l.npz` held their places, and `batch({ y: [4] })` meant class "2" where `'4'` meant class "4".

const folder = newFolder()
const at = (name: string): string => join(folder, name)

/** Two columns of numbers under a label that one half is given and that the model also observes. */
const declared = (file: string, classes: number) =>
  experiment({
    name: 'labelled',
    vae: vae({
      model: pipe(
        given({ y: oneHot(classes) }),
        latent('z', () => standardNormal(1)),
        observe('x', ({ z, y }) => pipe(z, concat(y), dense(2), gaussian({ scale: 1 }))),
      ),
      guide: pipe(
        given({ x: real(2), y: oneHot(classes) }),
        latent('z', ({ x }) => pipe(x, dense(2), diagonalNormal(1))),
      ),
    }),
    objective: elbo(),
    data: csv({ file, columns: ['a', 'b'], label: 'y' }),
    optimizer: adam(1e-2),
    epochs: 1,
    batch: 12,
  })

const observing = (file: string, classes: number) =>
  experiment({
    name: 'observed',
    vae: vae({
      model: pipe(
        given({}),
        latent('z', () => standardNormal(1)),
        observe('y', ({ z }) => pipe(z, dense(classes), categorical)),
      ),
      guide: pipe(
        given({ y: oneHot(classes) }),
        latent('z', ({ y }) => pipe(y, dense(2), diagonalNormal(1))),
      ),
    }),
    objective: elbo(),
    data: csv({ file, columns: ['a', 'b'], label: 'y' }),
    optimizer: adam(1e-2),
    epochs: 1,
    batch: 12,
  })

const table = (file: string, classes: readonly string[]): string => {
  const rows = Array.from({ length: 40 }, (_, i) => `${i % 5},${i % 7},${classes[(i * 7) % classes.length]}`)
  writeFileSync(at(file), ['a,b,y', ...rows].join('\n'))
  return at(file)
}
const numbers = ['10', '4', '2']
const words = ['sun', 'rain', 'фog']
const kinds = {
  numbers: declared(table('numbers.csv', numbers), 3),
  words: declared(table('words.csv', words), 3),
  observed: observing(at('words.csv'), 3),
}

const elboSays = async (...args: readonly string[]): Promise<void> => {
  let wrong = ''
  const code = await run([...args], { out: { write: () => true }, err: { write: (text: string) => (wrong += text) } })
  expect([code, wrong]).toEqual([0, ''])
}

/** An array of an npz file: numbers, or texts of `<U‹n›` as numpy reads them. */
const arrayIn = (file: string, name: string): readonly (number | string)[] => {
  const bytes = right(unarchived(readFileSync(file)))[`${name}.npy`] ?? new Uint8Array()
  const length = (bytes[8] ?? 0) + 256 * (bytes[9] ?? 0)
  const header = String.fromCharCode(...bytes.subarray(10, 10 + length))
  const [, width] = /'<U(\d+)'/.exec(header) ?? []
  if (width === undefined) {
    const { data } = parse(new Uint8Array(bytes).buffer)
    return data instanceof Float64Array || data instanceof Float32Array ? [...data] : []
  }
  expect([bytes[6], (10 + length) % 64, header.at(-1)]).toEqual([1, 0, '\n'])
  const points = new Uint32Array(new Uint8Array(bytes.subarray(10 + length)).buffer)
  return Array.from({ length: points.length / Number(width) }, (_, i) =>
    String.fromCodePoint(...points.subarray(i * Number(width), (i + 1) * Number(width)).filter((p) => p > 0)),
  )
}
/** The column of this name. */
const columnIn = (file: string, name: string): readonly string[] => {
  const [head = [], ...rows] = readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => line.split(','))
  return rows.map((row) => row[head.indexOf(name)] ?? '')
}

beforeAll(async () => {
  for (const [name, each] of Object.entries(kinds)) {
    const dataset = right(await load(each.data)())
    right(await train(each, { session: openReference(), dataset, out: at(name) })())
  }
}, 60_000)

test('classes that are numbers are in numeric order, others in that of the alphabet', async () => {
  const namesOf = async (classes: readonly string[]): Promise<readonly string[] | undefined> =>
    right(await load(csv({ file: table('order.csv', classes), label: 'y' }))()).fields['y']?.names
  expect(await namesOf(['10', '2', '4'])).toEqual(['2', '4', '10'])
  expect(await namesOf(['1e1', '-3', '2.5', '0'])).toEqual(['-3', '0', '2.5', '1e1'])
  expect(await namesOf(['10', '2', 'b'])).toEqual(['10', '2', 'b'])
})

describe('every output has the names', () => {
  const quick = ['--target', 'cpu', '--count', '4']

  test.each([
    ['numbers', new Set<unknown>(numbers), true],
    ['words', new Set<unknown>(words), false],
  ] as const)(
    'encode and sample of %s, as csv and npz',
    async (name, classes, numeric) => {
      const like = (value: string): number | string => (numeric ? Number(value) : value)
      for (const ending of ['csv', 'npz']) {
        await elboSays('encode', at(name), ...quick, '--out', at(`l.${ending}`))
        await elboSays('sample', at(name), ...quick, '--out', at(`s.${ending}`))
        await elboSays('reconstruct', at(name), ...quick, '--out', at(`r.${ending}`))
      }
      const labels = columnIn(at('l.csv'), 'y')
      expect(labels.every((label) => classes.has(label))).toBe(true)
      expect(arrayIn(at('l.npz'), 'y')).toEqual(labels.map(like))
      expect(arrayIn(at('r.npz'), 'data/y')).toEqual(labels.map(like))
      // A class each in turn, by their order.
      const given = columnIn(at('s.csv'), 'y')
      expect(given).toEqual(numeric ? ['2', '4', '10', '2'] : ['rain', 'sun', 'фog', 'rain'])
      expect(arrayIn(at('s.npz'), 'given/y')).toEqual(given.map(like))
    },
    30_000,
  )

  test('of an observed class draws are names, and probabilities say of what they are', async () => {
    for (const ending of ['csv', 'npz']) {
      await elboSays('sample', at('observed'), ...quick, '--out', at(`o.${ending}`))
      await elboSays('reconstruct', at('observed'), ...quick, '--out', at(`p.${ending}`))
    }
    expect(arrayIn(at('o.npz'), 'draw/y')).toEqual(columnIn(at('o.csv'), 'y'))
    expect(arrayIn(at('o.npz'), 'classes/y')).toEqual(['rain', 'sun', 'фog'])
    expect(arrayIn(at('o.npz'), 'mean/y')).toHaveLength(12)
    expect(readFileSync(at('p.csv'), 'utf8').split('\n')[0]).toBe('y_rain,y_sun,y_фog')
    expect(arrayIn(at('p.npz'), 'classes/y')).toEqual(['rain', 'sun', 'фog'])
  }, 30_000)
})

test('a class has one meaning: its name, as text or number; its place only where there are no names', async () => {
  const model = right(await openRun(at('numbers'), { target: 'reference' })())
  const x = [[0, 0]]
  const asked = (y: string | number): unknown => right(model.batch({ x, y: [y] })).get('y')?.data
  expect(asked(4)).toEqual(Float32Array.of(0, 1, 0))
  expect(asked('4')).toEqual(Float32Array.of(0, 1, 0))
  expect(messageOf(model.batch({ x, y: [0] }))).toBe("field 'y', row 0: '0' is no class; there are 2, 4, 10")
  expect(messageOf(model.sample({ count: 1, given: { y: [1] } }))).toMatch(/'1' is no class/)
  const { x: of4 } = right(model.sample({ count: 1, given: { y: ['4'] } })).means as Record<string, unknown>
  expect(right(model.sample({ count: 1, given: { y: [4] } })).means).toMatchObject({ x: of4 })
  model.dispose()
  const wordy = right(await openRun(at('words'), { target: 'reference' })())
  expect(messageOf(wordy.encode({ x, y: [1] }))).toBe("field 'y', row 0: '1' is no class; there are rain, sun, фog")
  wordy.dispose()
  const seen = right(await openRun(at('observed'), { target: 'reference' })())
  const draws = right(seen.sample({ count: 3 })).draws as Record<string, Parameters<typeof classesIn>[1]>
  const field = seen.fields['y']
  expect(field && draws['y'] && classesIn(field, draws['y'])?.every((name) => words.includes(name))).toBe(true)
  seen.dispose()
})
