import type { AnyDist } from '../../dist/Dist.ts'
import { node } from '../../expr/node.ts'
import { type Elaborated, infer, sampled } from '../../model/elaborate.ts'
import type { AnyVae } from '../../model/Vae.ts'
import { logProbsByHand } from './byHand.ts'
import { type Grid, latentLeaves, logGuide, logJoint, overPoints, type Values } from './exact.ts'
import { overSupport } from './quadrature.ts'

/** Expectations over latents that a guide sums out, one value after another: what the sums of the library are judged by. */

/** One value of all of them together: how probable, by the textbook, and the numbers of every leaf where they have it. */
export interface Branch {
  readonly probability: number
  readonly values: Values
}

interface Point {
  readonly at: readonly number[]
  readonly weight: number
}

const every = <A>(choices: readonly (readonly A[])[]): readonly (readonly A[])[] =>
  choices.reduce<readonly (readonly A[])[]>((all, some) => all.flatMap((a) => some.map((s) => [...a, s])), [[]])

/** All vectors that a discrete distribution can give. */
const vectorsOf = ({ family, shape }: AnyDist): readonly (readonly number[])[] => {
  const size = (dims: readonly number[]): number => dims.reduce((n, d) => n * d, 1)
  const k = shape.at(-1) ?? 1
  const units = Array.from({ length: k }, (_, i) => Array.from({ length: k }, (__, j) => (i === j ? 1 : 0)))
  return family === 'Categorical'
    ? every(Array.from({ length: size(shape.slice(0, -1)) }, () => units)).map((rows) => rows.flat())
    : every(Array.from({ length: size(shape) }, () => [0, 1]))
}

const nowhere = node('const', { shape: [], values: [Number.NaN] })
const branchName = (latent: string): string => `branch of ${latent}`

/** The program where enumerated latents are leaves, and all its branches; other latents are drawn. */
export const branchesOf = (
  vae: AnyVae,
  values: Values,
): { readonly e: Elaborated; readonly branches: readonly Branch[] } => {
  const draw = sampled((name) => name)
  const e = infer(vae, (dist, name) =>
    dist.sampling === 'enumerated'
      ? { value: node('data', { name: branchName(name), shape: dist.shape, support: dist.support }), dist }
      : draw(dist, name),
  )
  const summed = [...e.posteriors].filter(([, dist]) => dist.sampling === 'enumerated')
  const branches = every(summed.map(([, dist]) => vectorsOf(dist))).map((vectors): Branch => {
    const at: Values = (leaf) => {
      const which = summed.findIndex(([name]) => leaf.arg.name === branchName(name))
      return which < 0 ? values(leaf) : { shape: leaf.shape, data: Float64Array.from(vectors[which] ?? []) }
    }
    const logs = summed.flatMap(([name, q]) => logProbsByHand(q, e.latents.get(name) ?? nowhere, at))
    return { probability: Math.exp(logs.reduce((sum, l) => sum + l, 0)), values: at }
  })
  return { e, branches }
}

/** Σ probability · of(branch). */
export const overBranches = (branches: readonly Branch[], of: (values: Values) => number): number =>
  branches.reduce((sum, { probability, values }) => sum + probability * of(values), 0)

/** log p(x, z) and log q(z | x) at every value of discrete latents with every point of one continuous number, and the weights of their sum. */
export const mixtureGrid = (vae: AnyVae, values: Values): Omit<Grid, 'points'> => {
  const rules = vae.model.flatMap(({ kind, name, dist }): readonly (readonly Point[])[] => {
    if (kind !== 'latent') return []
    const q = vae.guide.find((site) => site.name === name)?.dist ?? dist
    if (q.sampling === 'enumerated') return [vectorsOf(q).map((at) => ({ at, weight: 1 }))]
    const { points, weights } = overSupport(q.support === 'positive' ? 'positive' : 'real')
    return [points.map((z, i) => ({ at: [z], weight: weights[i] ?? Number.NaN }))]
  })
  const points = every(rules)
  const [logP = new Float64Array(), logQ = new Float64Array()] = overPoints(
    [logJoint(vae), logGuide(vae)],
    latentLeaves(vae),
    points.map((parts) => parts.flatMap(({ at }) => at)),
    values,
  )
  return { logP, logQ, weights: points.map((parts) => parts.reduce((w, { weight }) => w * weight, 1)) }
}
