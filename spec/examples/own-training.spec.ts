import { copyFileSync, existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { openReference } from '../../src/interp/reference/index.ts'
import { load } from '../../src/data/load.ts'
import { train } from '../../src/train/loop.ts'
import { readRun } from '../../src/train/runFolder.ts'
import { type Ended, emptyFolder, manyCommands, place } from '../cli/elbo.ts'
import { right } from '../unit/either.ts'

/** A schedule and an optimiser rule of the user's own: verified, trained, resumed without their module, swept. */

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

const examples = fileURLToPath(new URL('../../examples/own', import.meta.url))
const folder = emptyFolder()
const commands = manyCommands(folder.path)
afterAll(() => {
  commands.close()
  folder.remove()
})
const at = (name: string): string => join(folder.path, name)
const fine = ({ code, err, out }: Ended): string => (code === 0 ? out : `exit ${code}: ${err}`)
const elbo = async (...args: readonly string[]): Promise<string> => fine(await commands.elbo(args))

/** One point by the command line, for each starts processes; the paths are in spec/unit/optimizer. */
const sweeps = {
  schedule: 'optimizer.learningRate.after=2',
  optimizer: 'optimizer.byPart.rest.adagrad=0.01',
} as const
const modules = Object.keys(sweeps) as readonly (keyof typeof sweeps)[]

beforeAll(() => {
  place(folder.path, { 'package.json': '{ "type": "module" }' })
  for (const name of ['bars', ...modules]) copyFileSync(join(examples, `${name}.ts`), at(`${name}.ts`))
})

/** From run.json alone, in a process that has never seen the module; stopped after some steps where it is said so. */
const goOn = async (run: string, out: string | undefined, stopAt: number): Promise<string> => {
  const { experiment } = right(await readRun(run)())
  let steps = 0
  const signal = {
    get aborted() {
      return steps++ >= stopAt
    },
  }
  const session = openReference()
  const dataset = right(await load(experiment.data)())
  return right(
    await train(experiment, { session, dataset, signal, ...(out === undefined ? { resume: run } : { out }) })(),
  ).status
}
/** The epochs' lines, but for how long they took, and the seal on that. */
const linesOf = (run: string): readonly unknown[] =>
  readFileSync(join(run, 'metrics.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line): object => JSON.parse(line))
    .map((line) => ({ ...line, seconds: 0, rowsPerSecond: 0, run: '', seal: '' }))

describe.each(modules)('examples/own/%s.ts', (name) => {
  test('is short', () => {
    const source = readFileSync(join(examples, `${name}.ts`), 'utf8')
      .trimEnd()
      .split('\n')
    expect(source.slice(source.findIndex((line) => line.startsWith('/**'))).length).toBeLessThan(27)
  })

  test('is verified', async () => {
    const told = await elbo('verify', `${name}.ts`, '--runs', '5', '--target', 'reference')
    expect(told).not.toMatch(/does not hold|exit/)
  })

  test('trains, and is resumed after its module is gone to the numbers of a run that was not stopped', async () => {
    expect(await elbo('train', `${name}.ts`, '--out', `${name}-run`, '--target', 'reference')).toContain('test: bound')
    rmSync(at(`${name}.ts`))
    expect(await goOn(at(`${name}-run`), at(`${name}-half`), 7)).toBe('interrupted')
    expect(await goOn(at(`${name}-half`), undefined, Infinity)).toBe('done')
    expect(linesOf(at(`${name}-half`))).toEqual(linesOf(at(`${name}-run`)))
    expect(await elbo('encode', `${name}-run`, '--out', `${name}.npz`)).not.toMatch(/^exit/)
    expect(existsSync(at(`${name}.npz`))).toBe(true)
    copyFileSync(join(examples, `${name}.ts`), at(`${name}.ts`))
  })

  test('is swept over a number of its own', async () => {
    const told = await elbo('sweep', `${name}.ts`, '--set', sweeps[name], '--jobs', '1', '--out', `${name}-sweep`)
    expect(told).not.toMatch(/^exit/)
    const point = readdirSync(at(`${name}-sweep`)).find((file) => file.includes('seed'))
    expect(point).toMatch(name === 'schedule' ? 'after-2' : 'adagrad-0.01')
  })
})
