import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { afterAll, expect, test, vi } from 'vitest'
import { readHistory } from '../../src/train/history.ts'
import { locked } from '../../src/train/lock.ts'
import { partOf } from '../../src/train/processFiles.ts'
import { markText, ownMark } from '../../src/train/processMark.ts'
import { writeWhole } from '../../src/train/files.ts'
import { elbo, emptyFolder, moduleText, place, start } from '../cli/elbo.ts'
import { newFolder, newPath } from '../temporary.ts'
import { messageOf, right } from '../unit/either.ts'
import { trained, withSettings } from '../unit/train/tiny.ts'

// Two runs or resumes in one folder, from one process or two, both wrote: 595 epoch lines for 300 epochs. Rows 10, 42 and 47.

vi.setConfig({ testTimeout: 60_000 })
const folder = emptyFolder()
const children: ChildProcess[] = []
afterAll(() => {
  for (const child of children) child.kill('SIGKILL')
  folder.remove()
})

/** What a process that ended left: its number is no process's. */
const dead = (): Promise<number> =>
  new Promise((resolve) => {
    const child = spawn(process.execPath, ['-e', ''])
    child.on('exit', () => resolve(child.pid ?? 0))
  })
const nameOf = (change: object): string => `.lock.${markText({ ...ownMark(), ...change })}.00000000`

/** Two at the same moment, each of which would go on until the other has ended. */
const both = async (options: { readonly out: string } | { readonly resume: string }): Promise<readonly string[]> => {
  let over = false
  const signal = {
    get aborted() {
      return over
    },
  }
  const one = async () => {
    const { result } = await trained(withSettings({ epochs: 1_000_000 }), { ...options, signal })
    over = true
    return E.isLeft(result) ? result.left.message : result.right.status
  }
  return Promise.all([one(), one()])
}

test('the second of two runs in one process is refused, in a new folder and in one that exists', async () => {
  for (const out of [newPath(), newFolder()]) {
    const refused = `'${out}' is in use by this process (${process.pid}); wait for it to end, or stop it`
    expect((await both({ out })).toSorted()).toEqual([refused, 'interrupted'])
    expect((await both({ resume: out })).toSorted()).toEqual([refused, 'interrupted'])
    expect(readdirSync(out).filter((name) => /^\.lock|part$/.test(name))).toEqual([])
    const { damage } = right(await readHistory(out)())
    expect(damage).toEqual([])
  }
})

test('of many at the same moment never two are in', async () => {
  const path = newFolder()
  let [inside, most, times] = [0, 0, 0]
  const work: TE.TaskEither<never, void> = async () => {
    most = Math.max(most, ++inside)
    times++
    await new Promise((resolve) => setTimeout(resolve, 5))
    inside--
    return E.right(undefined)
  }
  await Promise.all(Array.from({ length: 20 }, () => locked(path, work)()))
  expect([most, times > 0]).toEqual([1, true])
  expect(readdirSync(path)).toEqual([])
})

test('what was left by a process that is gone is taken over, be its number free or given again', async () => {
  const path = newFolder()
  for (const left of [{ process: await dead() }, { began: '1' }]) {
    writeFileSync(join(path, nameOf(left)), '')
    right(await locked(path, TE.right(undefined))())
    expect(readdirSync(path)).toEqual([])
  }
})

test('a process on another machine is there as long as it touches its lock', async () => {
  const path = newFolder()
  const lock = join(path, nameOf({ machine: 'far.example+1', process: 7 }))
  writeFileSync(lock, '')
  expect(messageOf(await locked(path, TE.right(undefined))())).toBe(
    `'${path}' is in use by process 7 on 'far.example'; wait for it to end, or stop it; if it has ended, remove '${lock}'`,
  )
  const long = new Date(Date.now() - 200_000)
  utimesSync(lock, long, long)
  right(await locked(path, TE.right(undefined))())
  expect(readdirSync(path)).toEqual([])
})

test('files that a killed process left half-written are removed by the next run; those of a live one stay', async () => {
  const path = newFolder()
  const left = `${markText({ ...ownMark(), process: await dead() })}.01234567.part`
  const live = partOf(join(path, 'report.html'))
  for (const name of [`last.npz.${left}`, `report.html.${left}`, 'best.npz.01234567.part'])
    writeFileSync(join(path, name), '')
  writeFileSync(live, '')
  writeFileSync(join(path, 'my.part'), '')
  right(await locked(path, TE.right(undefined))())
  expect(
    readdirSync(path)
      .map((name) => join(path, name))
      .toSorted(),
  ).toEqual([live, join(path, 'my.part')].toSorted())
  writeFileSync(join(path, `a.csv.${left}`), '')
  writeFileSync(join(path, `b.csv.${left}`), '')
  right(await writeWhole(join(path, 'a.csv'), 'x')())
  expect(readdirSync(path).filter((name) => name.includes('csv'))).toEqual(['a.csv', `b.csv.${left}`])
})

test('the second of two command lines is refused, naming the process; after a kill -9 the next goes on', async () => {
  expect(hostname()).not.toBe('')
  place(folder.path, { 'long.ts': moduleText({ settings: 'epochs: 100000, batch: 16' }) })
  const path = join(folder.path, 'r')
  const first = start(['train', 'long.ts', '--target', 'cpu', '--out', 'r', '--no-pictures'], folder.path)
  children.push(first.child)
  await vi.waitFor(() => expect(existsSync(join(path, 'metrics.jsonl'))).toBe(true), 30_000)
  const second = await elbo(['train', '--resume', 'r', '--no-pictures'], folder.path)
  expect(second).toMatchObject({
    code: 1,
    err: `elbo: 'r' is in use by process ${first.child.pid}; wait for it to end, or stop it\n`,
  })
  first.child.kill('SIGKILL')
  await first.ended
  expect(readdirSync(path).filter((name) => name.startsWith('.lock'))).toHaveLength(1)
  const third = start(['train', '--resume', 'r', '--no-pictures'], folder.path)
  children.push(third.child)
  third.child.stdout?.once('data', () => third.child.kill('SIGINT'))
  expect((await third.ended).code).toBe(130)
  expect(readdirSync(path).filter((name) => /^\.lock|part$/.test(name))).toEqual([])
  const epochs = readFileSync(join(path, 'metrics.jsonl'), 'utf8').trim().split('\n')
  expect(epochs.map((line) => JSON.parse(line).epoch)).toEqual(epochs.map((_, i) => i + 1))
})

test('a folder that holds only what a killed process left can be begun in', async () => {
  const out = newPath()
  mkdirSync(out)
  const mark = markText({ ...ownMark(), process: await dead() })
  writeFileSync(join(out, `.lock.${mark}.00000000`), '')
  writeFileSync(join(out, `last.npz.${mark}.00000000.part`), '')
  right((await trained(withSettings({ epochs: 2 }), { out })).result)
  expect(readdirSync(out).toSorted()).toEqual(['last.npz', 'metrics.jsonl', 'run.json', 'weights.npz'])
})
