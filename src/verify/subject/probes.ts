import { pipe } from 'fp-ts/lib/function.js'
import { inline } from '../../data/DataSource.ts'
import type { Dataset, Split } from '../../data/Field.ts'
import { bernoulli } from '../../dist/Bernoulli.ts'
import { diagonalNormal, normal, standardNormal } from '../../dist/Normal.ts'
import { full } from '../../expr/typed/full.ts'
import { binary, real } from '../../model/Field.ts'
import { elbo, iwae } from '../../model/objective.ts'
import { model, given } from '../../model/Program.ts'
import { latent, observe } from '../../model/step.ts'
import { warmUp } from '../../schedule/index.ts'
import { type AnyVae, vae } from '../../model/Vae.ts'
import { dense } from '../../nn/dense.ts'
import { type Experiment, experiment, type Settings } from '../../train/Experiment.ts'
import { adam } from '../../optimizer/index.ts'

/**
 * Small experiments by whose reported numbers one can tell what was drawn: grey pixels that become bits, a number in each row that names it, and
 * latents of one shape.
 */

export const PIXELS = 256

/** Rows that name themselves, all pixels half-grey: of bits that are drawn apart half agree. */
const halfGrey = (size: number, first: number): Split => ({
  size,
  columns: {
    x: new Uint8Array(size * PIXELS).fill(128),
    y: new Uint8Array(size * PIXELS).fill(128),
    id: Float32Array.from({ length: size }, (_, i) => (first + i) / 64),
  },
})
/** Pixels of every grey, which differ from row to row. */
const pictures = (size: number, first: number): Split => {
  const grey = (salt: number): Uint8Array =>
    Uint8Array.from(
      { length: size * PIXELS },
      (_, i) => ((first + Math.floor(i / PIXELS)) * 97 + (i % PIXELS) * 31 + salt) % 256,
    )
  const { id = new Float32Array() } = halfGrey(size, first).columns
  return { size, columns: { x: grey(0), y: grey(77), id } }
}

const fields: Dataset['fields'] = {
  x: { shape: [PIXELS], support: 'binary', encoding: 'dynamic' },
  y: { shape: [PIXELS], support: 'binary', encoding: 'dynamic' },
  id: { shape: [1], support: 'real', encoding: 'value' },
}
const dataset = (of: (size: number, first: number) => Split, train: number, test: number): Dataset => ({
  fields,
  train: of(train, 0),
  validation: of(0, 0),
  test: of(test, train),
})

const given2 = given({ x: binary(PIXELS), y: binary(PIXELS), id: real(1) })
const black = Array.from({ length: PIXELS }, () => 0)
const source = inline({
  fields: {
    x: { shape: [PIXELS], support: 'binary', values: black },
    y: { shape: [PIXELS], support: 'binary', values: black },
    id: { shape: [1], support: 'real', values: [0] },
  },
})
/** Latents of three numbers: rows of noise do not begin where blocks of the generator do. */
const wide = pipe(
  model,
  latent('a', () => normal(full(1, 3), 2)),
  latent('b', () => normal(full(1, 3), 2)),
  observe('x', ({ a }) => pipe(a, dense(PIXELS), bernoulli)),
  observe('y', ({ b }) => pipe(b, dense(PIXELS), bernoulli)),
  observe('id', ({ a }) => normal(pipe(a, dense(1)), 1)),
)

/** Its guide reads nothing and learns nothing, so log q − log p, a latent's KL where it is drawn, is a function of ε alone. */
const noiseVae = vae({
  model: wide,
  guide: pipe(
    given2,
    latent('a', () => standardNormal(3)),
    latent('b', () => standardNormal(3)),
  ),
})
const learningVae = vae({
  model: wide,
  guide: pipe(
    given2,
    latent('a', ({ x }) => pipe(x, dense(6), diagonalNormal(3))),
    latent('b', ({ y }) => pipe(y, dense(6), diagonalNormal(3))),
  ),
})
/** With a kernel and a bias of 0 its samples are ε: nothing depends on anything. Its guide is elsewhere. */
export const sampledVae: AnyVae = vae({
  model: pipe(
    model,
    latent('a', () => standardNormal(4)),
    latent('b', () => standardNormal(4)),
    observe('x', () => standardNormal(4)),
    observe('y', ({ a }) => normal(pipe(a, dense(4)), 1)),
  ),
  guide: pipe(
    given({ x: real(4), y: real(4) }),
    latent('a', ({ x }) => normal(pipe(x, dense(4)), 0.01)),
    latent('b', () => normal(full(50, 4), 0.01)),
  ),
})

/** An experiment and the data that it is trained on. */
export interface Probe {
  readonly experiment: Experiment
  readonly dataset: Dataset
}

const settings: Settings = { epochs: 3, batch: 1, seed: 11, validation: 0.25, patience: null }
const onSource = {
  objective: elbo({ kl: 'sampled', beta: warmUp({ epochs: 2 }) }),
  data: source,
  optimizer: adam(0.3),
  ...settings,
}

/** Minibatches of one datum: every number that is reported is of one draw. 3 rows to train with, 1 to validate, 3 to test. */
export const single = (seed: number): Probe => ({
  experiment: experiment({ ...onSource, vae: noiseVae, seed }),
  dataset: dataset(halfGrey, 4, 3),
})
/** Minibatches whose last is short: training 3, 3, 2, validation 3, 1, test 3, 2. It learns so fast that it does not always get better. */
export const uneven = (samples?: number): Probe => {
  const made = experiment({
    ...onSource,
    optimizer: adam(0.03),
    objective: elbo({ kl: 'sampled' }),
    vae: learningVae,
    epochs: 6,
    batch: 3,
    seed: 5,
    validation: 1 / 3,
  })
  return {
    experiment: samples === undefined ? made : { ...made, objective: iwae(samples) },
    dataset: dataset(pictures, 12, 5),
  }
}
