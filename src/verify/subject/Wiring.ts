import type { Stream } from '../../data/seeds.ts'
import {
  binarizeStream,
  evaluateBinarizeStream,
  FITTED_STEP,
  heldOutStep,
  heldOutStream,
  initialStream,
  likelihoodNoise,
  posteriorNoise,
  priorNoise,
  shuffleStream,
  validationStream,
  windowStream,
} from '../../data/streams.ts'
import type { Tensor } from '../../expr/Tensor.ts'
import { openReference } from '../../interp/reference/index.ts'
import { decode, encode, type Generated, reconstruct, sample } from '../../train/inference.ts'
import { sampledVae, single, uneven } from './probes.ts'
import { orBroken, record, type Recording } from './Recording.ts'

type Variables = ReadonlyMap<string, Tensor>

/** How training, evaluation and sampling are put together, shown by runs of small probes. */
export interface Wiring {
  readonly name: string
  readonly single: Recording
  readonly reseeded: Recording
  readonly uneven: readonly Recording[]
  /** draws of {@link sampledVae} */
  readonly sampled: (count: number, seed: number) => Generated
  /** with these weights: posterior means of x, the likelihood's means there, and those at a latent that is x */
  readonly asked: (question: 'encode' | 'reconstruct' | 'decode', x: Tensor, weights: Variables) => Variables
  /** every stream that a run with a latent, an observation, a field and a parameter of this name draws from */
  readonly streams: (name: string) => readonly Stream[]
}

/** All that is recorded. */
export const recordings = (w: Wiring): readonly Recording[] => [w.single, w.reseeded, ...w.uneven]

/** A dense layer's parameters, 4 × 4. */
export const kernelOf = (site: string, kernel: Float64Array, bias: Float64Array): Variables =>
  new Map([
    [`${site}/dense_0/kernel`, { shape: [4, 4], data: kernel }],
    [`${site}/dense_0/bias`, { shape: [4], data: bias }],
  ])

/** This library's own. */
export const wiringHere = async (): Promise<Wiring> => ({
  name: 'training, evaluation and sampling',
  single: await record(single(11)),
  reseeded: await record(single(12)),
  uneven: [await record(uneven()), await record(uneven(2))],
  sampled: (count, seed) => {
    const session = openReference()
    session.write(kernelOf('model/y', new Float64Array(16), new Float64Array(4)))
    return orBroken(sample(sampledVae, session, { count, seed }))
  },
  asked: (question, x, weights) => {
    const session = openReference()
    session.write(weights)
    const data = new Map(question === 'decode' ? [['a', x] as const] : [['x', x] as const])
    return orBroken({ encode, reconstruct, decode }[question](sampledVae, session, data))
  },
  streams: (name) => [
    heldOutStream,
    validationStream(1),
    ...[0, 1].flatMap((step) => [
      shuffleStream(1, step),
      windowStream(1, step),
      binarizeStream(1, step, name),
      { seed: 1, step, name: posteriorNoise(name) },
    ]),
    ...[...Object.values(heldOutStep), FITTED_STEP].map((step) => ({ seed: 1, step, name: posteriorNoise(name) })),
    ...(['train', 'validation', 'test'] as const).map((part) => evaluateBinarizeStream(1, part, name)),
    initialStream(1, name),
    { seed: 1, step: 0, name: priorNoise(name) },
    { seed: 1, step: 0, name: likelihoodNoise(name) },
  ],
})
