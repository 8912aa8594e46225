import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { autoencoder, cosine, elbo, iwae, sgd, warmUp } from 'elbo-ts'
import { openReference } from '../../../src/interp/reference/index.ts'
import { openTarget } from '../../../src/interp/openTarget.ts'
import { initialValues } from '../../../src/train/initialize.ts'
import { decodeCheckpoint } from '../../../src/train/checkpoint.ts'
import type { EpochDone, TrainEvent } from '../../../src/train/events.ts'
import type { Experiment } from '../../../src/train/Experiment.ts'
import { vaeParams } from '../../../src/train/graphs.ts'
import { train } from '../../../src/train/loop.ts'
import { readNpz } from '../../../src/train/npz.ts'
import { readHistory } from '../../../src/train/history.ts'
import { right } from '../either.ts'
import { linesIn } from './folders.ts'
import { newPath } from '../../temporary.ts'
import { dataOf, tiny, trained, withSettings } from './tiny.ts'

const kinds = (events: readonly TrainEvent[]): string =>
  events
    .filter(({ event }) => event !== 'progress')
    .map((e) => (e.event === 'checkpoint' ? e.file : e.event))
    .join(' ')
const validated = withSettings({ validation: 0.25, epochs: 2 })
const doneOf = async (e: Experiment) => {
  const run = right((await trained(e)).result)
  if (run.done === null) throw new Error('not done')
  return { ...run, done: run.done }
}

describe('a run', () => {
  it('tells what happens in order, and keeps the epochs and the end', async () => {
    const folder = newPath()
    const { result, events } = await trained(withSettings({ epochs: 2 }), { out: folder })
    expect(kinds(events)).toBe('started last.npz epoch last.npz epoch done')
    const run = right(result)
    expect(right(await readHistory(folder)())).toEqual({ epochs: run.history, damage: [] })
    expect(run.history).toHaveLength(2)
    expect(linesIn(folder)).toHaveLength(3)
    expect(linesIn(folder).at(-1)).toMatchObject({ event: 'done', epochs: 2, steps: 10, stoppedEarly: false })
    expect(events[0]).toMatchObject({
      data: { train: 36, validation: 0, test: 4 },
      stepsPerEpoch: 5,
      parameters: 6 * 5 + 5 + 5 * 4 + 4 + 2 * 5 + 5 + 5 * 6 + 6,
      resumed: null,
    })
    expect(JSON.parse(JSON.stringify(events))).toEqual(events)
  })

  it('of data without any to test with tests nothing', async () => {
    const dataset = await dataOf(tiny)
    const none = { ...dataset, test: { size: 0, columns: { x: new Float32Array(0) } } }
    const run = right(await train(tiny, { session: openReference(), dataset: none })())
    expect(run.done).toMatchObject({ test: null, activeUnits: 0, latents: {} })
  })

  it('keeps the best epoch apart', async () => {
    const { events } = await trained(validated, { out: newPath() })
    expect(kinds(events)).toBe('started best.npz last.npz epoch best.npz last.npz epoch done')
  })

  /** Knowing nothing costs 6 log 2 = 4.16 nats; the two bars and the pixels that are wrong cost about 2.5. */
  it('learns', async () => {
    const { history } = await doneOf(withSettings({ epochs: 40 }))
    expect(history.at(-1)?.train.bound ?? Number.NaN).toBeGreaterThan(-3.6)
  })

  it('is the same numbers for the same seed, and others for another', async () => {
    const [a, b, c] = [await doneOf(tiny), await doneOf(tiny), await doneOf(withSettings({ seed: 4 }))]
    expect(a.weights).toEqual(b.weights)
    expect(a.done.test).toEqual(b.done.test)
    expect(a.done.test?.bound).not.toBe(c.done.test?.bound)
    const [one] = [...a.weights.values()]
    const [other] = [...c.weights.values()]
    expect(one).not.toEqual(other)
  })

  it('begins from the same weights on every target', async () => {
    const starts = []
    for (const target of ['reference', 'wasm', 'cpu'] as const) {
      const { session } = right(await openTarget(target)())
      await trained(tiny, { stopAt: 0 }, session)
      const single = [...session.read()].map(([name, { data }]) => [name, [...Float32Array.from(data)]] as const)
      starts.push(Object.fromEntries(single))
      session.dispose()
    }
    expect(starts[1]).toEqual(starts[0])
    expect(starts[2]).toEqual(starts[0])
    const values = initialValues(vaeParams(tiny.vae), 3)
    for (const [name, { data }] of values) expect(starts[0]?.[name]).toEqual([...data])
  })

  it('leaves nothing on the target but variables', async () => {
    const { session } = right(await openTarget('wasm')())
    const before = session.memory().tensors
    right((await trained(withSettings({ epochs: 2 }), {}, session)).result)
    const once = session.memory().tensors
    right((await trained(validated, {}, session)).result)
    expect(once).toBeGreaterThan(before)
    expect(session.memory().tensors).toBe(once)
    session.dispose()
    expect(session.memory().tensors).toBe(before)
  })

  it('lets the event loop live', async () => {
    let ticks = 0
    const timer = setInterval(() => ticks++, 1)
    await trained(withSettings({ epochs: 40 }))
    clearInterval(timer)
    expect(ticks).toBeGreaterThan(3)
  })

  it('tells its progress, at most ten times a second', async () => {
    const begun = performance.now()
    const { events } = await trained(withSettings({ epochs: 150 }))
    const progress = events.filter(({ event }) => event === 'progress')
    expect(progress.length).toBeGreaterThan(0)
    expect(progress.length).toBeLessThanOrEqual((performance.now() - begun) / 100)
    expect(progress[0]).toMatchObject({ steps: 750, epochs: 150 })
  })
})

describe('metrics', () => {
  it('are means over data, whatever the batches', async () => {
    // No noise anywhere: a batch that holds 1 of 36 data weighs as much as it holds.
    const e = (batch: number): Experiment => ({
      ...withSettings({ batch, epochs: 1 }),
      objective: autoencoder(),
      optimizer: sgd(1e-12),
    })
    const [whole, parts] = [await doneOf(e(36)), await doneOf(e(7))]
    const [a, b] = [whole.history[0], parts.history[0]]
    expect(b?.train.reconstruction).toBeCloseTo(a?.train.reconstruction ?? Number.NaN, 9)
    expect(parts.done.test?.reconstruction).toBeCloseTo(whole.done.test?.reconstruction ?? Number.NaN, 9)
    expect(a?.train).toMatchObject({ bound: null, kl: null, beta: null, latents: {} })
    expect(parts.done.latents['z']?.byKl).toBe(null)
  })

  it('add up', async () => {
    const { history, done } = await doneOf(validated)
    for (const { train, validation } of history)
      for (const m of [train, validation, done.test]) {
        if (m === null) throw new Error('not measured')
        expect(m.bound).toBeCloseTo(m.reconstruction - (m.kl ?? 0), 9)
        expect(m.kl).toBeCloseTo(
          (m.latents['z']?.perDimension ?? []).reduce((a, b) => a + b, 0),
          12,
        )
      }
    expect(done.activeUnits).toBe(done.latents['z']?.byVariance)
    expect(done.latents['z']?.dimensions).toBe(2)
  })

  it('tell the schedules as they stood at the end of each epoch', async () => {
    const e: Experiment = { ...withSettings({ epochs: 2 }), optimizer: sgd(cosine({ from: 0.1 })) }
    const { history } = await doneOf({
      ...e,
      objective: elbo({ beta: warmUp({ steps: 10 }) }),
    })
    expect(history.map(({ train }) => train.beta)).toEqual([0.4, 0.9])
    expect(history[0]?.train.learningRate).toBeCloseTo(0.05 * (1 + Math.cos((Math.PI * 4) / 9)), 6)
    expect(history[1]?.train.learningRate).toBeCloseTo(0, 6)
  })

  it('have a bound for importance weights', async () => {
    const { done, history } = await doneOf({ ...withSettings({ epochs: 1 }), objective: iwae(3) })
    expect(history[0]?.train.loss).toBeCloseTo(-(history[0]?.train.bound ?? Number.NaN), 9)
    expect(done.test?.bound).toBeLessThan(0)
  })
})

describe('early stopping', () => {
  const overfit = { ...withSettings({ validation: 0.5, epochs: 60, patience: 2 }), optimizer: sgd(1.5) }
  it('ends after patience, with the weights of the best epoch', async () => {
    const folder = newPath()
    const { result } = await trained(overfit, { out: folder })
    const { history, done, weights } = right(result)
    const bounds = history.map(({ validation }) => validation?.bound ?? Number.NaN)
    const best = bounds.indexOf(Math.max(...bounds)) + 1
    expect(done).toMatchObject({ stoppedEarly: true, epochs: best + 2, tested: best })
    expect(history.length).toBe(best + 2)
    expect(history.findLast((line) => line.best)?.epoch).toBe(best)
    const kept = right(decodeCheckpoint('best', readFileSync(join(folder, 'best.npz')))).values
    for (const [name, value] of weights) expect(kept.get(name)).toEqual(value)
    const plain = right(readNpz(readFileSync(join(folder, 'weights.npz'))))
    for (const [name, { data }] of weights) expect(plain.get(name)?.data).toEqual(Float32Array.from(data))
    expect([...plain.keys()].sort()).toEqual([...weights.keys()].sort())
  })
  it('does not end without it', async () => {
    const { history }: { history: readonly EpochDone[] } = await doneOf(
      withSettings({ patience: null, epochs: 6 }, overfit),
    )
    expect(history).toHaveLength(6)
  })
})
