import * as E from 'fp-ts/lib/Either.js'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { openReference } from '../../../src/interp/reference/index.ts'
import { adam } from 'elbo-ts'
import { encodeExperiment } from '../../../src/train/codec.ts'
import { readRun } from '../../../src/train/runFolder.ts'
import { readWeights } from '../../../src/train/runState.ts'
import { spaced, type SweepPlan, type SweepPoint, sweepPoints, withSetting } from '../../../src/train/sweep.ts'
import { createSweep, readPoint, readSweep } from '../../../src/train/sweepFolder.ts'
import { runPoint } from '../../../src/train/sweepPoint.ts'
import { messageOf, right } from '../either.ts'
import { newPath } from '../../temporary.ts'
import { dataOf, tiny, trained, withSettings } from './tiny.ts'

const short = withSettings({ epochs: 2 })

describe('one number of an experiment', () => {
  test.each([
    ['optimizer.learningRate', 0.5, 'optimizer', { learningRate: 0.5 }],
    ['objective.freeBits', 0.25, 'objective', { freeBits: 0.25 }],
    ['settings.batch', 4, 'settings', { batch: 4 }],
    ['optimizer.clip', 5, 'optimizer', { clip: 5 }],
    // of a schedule, what it rises to; the rest of it stays
    ['objective.beta', 4, 'objective', { beta: { tag: 'warmUp', over: { epochs: 2 }, from: 0, to: 4 } }],
    ['objective.beta.from', 0.5, 'objective', { beta: { from: 0.5, to: 1 } }],
  ])('%s becomes %s', (path, value, half, expected) => {
    const changed = right(withSetting(tiny, path, value))
    expect(encodeExperiment(changed)).toMatchObject({ [half]: expected })
    expect(right(withSetting(changed, 'settings.epochs', tiny.settings.epochs)).vae).toEqual(tiny.vae)
  })

  test.each(['optimizer.rate', 'objective', 'objective.tag', 'settings.seed', 'vae.given', 'constructor', ''])(
    '%j is none, and those that there are are told',
    (path) => {
      const message = messageOf(withSetting(tiny, path, 1))
      expect(message).toContain(`no number '${path}'`)
      expect(message).toContain('optimizer.learningRate')
      expect(message).not.toContain('settings.seed,')
    },
  )
})

test('a range is divided in equal ratios, or in equal steps where there are none', () => {
  expect(spaced(0.01, 10, 7)).toEqual([0.01, 0.03162, 0.1, 0.3162, 1, 3.162, 10])
  expect(spaced(0, 1, 5)).toEqual([0, 0.25, 0.5, 0.75, 1])
})

const plan = (options: Partial<SweepPlan> = {}): SweepPlan => ({
  experiment: short,
  axes: [
    { path: 'objective.beta', values: [0.1, 1] },
    { path: 'optimizer.learningRate', values: [0.01, 0.02] },
  ],
  seeds: [0, 5],
  warm: false,
  ...options,
})

describe('points', () => {
  test('are every combination, each with its own folder, seed and settings', () => {
    const points = right(sweepPoints(plan()))
    expect(points.map((p) => p.name).slice(0, 4)).toEqual([
      'beta-0.1_learningRate-0.01_seed-0',
      'beta-0.1_learningRate-0.02_seed-0',
      'beta-1_learningRate-0.01_seed-0',
      'beta-1_learningRate-0.02_seed-0',
    ])
    expect(new Set(points.map((p) => p.name)).size).toBe(8)
    expect(points[7]).toMatchObject({
      seed: 5,
      after: null,
      settings: { 'objective.beta': 1, 'optimizer.learningRate': 0.02 },
      experiment: { settings: { seed: 5 }, optimizer: adam(0.02) },
    })
  })

  test('that are warm follow the one before on the first axis, others alike', () => {
    const points = right(sweepPoints(plan({ warm: true })))
    expect(points.map((p) => p.after)).toEqual([
      null,
      null,
      'beta-0.1_learningRate-0.01_seed-0',
      'beta-0.1_learningRate-0.02_seed-0',
      null,
      null,
      'beta-0.1_learningRate-0.01_seed-5',
      'beta-0.1_learningRate-0.02_seed-5',
    ])
  })

  test.each([
    [{ axes: [] }, 'sweep what?'],
    [{ axes: [{ path: 'objective.beta', values: [1, 1] }] }, 'there twice'],
    [{ seeds: [2, 2] }, 'there twice'],
    [{ axes: [...plan().axes, { path: 'objective.beta', values: [3] }] }, 'swept twice'],
    [{ axes: [{ path: 'objective.samples', values: [3] }] }, 'no number'],
  ])('%j is refused', (options, words) => {
    expect(messageOf(sweepPoints(plan(options)))).toContain(words)
  })
})

const begun = async (options: Partial<SweepPlan>) => {
  const folder = newPath()
  const record = { ...plan({ seeds: [0], axes: [{ path: 'objective.beta', values: [0.1, 1] }], ...options }) }
  right(await createSweep(folder, { ...record, limit: null, digests: null, target: 'reference' })())
  const read = right(await readSweep(folder)())
  return { folder, points: right(sweepPoints(read)) }
}
const run = async (folder: string, point: SweepPoint | undefined, stopAt = Infinity) => {
  if (point === undefined) throw new Error('no such point')
  let looks = 0
  const signal = {
    get aborted() {
      return looks++ >= stopAt
    },
  }
  return runPoint(folder, point, { session: openReference(), dataset: await dataOf(short), signal })()
}
const weights = async (folder: string) => right(await readWeights(folder, right(await readRun(folder)()))())

describe('a point', () => {
  test('is a run that is measured; one that is done is not trained again', async () => {
    const { folder, points } = await begun({})
    const [first] = points
    const measured = right(await run(folder, first))
    expect(measured?.bound.value).toBeCloseTo(-(measured?.rate.value ?? 0) - (measured?.distortion.value ?? 0), 10)
    expect(measured).toMatchObject({ settings: { 'objective.beta': 0.1 }, seed: 0, dimensions: 2 })
    const before = readFileSync(join(folder, first?.name ?? '', 'metrics.jsonl'), 'utf8')
    expect(right(await run(folder, first, 0))).toEqual(measured)
    expect(readFileSync(join(folder, first?.name ?? '', 'metrics.jsonl'), 'utf8')).toBe(before)
  })

  test('that is interrupted and resumed comes to the same numbers', async () => {
    const [whole, parts] = [await begun({}), await begun({})]
    const expected = right(await run(whole.folder, whole.points[1]))
    const point = parts.points[1]
    expect(right(await run(parts.folder, point, 3))).toBeUndefined()
    expect(right(await readPoint(join(parts.folder, point?.name ?? ''))())).toBeUndefined()
    expect(existsSync(join(parts.folder, point?.name ?? '', 'last.npz'))).toBe(true)
    expect(right(await run(parts.folder, point))).toEqual(expected)
  })

  test('that is warm begins with the weights of the one before', async () => {
    const { folder, points } = await begun({ warm: true })
    const early = await run(folder, points[1])
    expect(E.isLeft(early)).toBe(true)
    right(await run(folder, points[0]))
    // stopped before its first update, it has what it began with
    expect(right(await run(folder, points[1], 0))).toBeUndefined()
    expect(await weights(join(folder, points[1]?.name ?? ''))).toEqual(
      await weights(join(folder, points[0]?.name ?? '')),
    )
  })
})

test('a sweep is no run, but has some to give instead', async () => {
  const { folder, points } = await begun({})
  const asked = async (): Promise<string> => messageOf(await readRun(folder)())
  expect(await asked()).toBe(`'${folder}' is the folder of a sweep, not of a run; none of its runs has begun`)
  right(await run(folder, points[1], 0))
  expect(await asked()).toBe(
    `'${folder}' is the folder of a sweep, not of a run; give one of its runs, such as '${join(folder, 'beta-1_seed-0')}'`,
  )
})

test('weights of another model are refused', async () => {
  const wrong = new Map([['nobody', { shape: [2], data: Float32Array.of(1, 2) }]])
  const { result } = await trained(short, { weights: wrong })
  expect(messageOf(result)).toMatch(/^weights: the model has no parameter 'nobody'; it has model\/x\/dense_0\/bias, /)
})

test('a damaged sweep or point is told', async () => {
  expect(messageOf(await readSweep(newPath())())).toContain('not the folder of a sweep')
  const { folder } = await begun({})
  const again = await createSweep(folder, { ...plan(), limit: null, digests: null, target: 'reference' })()
  expect(messageOf(again)).toContain('not empty')
})
