import { likelihoodNoise, priorNoise } from '../data/streams.ts'
import { meanOf, sampleOf } from '../dist/family.ts'
import * as b from '../expr/build.ts'
import type { Graph } from '../expr/Graph.ts'
import { node } from '../expr/node.ts'
import type { Node, NodeOf } from '../expr/Op.ts'
import { atMean, decode, type Elaborated, generate, infer, sampled } from '../model/elaborate.ts'
import { enumerating, expectation } from '../model/enumerated.ts'
import { elbo, lossOf, type Measured, measureBatch, type Objective } from '../model/objective.ts'
import { programRoots } from '../model/Program.ts'
import type { Horizon } from '../schedule/index.ts'
import { type AnyVae, paramsOf } from '../model/Vae.ts'
import { grad } from '../transform/grad.ts'
import { vmap } from '../transform/vmap.ts'
import { learningRates, type Optimizer, updatesOf } from '../optimizer/index.ts'

/** Every graph that a run compiles, each for one batch size. The names of outputs are those of the metrics. */

const isDatum = (leaf: Node): boolean => leaf.op === 'data' || leaf.op === 'noise'
const batched = (outputs: Readonly<Record<string, Node>>, size: number): Graph => {
  const names = Object.keys(outputs)
  const roots = vmap(Object.values(outputs), size, isDatum)
  return {
    outputs: Object.fromEntries(names.map((name, i) => [name, roots[i] ?? b.constant(Number.NaN)])),
    updates: {},
  }
}

/** The leaf of an observation's data. */
const observed =
  (vae: AnyVae) =>
  (name: string): Node => {
    const field = vae.given[name]
    return field === undefined
      ? b.constant(Number.NaN)
      : node('data', { name, shape: field.shape, support: field.support })
  }

/** All parameters of the model and the guide. */
export const vaeParams = (vae: AnyVae): readonly NodeOf<'param'>[] =>
  paramsOf([...programRoots({ sites: vae.model }), ...programRoots({ sites: vae.guide })])

const RATE = 'learningRate'

const metrics = (m: Measured<Node>): Record<string, Node> => ({
  ...(m.bound === undefined ? {} : { bound: m.bound }),
  reconstruction: m.reconstruction,
  ...Object.fromEntries(Object.entries(m.kl).map(([name, kl]) => [`kl/${name}`, kl])),
})

/**
 * Means over a minibatch, one update of everything. Outputs: loss, bound, reconstruction, kl/‹latent› (a vector), and the
 * schedules at this step: beta where there is one, learningRate, or learningRate/‹part›.
 */
export const trainGraph = (
  vae: AnyVae,
  objective: Objective,
  optimizer: Optimizer,
  horizon: Horizon,
  size: number,
): Graph => {
  const step = b.scalar('step')
  const measured = measureBatch(vae, objective, observed(vae), size)
  const { loss, beta } = lossOf(objective, measured, horizon, step)
  const params = paramsOf([loss])
  return {
    outputs: {
      loss,
      ...metrics(measured),
      ...(beta === undefined ? {} : { beta }),
      ...Object.fromEntries(
        learningRates(optimizer, horizon, step).map(([part, rate]) => [part === '' ? RATE : `${RATE}/${part}`, rate]),
      ),
    },
    updates: updatesOf(optimizer, params, grad(loss, params), horizon, step, size),
  }
}

/** Loss and the gradient of every parameter: what targets are compared by. */
export const gradientGraph = (vae: AnyVae, objective: Objective, horizon: Horizon, size: number): Graph => {
  const { loss } = lossOf(objective, measureBatch(vae, objective, observed(vae), size), horizon, b.scalar('step'))
  const params = paramsOf([loss])
  const gradients = grad(loss, params)
  return {
    outputs: { loss, ...Object.fromEntries(params.map((p, i) => [`gradient/${p.arg.name}`, gradients[i] ?? loss])) },
    updates: {},
  }
}

/** What reports call the rate: the KL of every latent, in closed form where it has one. It is drawn from what the objective draws. */
const rates = (vae: AnyVae, objective: Objective, size: number): Record<string, Node> => {
  const { kl } = measureBatch(vae, objective.tag === 'elbo' ? elbo() : objective, observed(vae), size)
  return Object.fromEntries(Object.entries(kl).map(([name, terms]) => [`rate/${name}`, terms]))
}

/**
 * Means over a minibatch of held-out data: the metrics, and the rate of each latent in terms, rate/‹latent›; and of each datum the posterior
 * means, location/‹latent›.
 */
export const evaluateGraph = (vae: AnyVae, objective: Objective, size: number): Graph => {
  const measured = metrics(measureBatch(vae, objective, observed(vae), size))
  return {
    outputs: { ...measured, ...rates(vae, objective, size), ...encodeGraph(vae, size).outputs },
    updates: {},
  }
}

/** Averaged over the values of enumerated latents, all others at the guide's means. */
const atMeans = (
  vae: AnyVae,
  size: number,
  outputsOf: (e: Elaborated) => Iterable<readonly [name: string, value: Node]>,
): Graph => {
  const e = infer(vae, enumerating(atMean))
  const outputs = [...outputsOf(e)]
  const means = expectation(
    e,
    outputs.map(([, value]) => value),
  )
  return batched(Object.fromEntries(outputs.map(([name, value], i) => [name, means[i] ?? value])), size)
}

/** Posterior means of each datum: location/‹latent›; of an enumerated latent the probabilities of its values. */
export const encodeGraph = (vae: AnyVae, size: number): Graph =>
  atMeans(vae, size, (e) => [...e.latents].map(([name, z]) => [`location/${name}`, z] as const))

/** The likelihoods' means at latents given as data: mean/‹observation›. */
export const decodeGraph = (vae: AnyVae, size: number): Graph =>
  batched(Object.fromEntries([...decode(vae)].map(([name, p]) => [`mean/${name}`, meanOf(p)])), size)

/** The likelihoods' means at the posterior's means: mean/‹observation›. */
export const reconstructGraph = (vae: AnyVae, size: number): Graph =>
  atMeans(vae, size, (e) => [...e.likelihoods].map(([name, p]) => [`mean/${name}`, meanOf(p)] as const))

/** Ancestral draws: latents from the prior (latent/‹name›), the likelihoods' means there (mean/…) and draws from them (draw/…). */
export const sampleGraph = (vae: AnyVae, size: number): Graph => {
  const e = generate(vae, sampled(priorNoise))
  return batched(
    {
      ...Object.fromEntries([...e.latents].map(([name, z]) => [`latent/${name}`, z])),
      ...Object.fromEntries([...e.likelihoods].map(([name, p]) => [`mean/${name}`, meanOf(p)])),
      ...Object.fromEntries(
        [...e.likelihoods].map(([name, p]) => [`draw/${name}`, sampleOf(p, likelihoodNoise(name))]),
      ),
    },
    size,
  )
}
