import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { readHistory } from '../../src/train/history.ts'
import { newPath } from '../temporary.ts'
import { messageOf, right } from '../unit/either.ts'
import { trained, withSettings } from '../unit/train/tiny.ts'

// Damaged lines of metrics.jsonl were dropped in silence: 30 of 40 reports were others.

const out = newPath()
const e = withSettings({ epochs: 4 })
let lines: readonly string[] = []
beforeAll(async () => {
  right((await trained(e, { out })).result)
  lines = readFileSync(join(out, 'metrics.jsonl'), 'utf8').trimEnd().split('\n')
})
const withText = (text: string): string => {
  const folder = newPath()
  cpSync(out, folder, { recursive: true })
  writeFileSync(join(folder, 'metrics.jsonl'), text)
  return folder
}
const read = async (text: string) => {
  const { epochs, damage } = right(await readHistory(withText(text))())
  return { epochs: epochs.map(({ epoch }) => epoch), damage }
}
const joined = (some: readonly string[]): string => some.map((line) => `${line}\n`).join('')

test('as it was written it is whole; a last line that was cut short is forgiven', async () => {
  expect(await read(joined(lines))).toEqual({ epochs: [1, 2, 3, 4], damage: [] })
  const cut = joined(lines.slice(0, 3)) + (lines[3] ?? '').slice(0, 50)
  expect(await read(cut)).toEqual({ epochs: [1, 2, 3], damage: [] })
  expect(await read('')).toEqual({ epochs: [], damage: [] })
})

test('any other line that is not what was written is named, whatever it is now', async () => {
  const second = lines[1] ?? ''
  for (const [line, why] of [
    [second.slice(0, 50), /^line 2: it is not JSON$/],
    [
      second.replace(/"bound":-?(\d)/, (text, digit) => text.replace(digit, String((Number(digit) + 1) % 10))),
      /^line 2: it is not what was written$/,
    ],
    [second.replace('"event":"epoch"', '"event":"done"'), /^line 2: it is not what was written$/],
    [second.replace(/,"seal":"\w+"/, ''), /^line 2: it is not what was written$/],
    ['', /^line 2: it is not JSON$/],
  ] as const) {
    expect(line).not.toBe(second)
    const { epochs, damage } = await read(joined(lines.with(1, line)))
    expect(epochs).toEqual([1, 3, 4])
    expect(damage).toHaveLength(1)
    expect(damage[0]).toMatch(why)
  }
})

test('any byte that is changed is seen', async () => {
  const text = joined(lines)
  const folder = withText(text)
  const bytes = readFileSync(join(folder, 'metrics.jsonl'))
  const end = bytes.lastIndexOf('\n', bytes.length - 2)
  const before = JSON.stringify(right(await readHistory(folder)()))
  for (let at = 0; at < end; at += 41) {
    const changed = Buffer.from(bytes)
    changed[at] = (changed[at] ?? 0) ^ 1
    writeFileSync(join(folder, 'metrics.jsonl'), changed)
    const { damage, epochs } = right(await readHistory(folder)())
    // Only an epoch's own bytes say anything; the line of the end says nothing of epochs.
    const same = JSON.stringify({ epochs, damage }) === before
    expect(same && damage.length === 0, `byte ${at}`).toBe(false)
  }
})

test('epochs that are missing or there twice are named', async () => {
  expect((await read(joined([...lines.slice(0, 1), ...lines.slice(2)]))).damage).toEqual([
    'epoch 2 is not where it should be',
  ])
  expect((await read(joined([...lines.slice(0, 2), ...lines.slice(1)]))).damage).toEqual([
    'epoch 3 is not where it should be',
  ])
})

test('a run that goes on keeps them', async () => {
  const damaged = (lines[1] ?? '').replace('"epoch":2', '"epoch":7')
  const folder = withText(joined(lines.with(1, damaged)))
  right((await trained(withSettings({ epochs: 4 }), { resume: folder })).result)
  const after = readFileSync(join(folder, 'metrics.jsonl'), 'utf8').split('\n')
  expect([after[0], after[1], after[2]]).toEqual([lines[0], damaged, lines[2]])
})

test('bytes that are no UTF-8 are kept as they are', async () => {
  const folder = withText(joined(lines))
  const bytes = readFileSync(join(folder, 'metrics.jsonl'))
  const [from, to] = [(lines[0] ?? '').length + 1, (lines[0] ?? '').length + (lines[1] ?? '').length + 2]
  bytes[from + 5] = 0xff
  writeFileSync(join(folder, 'metrics.jsonl'), bytes)
  expect(right(await readHistory(folder)()).damage).toEqual(['line 2: it is not JSON'])
  right((await trained(withSettings({ epochs: 4 }), { resume: folder })).result)
  expect(readFileSync(join(folder, 'metrics.jsonl')).subarray(from, to)).toEqual(bytes.subarray(from, to))
})

test('lines of the version before have no seal', async () => {
  const old = lines.map((line) => line.replace(/,"seal":"\w+"/, ''))
  expect(await read(joined(old))).toEqual({ epochs: [1, 2, 3, 4], damage: [] })
  expect(await read(joined([...old.slice(0, 2), ...lines.slice(2)]))).toEqual({ epochs: [1, 2, 3, 4], damage: [] })
})

test('a folder that cannot be read is an error', async () => {
  expect(messageOf(await readHistory(join(out, 'run.json'))())).toMatch(/cannot look into/)
})
