import { cpSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { openReference } from '../../src/interp/reference/index.ts'
import { sweepPoints } from '../../src/train/sweep.ts'
import { runPoint } from '../../src/train/sweepPoint.ts'
import { newPath } from '../temporary.ts'
import { messageOf, right } from '../unit/either.ts'
import { contentOf } from '../unit/train/folders.ts'
import { dataOf, trained, withSettings } from '../unit/train/tiny.ts'

// Killed between run.json and the first checkpoint, a run left a folder that neither --resume nor --out accepted.

const e = withSettings({ epochs: 2 })
const [begun, whole] = [newPath(), newPath()]
beforeAll(async () => {
  right((await trained(e, { out: begun, stopAt: 0 })).result)
  right((await trained(e, { out: whole })).result)
})
const halfBegun = (only: string, from = begun): string => {
  const folder = newPath()
  cpSync(from, folder, { recursive: true })
  for (const name of readdirSync(folder)) if (name !== only) rmSync(join(folder, name))
  return folder
}

test.each(['last.npz', 'run.json'])('a folder with only a first %s starts again', async (only) => {
  const folder = halfBegun(only)
  right((await trained(e, { out: folder })).result)
  expect(contentOf(folder)).toEqual(contentOf(whole))
})

test('to resume it is refused with what to do', async () => {
  const folder = halfBegun('last.npz')
  expect(messageOf((await trained(e, { resume: folder })).result)).toBe(
    `'${folder}' is not the folder of a run: it has no run.json; its run was stopped before it began: begin it again in this folder, with --out`,
  )
})

test('a checkpoint of trained steps, or what is not ours, is never written over', async () => {
  for (const folder of [halfBegun('last.npz', whole), halfBegun('weights.npz', whole)])
    expect(messageOf((await trained(e, { out: folder })).result)).toMatch(/is not empty; choose another folder/)
  const other = halfBegun('run.json')
  writeFileSync(join(other, 'run.json'), '{}')
  expect(messageOf((await trained(e, { out: other })).result)).toMatch(/is not empty/)
})

test('a point of a sweep that was killed there starts again too', async () => {
  const [point] = right(
    sweepPoints({ experiment: e, axes: [{ path: 'objective.beta', values: [1] }], seeds: [3], warm: false }),
  )
  if (point === undefined) throw new Error('no point')
  const sweep = newPath()
  cpSync(halfBegun('last.npz'), join(sweep, point.name), { recursive: true })
  const options = { session: openReference(), dataset: await dataOf(e) }
  expect(right(await runPoint(sweep, point, options)())).toMatchObject({ seed: 3 })
})
