import { type AnyDist, mapDist } from '../dist/Dist.ts'
import { drawFrom, meanOf } from '../dist/family.ts'
import * as b from '../expr/build.ts'
import type { Node } from '../expr/Op.ts'
import { substitute } from '../expr/substitute.ts'
import type { AnyVae } from './Vae.ts'
import type { Site } from './Program.ts'

/** A program with a value for every latent: the distributions at those values, by name. */
export interface Elaborated {
  readonly latents: ReadonlyMap<string, Node>
  readonly posteriors: ReadonlyMap<string, AnyDist>
  readonly priors: ReadonlyMap<string, AnyDist>
  readonly likelihoods: ReadonlyMap<string, AnyDist>
}

/** How a latent gets its value from its distribution, and the distribution as it scores that value; `name` is the latent's. */
export type Choose = (dist: AnyDist, name: string) => { readonly value: Node; readonly dist: AnyDist }

/** A draw; ε has the name that `noise` gives it. */
export const sampled =
  (noise: (name: string) => string): Choose =>
  (dist, name) =>
    drawFrom(dist, noise(name))
export const atMean: Choose = (dist) => ({ value: meanOf(dist), dist })

const replaced = (dist: AnyDist, values: ReadonlyMap<string, Node>): AnyDist =>
  mapDist(dist, (roots) => substitute(roots, (leaf) => (leaf.op === 'data' ? values.get(leaf.arg.name) : undefined)))

/** Go through the sites in order, each seeing the values chosen before it. */
const ancestral = (
  sites: readonly Site[],
  choose: Choose,
): { readonly values: ReadonlyMap<string, Node>; readonly dists: ReadonlyMap<string, AnyDist> } => {
  const values = new Map<string, Node>()
  const dists = new Map<string, AnyDist>()
  for (const site of sites) {
    const dist = replaced(site.dist, values)
    const chosen = site.kind === 'latent' ? choose(dist, site.name) : undefined
    dists.set(site.name, chosen?.dist ?? dist)
    if (chosen !== undefined) values.set(site.name, chosen.value)
  }
  return { values, dists }
}

const pick = (
  sites: readonly Site[],
  kind: Site['kind'],
  values: ReadonlyMap<string, Node>,
): ReadonlyMap<string, AnyDist> =>
  new Map(sites.filter((s) => s.kind === kind).map((s) => [s.name, replaced(s.dist, values)]))

/** Latents from the guide: what every bound is made of. */
export const infer = (vae: AnyVae, choose: Choose): Elaborated => {
  const { values, dists } = ancestral(vae.guide, choose)
  return {
    latents: values,
    posteriors: dists,
    priors: pick(vae.model, 'latent', values),
    likelihoods: pick(vae.model, 'observed', values),
  }
}

/**
 * The guide's densities as functions of the values alone: they are those of {@link infer}, but no gradient reaches the guide's parameters by them.
 * Values that were drawn carry theirs.
 */
export const heldPosteriors = (vae: AnyVae, { latents }: Elaborated): ReadonlyMap<string, AnyDist> => {
  const held = (leaf: Node): Node | undefined => (leaf.op === 'param' ? b.stopGradient(leaf) : undefined)
  return pick(
    vae.guide.map((site) => ({ ...site, dist: mapDist(site.dist, (roots) => substitute(roots, held)) })),
    'latent',
    latents,
  )
}

/** Latents from the prior: what generation is made of. */
export const generate = (vae: AnyVae, choose: Choose): Elaborated => {
  const { values } = ancestral(vae.model, choose)
  return {
    latents: values,
    posteriors: new Map(),
    priors: pick(vae.model, 'latent', values),
    likelihoods: pick(vae.model, 'observed', values),
  }
}

/** Latents as data of their names: what a decoder is. */
export const decode = (vae: AnyVae): ReadonlyMap<string, AnyDist> => pick(vae.model, 'observed', new Map())
