import * as O from 'fp-ts/lib/Option.js'
import { constant, sum } from '../expr/build.ts'
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

/** Log-density at x, summed over the event. Units nats. */
export const logProb = (dist: AnyDist, x: Node): Node => sum(logProbTerms(dist, x))

/** A draw, as a function of noise of this name: smooth in the parameters where the distribution is reparameterised, else constant. */
export const sampleOf = (dist: AnyDist, noiseName: string): Node =>
  filled(known(dist, 'draw'), (leaf) => {
    const name = noiseNamed(leaf, noiseName)
    return leaf.op === 'noise' && name !== undefined ? node('noise', { ...leaf.arg, name }) : undefined
  })

export const meanOf = (dist: AnyDist): Node => known(dist, 'mean')

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
