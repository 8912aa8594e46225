import * as O from 'fp-ts/lib/Option.js'
import { constant, sameDims, sub, sum } from '../expr/build.ts'
import { node } from '../expr/node.ts'
import type { Node } from '../expr/Op.ts'
import { substitute } from '../expr/substitute.ts'
import { type AnyDist, isValueLeaf, noiseNamed, otherParam, type Parts } from './Dist.ts'

/** What a distribution knows, asked for: its expressions with a value, a noise or another distribution put in. */

const filled = (root: Node, image: (leaf: Node) => Node | undefined): Node => substitute([root], image)[0] ?? root

/** What a distribution does not know is no number; `vae` and the commands say so before anything is computed of it. */
const known = (dist: AnyDist, part: keyof Parts): Node => dist.parts[part] ?? constant(Number.NaN, [...dist.shape])

/** Log-density at x, one entry an independent coordinate: the shape of the event, without the last axis for Categorical. Units nats. */
export const logProbTerms = (dist: AnyDist, x: Node): Node =>
  filled(known(dist, 'logProb'), (leaf) => (isValueLeaf(leaf) ? x : undefined))

const drawn = (root: Node, noiseName: string): Node =>
  filled(root, (leaf) => {
    const name = noiseNamed(leaf, noiseName)
    return leaf.op === 'noise' && name !== undefined ? node('noise', { ...leaf.arg, name }) : undefined
  })

/** log p − log q, in terms where both have the same, else of the whole event: one of them may not come apart into coordinates. */
export const difference = (p: Node, q: Node): Node => (sameDims(p.shape, q.shape) ? sub(p, q) : sub(sum(p), sum(q)))

/** Log-density at x, summed over the event. Units nats. */
export const logProb = (dist: AnyDist, x: Node): Node => sum(logProbTerms(dist, x))

/** A draw, as a function of noise of this name: smooth in the parameters where the distribution is reparameterised, else constant. */
export const sampleOf = (dist: AnyDist, noiseName: string): Node => drawn(known(dist, 'draw'), noiseName)

/** {@link sampleOf}, and the distribution as it scores that draw: where it can score no other value, its log-density is that of the draw. */
export const drawFrom = (dist: AnyDist, noiseName: string): { readonly value: Node; readonly dist: AnyDist } => {
  const value = sampleOf(dist, noiseName)
  const { drawLogProb } = dist.parts
  return dist.scores === 'values' || drawLogProb === undefined
    ? { value, dist }
    : { value, dist: { ...dist, parts: { ...dist.parts, logProb: drawn(drawLogProb, noiseName) } } }
}

/** A draw at the middle of its noise, 0 of a Normal and ½ of a uniform: of a monotone function of one noise its median. */
const centreOf = (draw: Node): Node =>
  filled(draw, (leaf) =>
    leaf.op === 'noise' && noiseNamed(leaf, '') !== undefined
      ? constant(leaf.arg.law === 'normal' ? 0 : 0.5, leaf.shape)
      : undefined,
  )

/** The mean where it is known, else the draw at the middle of its noise: where a value is shown, this is it. */
export const meanOf = (dist: AnyDist): Node =>
  dist.parts.mean === undefined && dist.parts.draw !== undefined ? centreOf(dist.parts.draw) : known(dist, 'mean')

/** Of every coordinate. */
export const varianceOf = (dist: AnyDist): Node => known(dist, 'variance')

/** Entropy, one entry an independent coordinate, or nothing where it has no closed form. Units nats. */
export const entropyTerms = (dist: AnyDist): O.Option<Node> => O.fromNullable(dist.parts.entropy)

/** KL(q‖p), one entry an independent coordinate, or nothing where q has no closed form for p. The events have one shape. Units nats. */
export const klTerms = (q: AnyDist, p: AnyDist): O.Option<Node> => {
  const row = Object.hasOwn(q.klTo, p.family) ? q.klTo[p.family] : undefined
  return O.fromNullable(
    row &&
      filled(row, (leaf) => {
        const param = otherParam(leaf)
        return param === undefined ? undefined : p.params[param]
      }),
  )
}
