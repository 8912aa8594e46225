import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { type ElboError, modelError } from '../error.ts'
import { type AnyDist, mapDist } from '../dist/Dist.ts'
import { meanOf } from '../dist/family.ts'
import { isLibraryMade, madeOf } from '../dist/library.ts'
import * as b from '../expr/build.ts'
import { node } from '../expr/node.ts'
import type { Node } from '../expr/Op.ts'
import { sizeOf } from '../expr/Tensor.ts'
import type { Batch } from '../interp/inParts.ts'
import type { Session } from '../interp/Session.ts'
import type { Site } from '../model/Program.ts'
import type { AnyVae } from '../model/Vae.ts'
import { namesLike } from '../namesLike.ts'
import { substitute } from '../expr/substitute.ts'
import { type Estimate, estimateOf } from './Estimate.ts'
import { inspect } from './inspect.ts'

/** Which coordinates of each latent stay, from 0 in row-major order; a latent that is not named stays whole. */
export type Kept = Readonly<Record<string, readonly number[]>>

/** [kept, all]: row k has its one 1 in the column of the k-th coordinate that stays. */
const selection = (kept: readonly number[], all: number): Node => {
  const values = Array.from({ length: kept.length * all }, () => 0)
  kept.forEach((at, k) => (values[k * all + at] = 1))
  return b.literal(values, [kept.length, all])
}

/** The coordinates that stay, in a row. */
const selected = (x: Node, kept: readonly number[]): Node => {
  const all = sizeOf(x.shape)
  const row = b.matmul(b.reshape(x, [1, all]), selection(kept, all), { transposeB: true })
  return b.reshape(row, [kept.length])
}

/** The whole latent again: what stays where it was, everything else at `rest`. */
const embedded = (small: Node, kept: readonly number[], rest: Node): Node => {
  const all = sizeOf(rest.shape)
  const spread = b.reshape(b.matmul(b.reshape(small, [1, kept.length]), selection(kept, all)), rest.shape)
  const stays = new Set(kept)
  const gone = b.literal(
    Array.from({ length: all }, (_, i) => (stays.has(i) ? 0 : 1)),
    rest.shape,
  )
  return b.add(spread, b.mul(gone, rest))
}

const latentsOf = (vae: AnyVae): readonly string[] =>
  vae.model.flatMap(({ kind, name }) => (kind === 'latent' ? [name] : []))

const problem = (vae: AnyVae, kept: Kept): string | undefined => {
  for (const [name, at] of Object.entries(kept)) {
    const site = vae.model.find((s) => s.kind === 'latent' && s.name === name)
    if (site === undefined) return `prune: there is no latent '${name}'; there are ${namesLike(name, latentsOf(vae))}`
    if (site.dist.support === 'oneHot') return `prune: '${name}' is ${site.dist.family}; its coordinates are one choice`
    const own = [...vae.model, ...vae.guide].find((s) => s.name === name && !isLibraryMade(s.dist))
    if (own !== undefined)
      return `prune: '${name}' is ${own.dist.family}, of which it is not known how its coordinates come apart`
    const all = sizeOf(site.dist.shape)
    if (at.length === 0) return `prune: nothing of '${name}' would stay; a model without it is another model`
    if (at.some((i, k) => !Number.isInteger(i) || i < 0 || i >= all || (k > 0 && i <= (at[k - 1] ?? 0))))
      return `prune: '${name}' has coordinates 0 … ${all - 1}, to be named in ascending order, but got ${at.join(', ')}`
  }
  return undefined
}

/** The distribution of the coordinates that stay, each as it was. */
const small = (dist: AnyDist, kept: readonly number[]): AnyDist => {
  const params = Object.entries(dist.params).map(([name, x]) => [name, selected(x, kept)] as const)
  const made = madeOf(dist.family, Object.fromEntries(params))
  if (made === undefined) throw new Error(`prune: ${dist.family} is not made of its parameters alone`)
  return made
}

/** One half of the program: later sites read the whole latent, made of the small one. */
const pruned = (sites: readonly Site[], kept: Kept): readonly Site[] => {
  const images = new Map<string, (leaf: Node) => Node>()
  const replace = (leaf: Node): Node | undefined => (leaf.op === 'data' ? images.get(leaf.arg.name)?.(leaf) : undefined)
  return sites.map((site) => {
    const dist = mapDist(site.dist, (roots) => substitute(roots, replace))
    const at = kept[site.name]
    if (site.kind !== 'latent' || at === undefined) return { ...site, dist }
    const rest = meanOf(dist)
    images.set(site.name, (leaf) =>
      leaf.op === 'data' ? embedded(node('data', { ...leaf.arg, shape: [at.length] }), at, rest) : leaf,
    )
    return { ...site, dist: small(dist, at) }
  })
}

/**
 * The program without some latent coordinates: the prior and the guide are those of the coordinates that stay, and where the model reads a
 * coordinate that is gone it finds its prior mean (in the guide, its posterior mean). The parameters and their names are as they were, so the
 * weights of the one are those of the other; kernels' columns that nothing reads any more cost nothing but their room.
 *
 * The decoder's outputs at any z' are exactly the old ones at z' with prior means in the gaps; posterior means of what stays are as they were.
 *
 * Errors    a latent that does not exist, a coordinate outside it, a Categorical, or nothing left
 * @example  prune(mnistVae, { z: [0, 3, 7] })
 */
export const prune = (vae: AnyVae, kept: Kept): E.Either<ElboError, AnyVae> => {
  const wrong = problem(vae, kept)
  return wrong === undefined
    ? E.right({ ...vae, model: pruned(vae.model, kept), guide: pruned(vae.guide, kept) })
    : E.left(modelError(wrong))
}

/** A pruned program and what it costs. Units nats a datum. */
export interface Pruning {
  readonly vae: AnyVae
  readonly kept: Kept
  readonly before: Estimate
  readonly after: Estimate
  /** after − before, datum by datum */
  readonly change: Estimate
}

/**
 * Prune, and measure the bound before and after on data. The bound rises by the KL that the pruned coordinates cost, and falls by what the
 * decoder made of them.
 *
 * Bias      none in either bound; the noise of the two is not the same
 */
export const pruneAndMeasure = (
  vae: AnyVae,
  session: Session,
  data: Batch,
  kept: Kept,
  options: { readonly seed?: number } = {},
): E.Either<ElboError, Pruning> =>
  pipe(
    prune(vae, kept),
    E.bindTo('small'),
    E.bind('before', () => inspect(vae, session, data, options)),
    E.bind('after', ({ small }) => inspect(small, session, data, options)),
    E.map(({ small, before, after }) => ({
      vae: small,
      kept,
      before: estimateOf(before.bound),
      after: estimateOf(after.bound),
      change: estimateOf(after.bound.map((bound, i) => bound - (before.bound[i] ?? Number.NaN))),
    })),
  )
