import { cpSync, rmSync } from 'node:fs'
import { pipe } from 'fp-ts/lib/function.js'
import * as E from 'fp-ts/lib/Either.js'
import {
  adam,
  bernoulli,
  binary,
  dense,
  diagonalNormal,
  elbo,
  experiment,
  given,
  latent,
  model,
  observe,
  relu,
  shards,
  standardNormal,
  vae,
} from 'elbo-ts'
import { describe, expect, it } from 'vitest'
import { loadShards } from '../../../src/data/shards.ts'
import type { Dataset } from '../../../src/data/Field.ts'
import { openTarget } from '../../../src/interp/openTarget.ts'
import type { TargetName } from '../../../src/interp/Session.ts'
import { train, type TrainOptions } from '../../../src/train/loop.ts'
import { folderOf, npy } from '../data/arrays.ts'
import { messageOf, right } from '../either.ts'
import { contentOf } from './folders.ts'
import { newPath } from '../../temporary.ts'

const native = E.isRight(await openTarget('graph')())
const targets: readonly TargetName[] = ['reference', 'wasm', ...(native ? (['graph'] as const) : [])]

/** 300 pictures of six grey levels in three files, in blocks of five; ten blocks are shuffled together. */
const greys = Uint8Array.from({ length: 300 * 6 }, (_, i) => (i * 89 + Math.floor(i / 6) * 31) % 256)
const files = Object.fromEntries(
  [0, 1, 2].map((k) => [`x-${k}.npy`, npy(greys.slice(k * 600, (k + 1) * 600), [100, 6])]),
)
const folder = folderOf(files)
const e = experiment({
  vae: vae({
    model: pipe(
      model,
      latent('z', () => standardNormal(2)),
      observe('x', ({ z }) => pipe(z, dense(5), relu, dense(6), bernoulli)),
    ),
    guide: pipe(
      given({ x: binary(6) }),
      latent('z', ({ x }) => pipe(x, dense(5), relu, dense(4), diagonalNormal(2))),
    ),
  }),
  objective: elbo(),
  data: shards({ folder, fields: { x: { shape: [6], support: 'binary', encoding: 'dynamic' } } }),
  optimizer: adam(0.02),
  epochs: 3,
  batch: 8,
  seed: 2,
  validation: 0.2,
})
const loaded = async (from = folder): Promise<Dataset> => {
  if (e.data.tag !== 'shards') throw new Error('not shards')
  return right(await loadShards({ ...e.data, folder: from }, { block: 30, window: 300, blocks: 1 })())
}

const run = async (target: TargetName, options: Partial<TrainOptions>, stopAt?: number, from?: string) => {
  const { session } = right(await openTarget(target)())
  let looks = 0
  const signal = {
    get aborted() {
      return stopAt !== undefined && looks++ >= stopAt
    },
  }
  const result = await train(e, { session, dataset: await loaded(from), signal, ...options })()
  session.dispose()
  return result
}

describe('training on data that stay in files', () => {
  it.each(targets)('resumes to the same numbers, bit for bit, on %s', async (target) => {
    const whole = newPath()
    right(await run(target, { out: whole }))
    // Within the first window, at the seam of two, in the second epoch, in validation.
    for (const stopAt of [2, 6, 30, 35]) {
      const out = newPath()
      const stopped = right(await run(target, { out }, stopAt))
      if (stopped.status === 'interrupted') right(await run(target, { resume: out }))
      expect(contentOf(out), `stopped at look ${stopAt}`).toEqual(contentOf(whole))
    }
  })

  it('is the same run on every target', async () => {
    const reference = right(await run('reference', {}))
    expect(reference.history).toHaveLength(3)
    for (const target of targets) {
      const { history, done } = right(await run(target, {}))
      for (const [i, { train: measured, validation }] of history.entries()) {
        expect(measured.loss).toBeCloseTo(reference.history[i]?.train.loss ?? Number.NaN, 4)
        expect(validation?.bound).toBeCloseTo(reference.history[i]?.validation?.bound ?? Number.NaN, 4)
      }
      expect(done?.test?.bound).toBeCloseTo(reference.done?.test?.bound ?? Number.NaN, 4)
    }
  })

  it('stops with what is wrong where a file goes away', async () => {
    const copy = newPath()
    cpSync(folder, copy, { recursive: true })
    const { session } = right(await openTarget('reference')())
    const dataset = await loaded(copy)
    rmSync(copy, { recursive: true })
    expect(messageOf(await train(e, { session, dataset })())).toMatch(
      /training stopped on reference: cannot read .*x-\d\.npy.: there is no such file/,
    )
  })
})
