import { pipe } from 'fp-ts/lib/function.js'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import {
  abs,
  adam,
  add,
  bernoulli,
  binary,
  clipByGlobalNorm,
  dense,
  diagonalNormal,
  elbo,
  type Expr,
  given,
  latent,
  log,
  model,
  observe,
  sgd,
  sqrt,
  standardNormal,
  sub,
  vae,
} from 'elbo-ts'
import * as b from '../../../src/expr/build.ts'
import { node } from '../../../src/expr/node.ts'
import { openReference } from '../../../src/interp/reference/index.ts'
import { openTarget } from '../../../src/interp/openTarget.ts'
import { decodeCheckpoint } from '../../../src/train/checkpoint.ts'
import type { Experiment } from '../../../src/train/Experiment.ts'
import { allFinite, describeNode } from '../../../src/train/nonFinite.ts'
import { train } from '../../../src/train/loop.ts'
import { messageOf, right } from '../either.ts'
import { newPath } from '../../temporary.ts'
import { dataOf, tiny, trained, withSettings } from './tiny.ts'

/** The tiny experiment with something planted between two layers of its decoder. */
const planted = (plant: (h: Expr<[5]>) => Expr<[5]>, options: Partial<Experiment> = {}): Experiment => ({
  ...tiny,
  vae: vae({
    model: pipe(
      model,
      latent('z', () => standardNormal(2)),
      observe('x', ({ z }) => pipe(z, dense(5), plant, dense(6), bernoulli)),
    ),
    guide: pipe(
      given({ x: binary(6) }),
      latent('z', ({ x }) => pipe(x, dense(4), diagonalNormal(2))),
    ),
  }),
  objective: elbo(),
  ...options,
})

describe('a number that is not finite', () => {
  it.each(['reference', 'wasm'] as const)('is told with its vertex, step and target on %s', async (target) => {
    const { session } = right(await openTarget(target)())
    const { result, events } = await trained(planted(log), {}, session)
    const message = messageOf(result)
    expect(message).toMatch(
      new RegExp(
        `^step 1 \\(epoch 1\\) on ${target} gave numbers that are not finite; the first vertex that is not is log \\[8, 5\\], computed from parameter 'model/x/dense_0/kernel', parameter 'model/x/dense_0/bias' and noise 'z'\\. Try`,
      ),
    )
    expect(message).toMatch(/lower learning rate, clipByGlobalNorm on the optimiser, or look for extreme values/)
    expect(events.at(-1)).toMatchObject({ event: 'nonFinite', step: 1, target })
    session.dispose()
  })

  /** The root has a slope of ∞ at 0: the outputs are finite, the update is not. */
  const steep = planted((h) => pipe(h, add(pipe(h, sub(h), abs, sqrt))))
  it.each(['reference', 'wasm'] as const)('is looked for in the update that left it behind, on %s', async (target) => {
    const { session } = right(await openTarget(target)())
    const { result, events } = await trained(steep, {}, session)
    expect(messageOf(result)).toMatch(/^step 1 \(epoch 1\).*the first vertex that is not is div /)
    expect(events.at(-1)).toMatchObject({ event: 'nonFinite', step: 1 })
    session.dispose()
  })

  /** A parameter that runs away: its updates overflow long before it shows in any output. */
  it('is found by replaying when it shows late, and the last good checkpoint stays', async () => {
    const folder = newPath()
    const e = { ...withSettings({ epochs: 400 }), objective: elbo(), optimizer: sgd(400) }
    const { result, events } = await trained(e, { out: folder })
    const message = messageOf(result)
    expect(message).toMatch(/on reference gave numbers that are not finite; the first vertex that is not is \w+ /)
    const epochs = events.filter(({ event }) => event === 'epoch')
    const last = right(decodeCheckpoint('last', readFileSync(join(folder, 'last.npz'))))
    expect(last.counters.epoch).toBe(epochs.length)
    expect(allFinite(last.values.values())).toBe(true)
  })

  it('does not come where gradients are clipped', async () => {
    const { result } = await trained({
      ...withSettings({ epochs: 5 }),
      objective: elbo(),
      optimizer: pipe(adam(0.05), clipByGlobalNorm(0.1)),
    })
    expect(right(result).status).toBe('done')
  })

  it('in data held out is told too', async () => {
    const dataset = await dataOf(tiny)
    const broken = { ...dataset, test: { size: 4, columns: { x: new Float32Array(24).fill(Number.NaN) } } }
    const result = await train(tiny, { session: openReference(), dataset: broken })()
    expect(messageOf(result)).toBe(
      "the test data give numbers that are not finite on reference: the first vertex that is not is data 'x' [4, 6]",
    )
  })
})

describe('a vertex in words', () => {
  const kernel = node('param', { name: 'x/kernel', shape: [3], init: { tag: 'constant', value: 0 } })
  const x = node('data', { name: 'x', shape: [3], support: 'real' })
  it('is its op and shape and the named leaves nearest above it', () => {
    expect(describeNode(b.log(b.mul(b.neg(kernel), x)))).toBe(
      "log [3], computed from data 'x' and parameter 'x/kernel'",
    )
    expect(describeNode(b.sum(b.mul(x, 2)))).toBe("sum axes [0] [], computed from data 'x'")
    expect(describeNode(kernel)).toBe("parameter 'x/kernel' [3]")
    expect(describeNode(b.constant(Number.POSITIVE_INFINITY))).toBe('const Infinity []')
  })
})
