import type { Stream } from './seeds.ts'

/**
 * Every stream of random numbers of a run, in one place, so that no two draws share one: each has a name of its own, or a step of its own
 * under a name (`spec/laws/wiring.spec.ts` compares what runs in fact draw).
 *
 *   who draws                          name                    step
 *   parameters before training         initial/‹parameter›     0
 *   order of the data                  shuffle                 epoch
 *   … of data that stay in files       shuffle/window          window of the run
 *   which rows validate, test          validation, held out    0
 *   the guide's latents in training    ‹latent›                update
 *   … on held-out data                 ‹latent›                2³² validation, 2³³ test and what diagnoses ask, and up
 *   … fitted datum by datum            ‹latent›                2³⁴ and up
 *   grey pixels in training            binarize/‹field›        update
 *   … when measured                    evaluate/binarize/‹…›   0 test, 1 validation, 2 training data
 *   samples: latents, observations     prior/‹latent›, likelihood/‹observation›
 *
 * An update's draws are by place in its minibatch; all of measuring is by row, so that it does not depend on the minibatches.
 */

export type HeldOut = 'validation' | 'test'
export type Part = 'train' | HeldOut

/** The step of ε on held-out data: beyond those of any training, and the same every time, so that only the weights make a difference. */
export const heldOutStep: Readonly<Record<HeldOut, number>> = { validation: 2 ** 32, test: 2 ** 33 }
/** The first step of ε of a guide that is fitted to single data. */
export const FITTED_STEP: number = 2 ** 34

const partStep: Readonly<Record<Part, number>> = { test: 0, validation: 1, train: 2 }

export const initialStream = (seed: number, parameter: string): Stream => ({
  seed,
  step: 0,
  name: `initial/${parameter}`,
})
export const shuffleStream = (seed: number, epoch: number): Stream => ({ seed, step: epoch, name: 'shuffle' })
export const windowStream = (seed: number, window: number): Stream => ({ seed, step: window, name: 'shuffle/window' })
export const validationStream = (seed: number): Stream => ({ seed, step: 0, name: 'validation' })
/** Of no run's seed: which rows test is a property of the source. */
export const heldOutStream: Stream = { seed: 0, step: 0, name: 'held out' }

/** The name under which grey pixels are drawn in training. */
export const binarizeName = (field: string): string => `binarize/${field}`
export const binarizeStream = (seed: number, step: number, field: string): Stream => ({
  seed,
  step,
  name: binarizeName(field),
})
export const evaluateBinarizeStream = (seed: number, part: Part, field: string): Stream => ({
  seed,
  step: partStep[part],
  name: `evaluate/binarize/${field}`,
})

export const priorNoise = (latent: string): string => `prior/${latent}`
export const likelihoodNoise = (observation: string): string => `likelihood/${observation}`

const taken =
  /^((posterior|initial|shuffle|binarize|evaluate|prior|likelihood|simulated|observed|anneal|pilot|two-sample)(\/|$)|(validation|held out|probes)$)/
/** ε of a guide's latent is called as the latent is, unless another stream is called so. */
export const posteriorNoise = (latent: string): string => (taken.test(latent) ? `posterior/${latent}` : latent)
