import { posteriorNoise } from '../data/streams.ts'
import { logProb, logProbTerms, meanOf, varianceOf } from '../dist/family.ts'
import type { AnyDist } from '../dist/Dist.ts'
import * as b from '../expr/build.ts'
import type { Graph } from '../expr/Graph.ts'
import { node } from '../expr/node.ts'
import type { Node } from '../expr/Op.ts'
import { type Choose, type Elaborated, infer, sampled } from '../model/elaborate.ts'
import { enumerating, logExpectation } from '../model/enumerated.ts'
import { elbo, measure } from '../model/objective.ts'
import type { AnyVae } from '../model/Vae.ts'
import { vmap } from '../transform/vmap.ts'

/** The graphs that diagnoses are read from. All are made for a number of data; outputs keep the datum as their first axis. */

const nothing = b.constant(Number.NaN)

export const isData = (leaf: Node): boolean => leaf.op === 'data'
export const isNoise = (leaf: Node): boolean => leaf.op === 'noise'
const isDatum = (leaf: Node): boolean => isData(leaf) || isNoise(leaf)
/** The data leaves of these names. */
const isNamed =
  (names: ReadonlySet<string>) =>
  (leaf: Node): boolean =>
    leaf.op === 'data' && names.has(leaf.arg.name)

/** A latent's value as data of its name. */
export const asData: Choose = (dist, name) => ({
  value: node('data', { name, shape: dist.shape, support: dist.support }),
  dist,
})
/** A draw from the guide: ε has the latent's name. */
export const drawn: Choose = sampled(posteriorNoise)

/** What an observation is scored against. */
export const observed =
  (vae: AnyVae) =>
  (name: string): Node => {
    const field = vae.given[name]
    return field === undefined ? nothing : node('data', { name, shape: field.shape, support: field.support })
  }

export type Outputs = Readonly<Record<string, Node>>

const outputsOf = (outputs: Outputs, map: (roots: readonly Node[]) => readonly Node[]): Graph => {
  const names = Object.keys(outputs)
  const roots = map(Object.values(outputs))
  return { outputs: Object.fromEntries(names.map((name, i) => [name, roots[i] ?? nothing])), updates: {} }
}

export const perDatumGraph = (outputs: Outputs, size: number): Graph =>
  outputsOf(outputs, (roots) => vmap(roots, size, isDatum))

const total = (terms: readonly Node[]): Node => b.addAll(terms.map((t) => b.sum(t)))

const entries = <A>(map: ReadonlyMap<string, A>, prefix: string, f: (value: A, name: string) => Node): Outputs =>
  Object.fromEntries([...map].map(([name, value]) => [`${prefix}/${name}`, f(value, name)]))

/** log p(z), log q(z | x) and log p(x | z) at the elaborated latents, each summed. */
export const logDensities = (
  vae: AnyVae,
  e: Elaborated,
): { readonly prior: Node; readonly posterior: Node; readonly likelihood: Node } => {
  const at = (dists: ReadonlyMap<string, AnyDist>): Node =>
    total([...dists].map(([name, dist]) => logProbTerms(dist, e.latents.get(name) ?? nothing)))
  return {
    prior: at(e.priors),
    posterior: at(e.posteriors),
    likelihood: b.addAll([...e.likelihoods].map(([name, p]) => logProb(p, observed(vae)(name)))),
  }
}

/** Of each datum the bound and its parts, and of each latent the posterior's moments, its KL in terms, and a draw. */
export const inspectionGraph = (vae: AnyVae, size: number): Graph => {
  const e = infer(vae, drawn)
  const { bound, reconstruction, kl } = measure(vae, elbo(), observed(vae))
  return perDatumGraph(
    {
      bound: bound ?? nothing,
      reconstruction,
      ...Object.fromEntries(Object.entries(kl).map(([name, terms]) => [`kl/${name}`, terms])),
      ...entries(e.posteriors, 'location', meanOf),
      ...entries(e.posteriors, 'variance', varianceOf),
      ...entries(e.latents, 'draw', (z) => z),
    },
    size,
  )
}

/** logQ/‹latent› [draws, data, …terms]: every draw's density under every datum's posterior. logP/‹latent› [draws, …terms] under the prior. */
export const crossGraph = (vae: AnyVae, draws: number, data: number): Graph => {
  const e = infer(vae, asData)
  const given = isNamed(new Set(Object.keys(vae.given)))
  const latents = isNamed(new Set(e.latents.keys()))
  const at = (name: string): Node => e.latents.get(name) ?? nothing
  return outputsOf(
    entries(e.posteriors, 'logQ', (q, name) => logProbTerms(q, at(name))),
    (roots) => vmap(vmap(roots, data, given), draws, latents),
  )
}

/** log p(z) in terms, of latents given as data, and of conditions where the prior has any: logP/‹latent›. */
export const priorGraph = (vae: AnyVae, size: number): Graph => {
  const e = infer(vae, asData)
  return perDatumGraph(
    entries(e.priors, 'logP', (p, name) => logProbTerms(p, e.latents.get(name) ?? nothing)),
    size,
  )
}

/** logWeight [size, samples] = log p(x, z) − log q(z | x) of draws from the guide; enumerated latents are summed out of it. */
export const weightsGraph = (vae: AnyVae, size: number, samples: number): Graph => {
  const e = infer(vae, enumerating(drawn))
  const { prior, posterior, likelihood } = logDensities(vae, e)
  return outputsOf({ logWeight: logExpectation(e, b.sub(b.add(prior, likelihood), posterior)) }, (roots) =>
    vmap(vmap(roots, samples, isNoise), size, isDatum),
  )
}

/** The likelihoods' log-densities in terms and their squared errors, at the guide's draw: how well each dimension of the data is told. */
export const reconstructionGraph = (vae: AnyVae, size: number): Graph => {
  const e = infer(vae, drawn)
  return perDatumGraph(
    {
      ...entries(e.likelihoods, 'logProb', (p, name) => logProbTerms(p, observed(vae)(name))),
      ...entries(e.likelihoods, 'squaredError', (p, name) => b.square(b.sub(meanOf(p), observed(vae)(name)))),
    },
    size,
  )
}
