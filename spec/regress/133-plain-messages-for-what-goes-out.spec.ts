import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pipe } from 'fp-ts/lib/function.js'
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import {
  adam,
  bernoulli,
  binary,
  dense,
  diagonalNormal,
  elbo,
  experiment,
  flatten,
  given,
  inline,
  latent,
  logLikelihood,
  observe,
  openRun,
  openTarget,
  reshape,
  standardNormal,
  sweepPoints,
  train,
  type Trained,
  vae,
} from 'elbo-ts'
import { run } from '../../src/cli/run.ts'
import { bars, lines, scatter } from '../../src/report/index.ts'
import { chartSvg, leftOut } from '../../src/report/chart.ts'
import { intervals } from '../../src/report/intervals.ts'
import { openReference } from '../../src/interp/reference/index.ts'
import { settingsProblems } from '../../src/train/settings.ts'
import { newFolder } from '../temporary.ts'
import { messageOf, right } from '../unit/either.ts'
import { dataOf, tiny } from '../unit/train/tiny.ts'

// A count of −1 gave tensors without data, a seed of 0.5 was 0, one above 2³² ran, what was disposed of answered NaN or threw, small pictures were
// "no pictures", infinite values in a report wrote "WARN Infinite extent".

const folder = newFolder()
const out = join(folder, 'run')
let model: Trained

beforeAll(async () => {
  right(
    await train(
      { ...tiny, settings: { ...tiny.settings, epochs: 2 } },
      { session: openReference(), dataset: await dataOf(tiny), out },
    )(),
  )
  model = right(await openRun(out, { target: 'cpu' })())
})

describe('counts and seeds', () => {
  const seeds = [0.5, -1, 2 ** 32, Number.NaN, Number.POSITIVE_INFINITY]
  test.each([-1, 0, 2.5, Number.NaN])('sample({ count: %s })', (count) => {
    expect(messageOf(model.sample({ count }))).toMatch(
      /^count: \S+ is not a (number of samples: a )?whole number from [01] on$/,
    )
  })
  test.each(seeds)('a seed of %s', (seed) => {
    const told = `seed: ${seed} is not a whole number of at least 0 and at most 4294967295`
    const x = [[0, 1, 0, 1, 0, 1]]
    expect(messageOf(model.sample({ count: 1, seed }))).toBe(told)
    expect(messageOf(model.score({ x }, { seed }))).toBe(told)
    expect(settingsProblems({ ...tiny.settings, seed })).toEqual([
      `settings: seed must be a whole number of at least 0 and at most 4294967295 but got ${seed}`,
    ])
    const plan = { experiment: tiny, axes: [{ path: 'settings.batch', values: [4] }], seeds: [seed], warm: false }
    expect(messageOf(sweepPoints(plan))).toBe(
      `seeds: ${seed} is not a whole number of at least 0 and at most 4294967295`,
    )
  })
  test('the largest seed is one', () => {
    expect(right(model.sample({ count: 1, seed: 2 ** 32 - 1 })).draws).toHaveProperty('x')
    expect(right(model.sample({ count: 1, seed: 2 ** 32 - 1 })).latents).not.toEqual(
      right(model.sample({ count: 1 })).latents,
    )
  })
  test.each([0, -1, 1.5])('%s importance samples', (samples) => {
    const data = right(model.batch({ x: [[0, 1, 0, 1, 0, 1]] }))
    expect(messageOf(logLikelihood(tiny.vae, model.session, data, { samples }))).toBe(
      `samples: ${samples} is not a number of samples: a whole number from 1 on`,
    )
  })
  test('of the command line, before anything is written', async () => {
    const told: string[] = []
    const streams = { out: { write: () => true }, err: { write: (text: string) => told.push(text) > 0 } }
    const file = join(folder, 'never.csv')
    expect(await run(['sample', out, '--seed', '4294967296', '--out', file], streams)).toBe(2)
    expect(told.join('')).toContain('a whole number of at least 0 and at most 4294967295')
    expect(existsSync(file)).toBe(false)
  })
})

test.each(['cpu', 'reference', 'wasm'] as const)('what is used after dispose() says so: %s', async (target) => {
  const told = `${target}: this session was closed by dispose(); open the target or the run again`
  const asked = right(await openRun(out, { target })())
  expect(right(asked.sample({ count: 1 })).means).toHaveProperty('x')
  asked.dispose()
  asked.dispose()
  expect(messageOf(asked.sample({ count: 1 }))).toBe(told)
  expect(messageOf(asked.encode({ x: [[0, 1, 0, 1, 0, 1]] }))).toBe(told)
  const { session } = right(await openTarget(target)())
  session.dispose()
  expect(() => session.read()).toThrow(told)
  expect(messageOf(await train(tiny, { session, dataset: await dataOf(tiny) })())).toBe(told)
})

test('pictures of few pixels: how many there must be, and what to do; the default is a table', async () => {
  const values = Array.from({ length: 40 * 16 }, (_, i) => (i >> 2) % 2)
  const pictures = experiment({
    name: 'small',
    vae: vae({
      model: pipe(
        given({}),
        latent('z', () => standardNormal(1)),
        observe('x', ({ z }) => pipe(z, dense(16), reshape(4, 4, 1), bernoulli)),
      ),
      guide: pipe(
        given({ x: binary(4, 4, 1) }),
        latent('z', ({ x }) => pipe(x, flatten, dense(2), diagonalNormal(1))),
      ),
    }),
    objective: elbo(),
    data: inline({ fields: { x: { shape: [4, 4, 1], support: 'binary', values } } }),
    optimizer: adam(1e-2),
    epochs: 1,
    batch: 16,
  })
  const told: string[] = []
  const streams = { out: { write: () => true }, err: { write: (text: string) => told.push(text) > 0 } }
  const small = join(folder, 'small')
  right(await train(pictures, { session: openReference(), dataset: await dataOf(pictures), out: small })())
  expect(await run(['sample', small, '--target', 'cpu'], streams)).toBe(0)
  expect(existsSync(join(small, 'samples.csv'))).toBe(true)
  expect(told).toEqual([])
  for (const command of ['sample', 'reconstruct', 'interpolate']) {
    expect(await run([command, small, '--target', 'cpu', '--out', join(small, 'never.png')], streams)).toBe(1)
    expect(told.splice(0).join('')).toBe(
      "elbo: 'x' is 4 × 4: pictures are drawn from 6 × 6 pixels on; elbo sample, reconstruct and encode write numbers: --out <file>.csv or .npz\n",
    )
  }
  expect(existsSync(join(small, 'never.png'))).toBe(false)
}, 60_000)

describe('numbers that are not finite', () => {
  const { POSITIVE_INFINITY: inf, NaN: nan } = Number
  const charts = {
    bars: (y: number) =>
      bars({
        bars: [
          { name: 'a', height: 1, standardError: nan },
          { name: 'b', height: y },
        ],
        axes: ['x', 'y'],
      }),
    lines: (y: number) =>
      lines({
        points: [
          { panel: 'p', series: 's', x: 0, y: 1 },
          { panel: 'p', series: 's', x: 1, y },
        ],
        axes: ['x', 'y'],
      }),
    scatter: (y: number) => scatter({ across: [0, 1], up: [1, y], labels: [], names: [], axes: ['x', 'y'] }),
    intervals: (y: number) =>
      intervals(
        [
          { name: 'a', value: 1, standardError: 0 },
          { name: 'b', value: y, standardError: 1 },
        ],
        'x',
      ),
  }
  afterEach(() => {
    vi.restoreAllMocks()
  })

  test.each(Object.entries(charts))('are left out of %s, which says so, without a warning', async (_, chart) => {
    const spies = (['log', 'warn', 'error'] as const).map((level) => vi.spyOn(console, level))
    for (const y of [inf, -inf, nan]) {
      const svg = right(await chartSvg(chart(y))())
      expect(svg).not.toMatch(/NaN|Infinity/)
      expect(leftOut(chart(y))).toBe('1 of 2 values are not finite and are not drawn')
    }
    expect(leftOut(chart(2))).toBe('')
    for (const spy of spies) expect(spy).not.toHaveBeenCalled()
  })

  test('where nothing is left, the chart says that', async () => {
    const spies = (['log', 'warn', 'error'] as const).map((level) => vi.spyOn(console, level))
    const all = scatter({ across: [0, 1], up: [inf, nan], labels: [], names: [], axes: ['x', 'y'] })
    expect(right(await chartSvg(all)())).toContain('nothing here is finite')
    for (const spy of spies) expect(spy).not.toHaveBeenCalled()
  })
})
