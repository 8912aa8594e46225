import { readdirSync } from 'node:fs'
import * as E from 'fp-ts/lib/Either.js'
import { afterAll, describe, expect, it } from 'vitest'
import { batchesOf, epochOrder, gather, pick, training } from '../../../../src/data/batches.ts'
import { load } from '../../../../src/data/load.ts'
import type { Tensor } from '../../../../src/expr/Tensor.ts'
import { openGraph } from '../../../../src/interp/tfgraph/index.ts'
import type { Loop, Session } from '../../../../src/interp/Session.ts'
import type { Experiment } from '../../../../src/train/Experiment.ts'
import { trainGraph } from '../../../../src/train/graphs.ts'
import { initialValues, variablesOf } from '../../../../src/train/initialize.ts'
import { messageOf, right } from '../../either.ts'
import { tiny } from '../../train/tiny.ts'

const opened = await openGraph()
const folder = new URL('../../../../examples/', import.meta.url)
const files = readdirSync(folder).filter((file) => /^\d\d-.*\.ts$/.test(file))
const horizon = { stepsPerEpoch: 100, epochs: 5 }

/** An experiment's training graph on its first data, with the rows of some minibatches. */
const prepared = async (e: Experiment, batch: number, count: number) => {
  const dataset = right(await load(e.data, { limit: Math.max(200, batch * count) })())
  const fields = right(pick(dataset.fields, Object.keys(e.vae.given)))
  const rows = batchesOf(epochOrder(dataset.train, 1, 0), batch).slice(0, count)
  const graph = trainGraph(e.vae, e.objective, e.optimizer, horizon, batch)
  return { graph, fields, split: dataset.train, batch, rows, start: initialValues(variablesOf(graph), 1) }
}

const numbers = (t: Tensor | undefined): readonly number[] => Array.from(t?.data ?? [])
const difference = (a: Tensor | undefined, b: Tensor | undefined): number => {
  const other = numbers(b)
  return numbers(a).reduce((most, x, i) => Math.max(most, Math.abs(x - (other[i] ?? Number.NaN))), 0)
}
/** Relative to the largest element. */
const distance = (a: Tensor | undefined, b: Tensor | undefined): number =>
  difference(a, b) / numbers(b).reduce((most, x) => Math.max(most, Math.abs(x)), 1e-3)

describe.skipIf(E.isLeft(opened))('a loop of updates inside TensorFlow', () => {
  const session = (): Session => right(opened)
  const loopOf = (p: Awaited<ReturnType<typeof prepared>>): Loop => {
    const loop = session().prepareLoop?.(p.graph, p)
    if (loop === undefined) throw new Error('there are no loops')
    return right(loop)
  }
  afterAll(() => {
    if (E.isRight(opened)) opened.right.dispose()
  })

  it.each(files)('is the same updates one by one, with the data gathered on the host: %s', async (file) => {
    const e = ((await import(new URL(file, folder).href)) as { default: Experiment }).default
    // As many as are written in parts, on two cores.
    const p = await prepared(e, 32, 3)
    session().write(p.start)
    const plan = right(session().prepare(p.graph))
    const expected = p.rows.map((rows, step) =>
      plan.run({ data: gather(p.fields, p.split, rows, training(1, step)), scalars: { step }, seed: 1, step }),
    )
    const weights = session().read()
    plan.dispose()
    session().write(p.start)
    const loop = loopOf(p)
    const outputs = loop.run({ step: 0, seed: 1, rows: p.rows })
    expect(outputs).toHaveLength(3)
    for (const [i, output] of outputs.entries()) {
      expect([...output.keys()]).toEqual([...(expected[i]?.keys() ?? [])])
      for (const [name, tensor] of output) expect(distance(tensor, expected[i]?.get(name)), name).toBeLessThan(1e-4)
    }
    // Adam makes a step of the same size of any gradient, so one near 0 may go either way: 3 steps of 1e-3.
    for (const [name, tensor] of session().read())
      expect(difference(tensor, weights.get(name)), name).toBeLessThan(6.1e-3)
    loop.dispose()
  })

  it('is the same numbers however it is cut into calls', async () => {
    const p = await prepared(tiny, 8, 4)
    const loop = loopOf(p)
    const losses = (cuts: readonly number[]): readonly (number | undefined)[] => {
      session().write(p.start)
      let step = 0
      return cuts.flatMap((count) => {
        const rows = p.rows.slice(step, step + count)
        const outputs = loop.run({ step, seed: 1, rows })
        step += count
        return outputs.map((output) => output.get('loss')?.data[0])
      })
    }
    expect(losses([1, 1, 1, 1])).toEqual(losses([4]))
    expect(losses([3, 1])).toEqual(losses([4]))
    loop.dispose()
  })

  it('makes 10,000 updates in flat memory, twice the same', async () => {
    const p = await prepared(tiny, 8, 4)
    const loop = loopOf(p)
    const rows = Array.from({ length: 500 }, (_, i) => p.rows[i % p.rows.length] ?? new Uint32Array(8))
    const run = (watch: (at: number) => void): readonly (number | undefined)[] => {
      session().write(p.start)
      return Array.from({ length: 20 }, (_, at) => {
        const outputs = loop.run({ step: at * 500, seed: 1, rows })
        watch(at)
        return outputs.at(-1)?.get('loss')?.data[0]
      })
    }
    const memory: { readonly tensors: number; readonly bytes: number }[] = []
    const resident: number[] = []
    const first = run(() => {
      memory.push(session().memory())
      resident.push(process.memoryUsage().rss)
    })
    expect(new Set(memory.map(({ tensors }) => tensors)).size).toBe(1)
    expect(new Set(memory.map(({ bytes }) => bytes)).size).toBe(1)
    // 5,000 updates; had each kept its variables, that would be 10 MB, and its outputs and feeds as much again.
    expect((resident.at(-1) ?? 0) - (resident[9] ?? 0)).toBeLessThan(8e6)
    expect(run(() => {})).toEqual(first)
    loop.dispose()
  }, 120_000)

  it('refuses data without a field that the graph reads', async () => {
    const p = await prepared(tiny, 8, 1)
    const refused = session().prepareLoop?.(p.graph, { ...p, fields: {} })
    expect(refused === undefined ? '' : messageOf(refused)).toMatch(/the data have no field 'x'/)
  })
})
