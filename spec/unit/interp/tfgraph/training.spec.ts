import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import {
  bernoulli,
  binary,
  dense,
  diagonalNormal,
  elbo,
  given,
  latent,
  log,
  model,
  observe,
  standardNormal,
  vae,
} from 'elbo-ts'
import { describe, expect, it } from 'vitest'
import mnist from '../../../../examples/01-mnist.ts'
import { load } from '../../../../src/data/load.ts'
import { openTarget } from '../../../../src/interp/openTarget.ts'
import type { Session, TargetName } from '../../../../src/interp/Session.ts'
import { openGraph } from '../../../../src/interp/tfgraph/index.ts'
import type { Experiment } from '../../../../src/train/Experiment.ts'
import { train } from '../../../../src/train/loop.ts'
import { readRun } from '../../../../src/train/runFolder.ts'
import { messageOf, right } from '../../either.ts'
import { newPath } from '../../../temporary.ts'
import { tiny, trained, withSettings } from '../../train/tiny.ts'

const here = E.isRight(await openGraph())

/** Whole training runs, whose full minibatches are loops inside TensorFlow. Batches of 8, the last of each epoch of 4. */
describe.skipIf(!here)('training on graph', () => {
  const on = async <A>(target: TargetName, use: (session: Session) => Promise<A>): Promise<A> => {
    const { session } = right(await openTarget(target)())
    const result = await use(session)
    session.dispose()
    return result
  }
  const run = (e: Experiment, target: TargetName, options: Parameters<typeof trained>[1] = {}) =>
    on(target, async (session) => right((await trained(e, options, session)).result))
  const numbers = (weights: Awaited<ReturnType<typeof run>>['weights']): readonly number[] =>
    [...weights.values()].flatMap(({ data }) => [...data])
  const distance = (a: readonly number[], b: readonly number[]): number =>
    a.reduce((most, x, i) => Math.max(most, Math.abs(x - (b[i] ?? Number.NaN))), a.length === b.length ? 0 : Infinity)

  it('is the same run as on the reference', async () => {
    const [graph, reference] = [await run(tiny, 'graph'), await run(tiny, 'reference')]
    expect(graph.history.map(({ step }) => step)).toEqual(reference.history.map(({ step }) => step))
    for (const [i, { train }] of graph.history.entries()) {
      expect(train.loss).toBeCloseTo(reference.history[i]?.train.loss ?? Number.NaN, 4)
      expect(train.latents['z']?.kl).toBeCloseTo(reference.history[i]?.train.latents['z']?.kl ?? Number.NaN, 4)
    }
    // 20 updates of Adam at rate 0.02 move a weight by up to 0.4.
    expect(distance(numbers(graph.weights), numbers(reference.weights))).toBeLessThan(2e-4)
    expect(graph.done?.test?.bound).toBeCloseTo(reference.done?.test?.bound ?? Number.NaN, 4)
  })

  it('is the same numbers from run to run', async () => {
    const [a, b] = [await run(tiny, 'graph'), await run(tiny, 'graph')]
    expect(numbers(a.weights)).toEqual(numbers(b.weights))
    expect(a.history.map(({ train }) => train.loss)).toEqual(b.history.map(({ train }) => train.loss))
  })

  it('is the same numbers, bit for bit, stopped or not, where threads share the work', async () => {
    const e = withSettings({ epochs: 2, batch: 128 }, mnist)
    const dataset = right(await load(e.data, { limit: 600 })())
    const weights = (options: { readonly out?: string; readonly resume?: string }, stopAt?: number) =>
      on('graph', async (session) => {
        let looks = 0
        const signal = {
          get aborted() {
            return stopAt !== undefined && looks++ >= stopAt
          },
        }
        return numbers(right(await train(e, { session, dataset, signal, ...options })()).weights)
      })
    const whole = await weights({})
    const out = newPath()
    expect(await weights({ out }, 2)).not.toEqual(whole)
    expect(distance(await weights({ resume: out }), whole)).toBe(0)
  }, 60_000)

  it.each([
    ['wasm', 'graph'],
    ['graph', 'wasm'],
    ['graph', 'graph'],
  ] as const)('begins on %s and goes on on %s', async (first, second) => {
    const e = withSettings({ epochs: 6 })
    const folder = newPath()
    const stopped = await run(e, first, { out: folder, stopAt: 7 })
    expect(stopped.status).toBe('interrupted')
    const resumed = await run(e, second, { resume: folder })
    expect(resumed.history).toHaveLength(6)
    expect(right(await readRun(folder)()).versions).toHaveProperty(
      ['@tensorflow/tfjs-node'],
      expect.stringMatching(/^\d+\.\d+/),
    )
    expect(distance(numbers(resumed.weights), numbers((await run(e, 'reference')).weights))).toBeLessThan(5e-4)
  })

  it('names the vertex and the step of a number that is not finite', async () => {
    const broken: Experiment = {
      ...tiny,
      vae: vae({
        model: pipe(
          model,
          latent('z', () => standardNormal(2)),
          observe('x', ({ z }) => pipe(z, dense(5), log, dense(6), bernoulli)),
        ),
        guide: pipe(
          given({ x: binary(6) }),
          latent('z', ({ x }) => pipe(x, dense(4), diagonalNormal(2))),
        ),
      }),
      objective: elbo(),
    }
    const message = await on('graph', async (session) => messageOf((await trained(broken, {}, session)).result))
    expect(message).toMatch(
      /^step 1 \(epoch 1\) on graph gave .* the first vertex that is not is log \[8, 5\], computed from/,
    )
  })

  it('leaves nothing on the target but variables', async () => {
    await on('graph', async (session) => {
      const before = session.memory().tensors
      right((await trained(tiny, {}, session)).result)
      const once = session.memory().tensors
      right((await trained(tiny, {}, session)).result)
      expect(session.memory().tensors).toBe(once)
      session.dispose()
      expect(session.memory().tensors).toBe(before)
    })
  })
})
