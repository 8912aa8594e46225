import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { copyFile, rename } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import type { ElboError } from '../../src/error.ts'
import { closeFile, openFile, syncFile, syncFolder, writeAll } from '../../src/train/disk.ts'
import { appendWhole, writeWhole } from '../../src/train/files.ts'
import { readHistory } from '../../src/train/history.ts'
import { isPart } from '../../src/train/processFiles.ts'
import { checkFree, hasRun, readRun } from '../../src/train/runFolder.ts'
import { readState } from '../../src/train/runState.ts'
import { newFolder, newPath } from '../temporary.ts'
import { trained, withSettings } from '../unit/train/tiny.ts'
import { right } from '../unit/either.ts'
import { afterCrash, type Disk } from './crash.ts'
import { type Call, isThere, recording } from './recorder.ts'

/**
 * A file is whole after a crash at every call to the file system. The calls are recorded as they are made; what a crash after each may leave on
 * the disk is then worked out and looked at: names and contents that were not synced may be there, or not, or in part.
 */

vi.mock('node:fs', async (original) => (await import('./recorder.ts')).recordedFs(await original()))
vi.mock('node:fs/promises', async (original) => (await import('./recorder.ts')).recordedPromises(await original()))

type Write = (path: string, content: string) => TE.TaskEither<ElboError, void>
const [OLD, NEW] = ['the old content\n', 'the new one, which is longer\n']

/** What a crash may leave of one file that is written over, or made: after each call, and after the last. */
const outcomes = async (write: Write, old: string | undefined) => {
  const path = join(newFolder(), 'file')
  const before = new Map<string, { file: number; content: Buffer }>()
  if (old !== undefined) {
    writeFileSync(path, old)
    before.set(path, { file: isThere(path), content: Buffer.from(old) })
  }
  const { calls, result } = await recording(() => write(path, NEW)())
  right(result)
  const seen = (n: number): readonly (string | undefined)[] => [
    ...new Set(afterCrash(calls, n, before).map((disk) => disk.get(path)?.toString())),
  ]
  return { calls, at: calls.map((_, n) => seen(n)), end: seen(calls.length) }
}

/** Undefined where every crash leaves the old content or the new, and one after the end the new; else what is wrong. */
const flaw = async (write: Write, old: string | undefined): Promise<string | undefined> => {
  const { calls, at, end } = await outcomes(write, old)
  for (const [n, contents] of at.entries())
    for (const content of contents)
      if (content !== old && content !== NEW)
        return `a crash before call ${n} (${calls[n]?.op}) leaves ${JSON.stringify(content)}`
  return end.length === 1 && end[0] === NEW ? undefined : `a crash after the end leaves ${JSON.stringify(end)}`
}

const part = (path: string): string => join(dirname(path), `.${basename(path)}.new`)
/** Writers with one mistake each, that the law must find. */
const written =
  (steps: { readonly sync?: false; readonly folder?: false; readonly by?: 'copy' | 'place' }): Write =>
  (path, content) =>
    TE.fromTask(async () => {
      const neighbour = steps.by === 'place' ? path : part(path)
      const file = await openFile(neighbour, 'w')
      await writeAll(file, content)
      if (steps.sync !== false) await syncFile(file)
      await closeFile(file)
      if (steps.by === 'copy') await copyFile(neighbour, path)
      else if (steps.by !== 'place') await rename(neighbour, path)
      if (steps.folder !== false) await syncFolder(dirname(path))
    })

describe('a file that is written whole', () => {
  test.each([
    ['over an old one', OLD],
    ['anew', undefined],
  ])('%s is the old one or the new one after a crash at any call, and the new one after the last', async (_, old) => {
    const { calls } = await outcomes(writeWhole, old)
    expect(calls.length, 'calls were recorded').toBeGreaterThanOrEqual(5)
    expect(await flaw(writeWhole, old)).toBeUndefined()
    expect(await flaw(written({}), old), 'so is one that does it by hand').toBeUndefined()
  })

  test.each([
    ['copied over instead of renamed', { by: 'copy' }],
    ['written in its place', { by: 'place' }],
    ['not synced', { sync: false }],
    ['whose folder is not synced', { folder: false }],
  ] as const)('the law finds one that is %s', async (_, mistake) => {
    expect(await flaw(written(mistake), OLD)).toMatch(/^a crash (before|after)/)
  })

  test('leaves the old one, an error and nothing else where any call fails', async () => {
    const path = join(newFolder(), 'file')
    const { made } = await recording(() => writeWhole(join(newFolder(), 'file'), NEW)())
    const failed: boolean[] = []
    for (let at = 0; at < made; at++) {
      writeFileSync(path, OLD)
      const { result } = await recording(() => writeWhole(path, NEW)(), at)
      failed.push(E.isLeft(result))
      // The last call syncs the folder: the new content is there then, though not for certain after a crash.
      expect([OLD, ...(at === made - 1 ? [NEW] : [])], `call ${at}`).toContain(readFileSync(path, 'utf8'))
      expect(readdirSync(dirname(path)), `call ${at}`).toEqual(['file'])
    }
    expect(failed).toEqual(Array.from({ length: made }, () => true))
  })
})

describe('lines that are added', () => {
  test.each([OLD, undefined])(
    'to %j leave those before as they were, and are there after the last call',
    async (old) => {
      const { at, end } = await outcomes(appendWhole, old)
      const lines = (old ?? '') + NEW
      for (const content of at.flat())
        expect(
          [lines.startsWith(content ?? ''), (content ?? '').startsWith(old ?? '')],
          JSON.stringify(content),
        ).toEqual([true, true])
      expect(end).toEqual([lines])
    },
  )
})

describe('a run’s folder', () => {
  const out = newPath()
  let calls: readonly Call[] = []
  beforeAll(async () => {
    const e = withSettings({ epochs: 3, validation: 0.25 })
    ;({ calls } = await recording(async () => right((await trained(e, { out })).result)))
  })

  /** What is in the folder, without locks and halves. */
  const placed = (disk: Disk): string => {
    const folder = newPath()
    mkdirSync(folder)
    for (const [path, content] of disk)
      if (dirname(path) === out && !isPart(path)) writeFileSync(join(folder, basename(path)), content)
    return folder
  }
  const keyOf = (disk: Disk): string =>
    [...disk]
      .map(
        ([path, content]) => `${isPart(path) ? '' : path}:${content.length}:${content.subarray(-64).toString('hex')}`,
      )
      .join()

  test('has its first checkpoint before its record, which makes it a run', () => {
    const named = calls.flatMap((call) => (call.op === 'rename' ? [basename(call.to)] : []))
    expect(named.slice(0, 2)).toEqual(['last.npz', 'run.json'])
  })

  /** How many epochs a folder goes on from, or that a run can begin in it; else what is wrong. */
  const asked = async (folder: string): Promise<number | 'free' | { readonly flaw: string }> => {
    if (!right(await hasRun(folder)())) {
      const free = await checkFree(folder)()
      return E.isRight(free) ? 'free' : { flaw: free.left.message }
    }
    const state = await readState(folder, right(await readRun(folder)()))()
    if (E.isLeft(state)) return { flaw: state.left.message }
    const { epoch } = state.right.last.counters
    const { epochs, damage } = right(await readHistory(folder)())
    if (damage.length > 0) return { flaw: damage.join() }
    return epochs.length >= epoch ? epoch : { flaw: `of ${epoch} epochs there are the lines of ${epochs.length}` }
  }

  test('can begin, or go on with all the epochs that it has, after a crash at any call', async () => {
    const seen = new Set<string>()
    const found = new Set<unknown>()
    const flaws: string[] = []
    for (let n = 0; n <= calls.length; n++)
      for (const disk of afterCrash(calls, n, new Map())) {
        const key = keyOf(disk)
        if (seen.has(key)) continue
        seen.add(key)
        const folder = placed(disk)
        const answer = await asked(folder)
        if (typeof answer !== 'object') found.add(answer)
        else flaws.push(`before call ${n} (${calls[n]?.op}), ${readdirSync(folder).join(' ')}: ${answer.flaw}`)
      }
    expect(flaws).toEqual([])
    expect(found).toEqual(new Set(['free', 0, 1, 2, 3]))
  })
})
