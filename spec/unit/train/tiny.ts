import { pipe } from 'fp-ts/lib/function.js'
import {
  adam,
  bernoulli,
  binary,
  dense,
  diagonalNormal,
  elbo,
  experiment,
  given,
  inline,
  latent,
  model,
  observe,
  relu,
  standardNormal,
  vae,
  warmUp,
} from 'elbo-ts'
import { load } from '../../../src/data/load.ts'
import type { Dataset } from '../../../src/data/Field.ts'
import type { Experiment } from '../../../src/train/Experiment.ts'
import { openReference } from '../../../src/interp/reference/index.ts'
import type { Session } from '../../../src/interp/Session.ts'
import type { TrainEvent } from '../../../src/train/events.ts'
import { train, type TrainOptions } from '../../../src/train/loop.ts'
import { right } from '../either.ts'

/** 40 pictures of six pixels: one of two bars, some pixels wrong. */
const pixels = Array.from({ length: 40 * 6 }, (_, i) => {
  const [datum, pixel] = [Math.floor(i / 6), i % 6]
  const bar = datum % 2 === 0 ? pixel < 3 : pixel >= 3
  return bar !== (i * 7919) % 23 < 2 ? 1 : 0
})

export const tinyVae = (hidden = 5) =>
  vae({
    model: pipe(
      model,
      latent('z', () => standardNormal(2)),
      observe('x', ({ z }) => pipe(z, dense(hidden), relu, dense(6), bernoulli)),
    ),
    guide: pipe(
      given({ x: binary(6) }),
      latent('z', ({ x }) => pipe(x, dense(hidden), relu, dense(4), diagonalNormal(2))),
    ),
  })

/** 36 data to train with, 4 to test; batches of 8, the last of an epoch short. */
export const tiny: Experiment = experiment({
  name: 'tiny',
  vae: tinyVae(),
  objective: elbo({ beta: warmUp({ epochs: 2 }) }),
  data: inline({ fields: { x: { shape: [6], support: 'binary', values: pixels } } }),
  optimizer: adam(0.02),
  epochs: 4,
  batch: 8,
  seed: 3,
})

export const withSettings = (settings: Partial<Experiment['settings']>, e: Experiment = tiny): Experiment => ({
  ...e,
  settings: { ...e.settings, ...settings },
})

export const dataOf = async (e: Experiment): Promise<Dataset> => right(await load(e.data)())

/** Train on a session of its own, and what was told. */
export const trained = async (
  e: Experiment,
  options: Partial<TrainOptions> & { readonly stopAt?: number } = {},
  session: Session = openReference(),
) => {
  const events: TrainEvent[] = []
  let steps = 0
  const signal = {
    get aborted() {
      return options.stopAt !== undefined && steps++ >= options.stopAt
    },
  }
  const dataset = await dataOf(e)
  const result = await train(e, { signal, ...options, session, dataset, onEvent: (event) => events.push(event) })()
  return { result, events, session }
}
