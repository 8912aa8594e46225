import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { elbo, emptyFolder, moduleText, place } from '../cli/elbo.ts'

// Two `elbo train m.ts` at the same moment: "'runs/t-1' is not empty". Two sweeps likewise.

vi.setConfig({ testTimeout: 120_000 })
const folder = emptyFolder()
beforeAll(() => place(folder.path, { 't.ts': moduleText({ settings: 'epochs: 1, batch: 16' }) }))
afterAll(() => folder.remove())
const runs = (): readonly string[] => readdirSync(join(folder.path, 'runs')).toSorted()

test('runs and sweeps that begin at the same moment have a number each', async () => {
  const train = ['train', 't.ts', '--target', 'cpu', '--no-pictures']
  const sweep = ['sweep', 't.ts', '--beta', '1', '--jobs', '1', '--target', 'cpu']
  const ended = await Promise.all([train, train, train, sweep, sweep].map((args) => elbo(args, folder.path)))
  expect(ended.map(({ code, err }) => ({ code, err }))).toEqual(ended.map(() => ({ code: 0, err: '' })))
  expect(runs()).toEqual(['t-1', 't-2', 't-3', 't-sweep-1', 't-sweep-2'])
  for (const run of runs().slice(0, 3)) expect(existsSync(join(folder.path, 'runs', run, 'weights.npz'))).toBe(true)
  // One that fails before it begins leaves no folder.
  const { code } = await elbo([...train, '--batch', '1000'], folder.path)
  expect([code, runs().length]).toEqual([2, 5])
  writeFileSync(join(folder.path, 'runs', 't-7'), '')
  expect((await elbo(train, folder.path)).out).toContain('runs/t-8: ')
})
