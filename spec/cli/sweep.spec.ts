import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { chromium, look } from './chromium.ts'
import { elbo, type Ended, emptyFolder, manyCommands, moduleText, place, start } from './elbo.ts'

/** Sweeps in worker processes, gone on with, and on a page. */

vi.setConfig({ testTimeout: 120_000 })

const folder = emptyFolder()
const commands = manyCommands(folder.path)
afterAll(() => {
  commands.close()
  folder.remove()
})

const path = (...names: readonly string[]): string => join(folder.path, ...names)
const run = (...args: readonly string[]): Promise<Ended> => elbo(args, folder.path)
type Line = Readonly<Record<string, unknown>>
const linesOf = ({ code, out, err }: Ended): readonly Line[] =>
  code === 0
    ? out
        .trim()
        .split('\n')
        .map((line): Line => JSON.parse(line))
    : [{ failed: `exit ${code}: ${out}${err}` }]

let lines: readonly Line[] = []
beforeAll(async () => {
  place(folder.path, {
    'small.ts': moduleText({ settings: 'epochs: 2, batch: 12' }),
    'long.ts': moduleText({ settings: 'epochs: 4000, batch: 12' }),
  })
  lines = linesOf(
    await run(
      'sweep',
      'small.ts',
      '--beta',
      '0.1..10',
      '--points',
      '3',
      '--seeds',
      '0,1',
      '--jobs',
      '2',
      '--target',
      'cpu',
      '--out',
      's',
      '--json',
    ),
  )
}, 120_000)

describe('elbo sweep', () => {
  test('tells each point and ends in one object with the curve', () => {
    expect(lines.map(({ event }) => event)).toEqual([...Array.from({ length: 6 }, () => 'point'), 'done'])
    expect(lines.at(-1)).toMatchObject({
      sweep: 's',
      points: 6,
      target: 'cpu',
      rows: [
        { label: 'beta 0.1', seeds: 2 },
        { label: 'beta 1', seeds: 2 },
        { label: 'beta 10', seeds: 2 },
      ],
      entropy: { given: null, most: expect.any(Number) },
    })
  })

  test('leaves a run’s folder for each point, and a table', () => {
    const points = [0.1, 1, 10].flatMap((beta) => [0, 1].map((seed) => `beta-${beta}_seed-${seed}`))
    expect(readdirSync(path('s')).toSorted()).toEqual([...points, 'sweep.json', 'table.csv'].toSorted())
    expect(readdirSync(path('s', 'beta-1_seed-0'))).toEqual(
      expect.arrayContaining(['run.json', 'point.json', 'weights.npz']),
    )
    const table = readFileSync(path('s', 'table.csv'), 'utf8').trim().split('\n')
    expect(table[0]).toBe(
      'objective.beta,seeds,rate,rate_error,distortion,distortion_error,bound,bound_error,active,dimensions,pareto',
    )
    expect(table).toHaveLength(4)
  })

  test('goes on where points are missing, to the same numbers', async () => {
    rmSync(path('s', 'beta-1_seed-1'), { recursive: true })
    const again = linesOf(await run('sweep', '--resume', 's', '--json'))
    expect(again.map(({ event }) => event)).toEqual(['point', 'done'])
    expect(again.at(-1)).toEqual(lines.at(-1))
  })

  test('stops in good order when told to, and goes on', async () => {
    const { child, ended } = start(
      ['sweep', 'long.ts', '--beta', '1,2', '--warm', '--target', 'cpu', '--out', 'long'],
      folder.path,
    )
    await vi.waitFor(() => expect(existsSync(path('long', 'beta-1_seed-0', 'metrics.jsonl'))).toBe(true), 30_000)
    child.kill('SIGINT')
    const stopped = await ended
    expect(stopped).toMatchObject({ code: 130, err: expect.stringContaining('npx elbo sweep --resume long') })
    expect(existsSync(path('long', 'beta-1_seed-0', 'last.npz'))).toBe(true)
    expect(existsSync(path('long', 'beta-2_seed-0'))).toBe(false)
  })

  test.each([
    [['small.ts'], 2, 'sweep what?'],
    [[], 2, 'sweep what?'],
    [['small.ts', '--set', 'optimizer.rate=1'], 2, 'no number'],
    [['small.ts', '--set', 'optimizer.rate'], 2, 'a path and its values'],
    [['small.ts', '--beta', '10..1'], 2, 'a rising range'],
    [['small.ts', '--beta', '1', '--out', 's'], 1, 'not empty'],
    [['small.ts', '--beta', '1', '--resume', 's'], 2, 'as it was planned'],
    [['--resume', 's', '--epochs', '5'], 2, "'--resume <sweep>' cannot be used with option '--epochs <n>'"],
    [['--resume', 's', '--seeds', '3,4'], 2, "cannot be used with option '--seeds <list>'"],
    [['--resume', 'nowhere'], 1, 'not the folder of a sweep'],
    [['small.ts', '--beta=-1,1', '--out', 'negative'], 1, 'point beta--1_seed-0: beta must be 0 or more but got -1'],
    [
      ['small.ts', '--set', 'settings.batch=1000', '--out', 'toolarge', '--target', 'cpu'],
      2,
      'point batch-1000_seed-0',
    ],
  ])('%j ends with %i: %s', async (args, code, words) => {
    expect(await commands.elbo(['sweep', ...args])).toMatchObject({ code, err: expect.stringContaining(words) })
  })

  test('a sweep of which a point cannot be trained leaves nothing behind', () => {
    expect(['toolarge', 'negative'].filter((name) => existsSync(path(name)))).toEqual([])
  })
})

test.each([['show'], ['sample'], ['train', '--resume']])(
  'elbo %s of a sweep names a run to give instead',
  async (...args) => {
    const { code, err } = await commands.elbo([...args, 's'])
    expect({ code, err }).toEqual({
      code: 1,
      err: `elbo: 's' is the folder of a sweep, not of a run; give one of its runs, such as '${join('s', 'beta-0.1_seed-0')}'\n`,
    })
  },
)

describe('elbo report of a sweep', () => {
  const missing = chromium === undefined ? ' (SKIPPED: no chromium on the PATH)' : ''
  const figures = ['rate-distortion', 'bounds']

  test('is one page with the curve and the table', async () => {
    const [done] = linesOf(await commands.elbo(['report', 's', '--json']))
    expect(done).toMatchObject({ event: 'done', sweep: 's', out: join('s', 'report.html'), figures })
    const page = readFileSync(path('s', 'report.html'), 'utf8')
    expect(page).not.toMatch(/<script|NaN|undefined/)
    for (const label of ['beta 0.1', 'beta 1', 'beta 10']) expect(page).toContain(`<td>${label}</td>`)
  })

  test.skipIf(chromium === undefined).each([false, true])(
    `headless Chromium shows every figure, readable, without a complaint; dark: %s${missing}`,
    (dark) => {
      const { seen, complaints } = look(chromium ?? '', path('s', 'report.html'), dark)
      expect(complaints).toEqual([])
      expect(seen.figures.map(({ id }) => id)).toEqual(figures)
      for (const { id, width, height } of seen.figures) expect([id, width > 100, height > 50]).toEqual([id, true, true])
      expect([seen.dark, seen.overflow, seen.palest, seen.contrast >= 4.5]).toEqual([dark, 0, seen.palest, true])
    },
  )
})
