import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { csv } from 'elbo-ts'
import { beforeAll, expect, test } from 'vitest'
import { load } from '../../src/data/load.ts'
import { openReference } from '../../src/interp/reference/index.ts'
import { checkSweepData, digestData } from '../../src/train/digestData.ts'
import { train } from '../../src/train/loop.ts'
import { runData } from '../../src/train/runData.ts'
import { readRun } from '../../src/train/runFolder.ts'
import { newFolder } from '../temporary.ts'
import { messageOf, right } from '../unit/either.ts'
import { tiny, withSettings } from '../unit/train/tiny.ts'
import { realVae } from './realVae.ts'

// Values, the order of rows, labels or held-out rows changed before a run was resumed: not noticed, unless rows were standardised.

const folder = newFolder()
const [file, out] = [join(folder, 'rows.csv'), join(folder, 'run')]
const source = csv({ file, columns: ['a', 'b'], label: 'k', standardize: false, holdOut: 0.2 })
const e = withSettings({ epochs: 2, validation: 0.25 }, { ...tiny, vae: realVae, data: source })
const rows = Array.from({ length: 40 }, (_, i) => [`${i % 7}`, `${i % 3}`, i % 2 === 0 ? 'p' : 'q'])
const write = (some: readonly (readonly string[])[]): void =>
  writeFileSync(file, ['a,b,k', ...some.map((row) => row.join(','))].join('\n'))
const set = (row: number, column: number, value: string): readonly (readonly string[])[] =>
  rows.map((cells, i) => (i === row ? cells.with(column, value) : cells))
/** Where each row went: its number in the test data, or −1. */
let tested: readonly number[] = []

const resumed = async (acceptData?: boolean) =>
  train(e, { session: openReference(), dataset: right(await load(source)()), resume: out, acceptData })()

beforeAll(async () => {
  write(rows.map((row, i) => [`${i}`, ...row.slice(1)]))
  tested = Array.from(right(await load(source)()).test.columns['x'] ?? []).filter((_, i) => i % 2 === 0)
  write(rows)
  right(await train(e, { session: openReference(), dataset: right(await load(source)()), out })())
})

const trainRow = (n: number): number =>
  Array.from({ length: 40 }, (_, i) => i).filter((i) => !tested.includes(i))[n] ?? 0
const swapped = (a: number, b: number): readonly (readonly string[])[] =>
  rows.map((row, i) => (i === a ? (rows[b] ?? row) : i === b ? (rows[a] ?? row) : row))

test.each([
  ['a value to train with', () => set(trainRow(0), 0, '3.5'), "'x' of the training data"],
  ['the order of rows', () => swapped(trainRow(0), trainRow(1)), "'x' of the training data"],
  ['a label', () => set(trainRow(0), 2, rows[trainRow(0)]?.[2] === 'p' ? 'q' : 'p'), "'y' of the training data"],
  ['a value held out', () => set(tested[0] ?? 0, 1, '9'), "'x' of the test data"],
])('%s that was changed is refused, or accepted by name', async (_, changed, what) => {
  const before = readFileSync(join(out, 'run.json'), 'utf8')
  write(changed())
  expect(messageOf(await resumed())).toContain(`'${out}' was trained on other data: ${what} is not what it was`)
  expect(messageOf(await resumed())).toContain('--accept-data')
  expect(readFileSync(join(out, 'run.json'), 'utf8'), 'nothing is written').toBe(before)
  const record = right(await readRun(out)())
  expect(messageOf(await runData(record)())).toContain(what)
  right(await runData(record, { acceptData: true })())
  right(await resumed(true))
  // What was accepted is what the run has now.
  right(await resumed())
  write(rows)
  expect(E.isLeft(await resumed())).toBe(true)
  right(await resumed(true))
})

test('another number of rows is never accepted, and a sweep goes on with its data only', async () => {
  const digests = right(digestData(right(await load(source)())))
  write(rows.slice(1))
  expect(messageOf(await resumed(true))).toMatch(/trained on 32 data and tested on 8, now there are 31 and 8/)
  const fewer = right(await load(source)())
  expect(messageOf(checkSweepData(digests, fewer))).toMatch(
    /not the data that the sweep began with: 'x' of the training/,
  )
  write(rows)
  right(checkSweepData(digests, right(await load(source)())))
})
