import * as b from '../../expr/build.ts'
import type { Leaf } from '../../expr/leaf.ts'
import { leavesOf } from '../../expr/leaf.ts'
import { node } from '../../expr/node.ts'
import type { Node, NodeOf } from '../../expr/Op.ts'
import { sizeOf, type Tensor } from '../../expr/Tensor.ts'
import type { Batch } from '../../interp/inParts.ts'
import { countOf } from '../../diagnose/inspect.ts'
import { logProb } from '../../dist/family.ts'
import type { Site } from '../../model/Program.ts'
import type { AnyVae } from '../../model/Vae.ts'
import { vmap } from '../../transform/vmap.ts'
import { LawBroken } from '../Gauge.ts'
import { tensor, valuesAt } from './numbers.ts'
import { normalNoise, overLine, overSupport, product, type Rule, trapezoid } from './quadrature.ts'

/**
 * What a program of few latent dimensions is worth, by its definition alone: log p(x, z) and log q(z | x) as sums of log-densities over
 * the sites, integrated over z or ε. Nothing here goes through the objectives that the laws judge.
 */
export type Values = (leaf: Leaf) => Tensor

const siteLeaf = ({ name, dist }: Site): NodeOf<'data'> =>
  node('data', { name, shape: [...dist.shape], support: dist.support })
const observedLeaf = (vae: AnyVae, { name }: Site): Node => {
  const field = vae.given[name]
  if (field === undefined) throw new LawBroken(`the program is given no '${name}'`)
  return node('data', { name, shape: field.shape, support: field.support })
}
const total = (terms: readonly Node[]): Node => b.addAll(terms)

/** log p(x, z) over leaves of the latents' and the observations' names. */
export const logJoint = (vae: AnyVae): Node =>
  total(vae.model.map((s) => logProb(s.dist, s.kind === 'latent' ? siteLeaf(s) : observedLeaf(vae, s))))

/** log q(z | x) over the same. */
export const logGuide = (vae: AnyVae): Node => total(vae.guide.map((s) => logProb(s.dist, siteLeaf(s))))

/** The latents' leaves, in the model's order. */
export const latentLeaves = (vae: AnyVae): readonly NodeOf<'data'>[] =>
  vae.model.filter(({ kind }) => kind === 'latent').map(siteLeaf)

/** The roots at many values of some leaves at once; `points` has the values of all of them, one after another, a row a point. */
export const overPoints = (
  roots: readonly Node[],
  leaves: readonly Leaf[],
  points: readonly (readonly number[])[],
  values: Values,
): readonly Float64Array[] => {
  const names = new Set(leaves.map((leaf) => leaf.arg.name))
  // By name: a latent is one leaf to the model, with the prior's support, and another to the guide, with the posterior's.
  const isVaried = (n: Node): boolean => (n.op === 'data' || n.op === 'noise') && names.has(n.arg.name)
  const offsets = new Map<string, number>()
  let width = 0
  for (const leaf of leaves) {
    offsets.set(leaf.arg.name, width)
    width += sizeOf(leaf.shape)
  }
  return valuesAt(vmap(roots, points.length, isVaried), (leaf) => {
    if (!names.has(leaf.arg.name) || leaf.op === 'param') return values(leaf)
    const size = sizeOf(leaf.shape.slice(1))
    const offset = offsets.get(leaf.arg.name) ?? 0
    const data = new Float64Array(points.length * size)
    points.forEach((p, i) => data.set(p.slice(offset, offset + size), i * size))
    return { shape: leaf.shape, data }
  })
}

/** log Σ exp, safe at any size. */
export const logSum = (terms: ArrayLike<number>): number => {
  const peak = Array.from(terms).reduce((most, t) => Math.max(most, t), -Infinity)
  return peak === -Infinity ? peak : peak + Math.log(Array.from(terms).reduce((sum, t) => sum + Math.exp(t - peak), 0))
}

/** One latent number: points, log p(x, z), log q(z | x), and the weights of ∫ dz. */
export interface Grid {
  readonly logP: Float64Array
  readonly logQ: Float64Array
  readonly weights: readonly number[]
  readonly points: readonly number[]
}
export const gridOf = (vae: AnyVae, values: Values): Grid => {
  const leaves = latentLeaves(vae)
  const q = vae.guide.find(({ kind }) => kind === 'latent')
  const { points, weights } = overSupport(q?.dist.support === 'positive' ? 'positive' : 'real')
  const [logP = new Float64Array(), logQ = new Float64Array()] = overPoints(
    [logJoint(vae), logGuide(vae)],
    leaves,
    points.map((z) => [z]),
    values,
  )
  return { logP, logQ, weights, points }
}

/** log p(x) = log ∫ p(x, z) dz over the support that the guide has. */
export const evidence = ({ logP, weights }: Pick<Grid, 'logP' | 'weights'>): number =>
  logSum(logP.map((l, i) => l + Math.log(weights[i] ?? 0)))

const rowsOf = (data: Batch, rows: readonly number[]): Batch =>
  new Map(
    [...data].map(
      ([
        name,
        {
          shape: [, ...shape],
          data: all,
        },
      ]) => {
        const size = sizeOf(shape)
        const some = rows.flatMap((row) => Array.from(all.subarray(row * size, (row + 1) * size)))
        return [name, tensor([rows.length, ...shape], some)]
      },
    ),
  )

/** log p(x) of many data, for a smooth program with one latent number: with points that are doubled where their halves disagree. */
export const evidences = (vae: AnyVae, values: Values, data: Batch, width = 0.05): readonly number[] => {
  const count = countOf(data)
  const { points, weights } = overLine(width)
  const latents = new Set(latentLeaves(vae).map(({ arg }) => arg.name))
  const isLatent = (n: Node): boolean => n.op === 'data' && latents.has(n.arg.name)
  const isDatum = (n: Node): boolean => n.op === 'data' && !latents.has(n.arg.name)
  const joint = vmap(vmap([logJoint(vae)], points.length, isLatent), count, isDatum)
  const [logs = new Float64Array()] = valuesAt(joint, (leaf) =>
    leaf.op === 'data' ? (data.get(leaf.arg.name) ?? tensor(leaf.shape, points)) : values(leaf),
  )
  const size = points.length
  const each = Array.from({ length: count }, (_, row) => {
    const logP = logs.slice(row * size, (row + 1) * size)
    const coarse = logP.map((l, i) => (i % 2 === 0 ? l + Math.LN2 : -Infinity))
    const value = evidence({ logP, weights })
    return { row, value, settled: Math.abs(value - evidence({ logP: coarse, weights })) < 1e-9 }
  })
  const open = each.filter(({ settled }) => !settled).map(({ row }) => row)
  if (open.length === 0 || width < 1e-4) return each.map(({ value }) => value)
  const finer = evidences(vae, values, rowsOf(data, open), width / 2)
  const known = new Map(open.map((row, i) => [row, finer[i] ?? Number.NaN]))
  return each.map(({ row, value }) => known.get(row) ?? value)
}

/** KL(q(z | x) ‖ p(z | x)). */
export const posteriorKl = (grid: Omit<Grid, 'points'>): number => {
  const x = evidence(grid)
  return grid.logQ.reduce((sum, q, i) => {
    const mass = Math.exp(q) * (grid.weights[i] ?? 0)
    return mass === 0 ? sum : sum + mass * (q - ((grid.logP[i] ?? 0) - x))
  }, 0)
}

/** E_q[w²] / p(x)² for the weight w = p(x, z) / q(z | x): 1 at the posterior. */
export const weightSpread = (grid: Omit<Grid, 'points'>): number => {
  const x = evidence(grid)
  return Math.exp(logSum(grid.logP.map((l, i) => 2 * (l - x) - (grid.logQ[i] ?? 0) + Math.log(grid.weights[i] ?? 0))))
}

const fine = normalNoise()
const [finer, coarser] = [trapezoid(0.25), trapezoid(0.8)]

/** The rule for so many independent Normal numbers of noise. */
const noiseGrid = (
  dimensions: number,
): { readonly points: readonly (readonly number[])[]; readonly weights: readonly number[] } => {
  const rule: Rule = dimensions === 1 ? fine : dimensions === 2 ? finer : coarser
  return product(Array.from({ length: dimensions }, () => rule))
}

/** E_ε of the roots, over all Normal noise that they read: 3 numbers at most. */
export const overNoise = (roots: readonly Node[], values: Values): readonly number[] => {
  const noise = leavesOf(roots).filter((leaf) => leaf.op === 'noise')
  const dimensions = noise.reduce((n, leaf) => n + sizeOf(leaf.shape), 0)
  if (dimensions > 3 || noise.some((leaf) => leaf.arg.law !== 'normal'))
    throw new LawBroken(`cannot average over ${dimensions} numbers of this noise`)
  if (dimensions === 0) return valuesAt(roots, values).map(([v = Number.NaN]) => v)
  const { points, weights } = noiseGrid(dimensions)
  return overPoints(roots, noise, points, values).map((at) => at.reduce((sum, v, i) => sum + v * (weights[i] ?? 0), 0))
}
