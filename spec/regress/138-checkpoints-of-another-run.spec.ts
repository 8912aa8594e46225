import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { openRun } from '../../src/train/openRun.ts'
import { readRun } from '../../src/train/runFolder.ts'
import { readState, readWeights } from '../../src/train/runState.ts'
import { newPath } from '../temporary.ts'
import { messageOf, right } from '../unit/either.ts'
import { contentOf } from '../unit/train/folders.ts'
import { trained, withSettings } from '../unit/train/tiny.ts'

// Without its best.npz, or with that of another run of the same model, a run was used with other weights in silence.

const e = withSettings({ epochs: 4, validation: 0.25 })
const [out, other] = [newPath(), newPath()]
beforeAll(async () => {
  right((await trained(e, { out })).result)
  right((await trained(e, { out: other })).result)
})
const copied = (): string => {
  const copy = newPath()
  cpSync(out, copy, { recursive: true })
  return copy
}
const ways = async (folder: string): Promise<readonly string[]> => [
  messageOf(await readWeights(folder, right(await readRun(folder)()))()),
  messageOf(await openRun(folder, { target: 'reference' })()),
  messageOf((await trained(e, { resume: folder })).result),
]

test.each(['best.npz', 'last.npz'])('without its %s a run is refused by every way in', async (name) => {
  const folder = copied()
  rmSync(join(folder, name))
  for (const message of await ways(folder))
    expect(message).toBe(`cannot read '${folder}/${name}': there is no such file or folder`)
})

test.each(['best.npz', 'last.npz'])('with the %s of another run of the same model too', async (name) => {
  const folder = copied()
  cpSync(join(other, name), join(folder, name))
  for (const message of await ways(folder))
    expect(message).toBe(
      `'${folder}/${name}' is a checkpoint of another run; put the run's own file back, or train anew`,
    )
})

test('and with a best.npz of an earlier epoch than the best', async () => {
  const folder = newPath()
  const looks = 4 + 2
  right((await trained(e, { out: folder, stopAt: looks })).result)
  const early = readFileSync(join(folder, 'best.npz'))
  right((await trained(e, { resume: folder })).result)
  const { last } = right(await readState(folder, right(await readRun(folder)()))())
  expect(last.counters.best?.epoch, 'a later epoch was better').toBeGreaterThan(1)
  writeFileSync(join(folder, 'best.npz'), early)
  for (const message of await ways(folder))
    expect(message).toMatch(/best.npz' is of epoch 1, but the best epoch of the run is \d; put the run's own file back/)
})

test('a best.npz without validation is none of the run', async () => {
  const folder = newPath()
  right((await trained(withSettings({ epochs: 2 }), { out: folder })).result)
  cpSync(join(other, 'best.npz'), join(folder, 'best.npz'))
  expect(messageOf(await openRun(folder, { target: 'reference' })())).toMatch(
    /best.npz' is a checkpoint of another run/,
  )
})

test('a crash between the best and the last checkpoint of an epoch loses nothing', async () => {
  const folder = newPath()
  right((await trained(e, { out: folder, stopAt: 0 })).result)
  const first = readFileSync(join(folder, 'last.npz'))
  right((await trained(e, { resume: folder, stopAt: 4 + 2 })).result)
  writeFileSync(join(folder, 'last.npz'), first)
  const { last, best } = right(await readState(folder, right(await readRun(folder)()))())
  expect([last.counters.epoch, best?.counters.epoch]).toEqual([1, 1])
  right((await trained(e, { resume: folder })).result)
  expect(contentOf(folder)).toEqual(contentOf(out))
})
