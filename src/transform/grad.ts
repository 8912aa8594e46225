import * as b from '../expr/build.ts'
import { MalformedGraph } from '../expr/node.ts'
import { apply, type Node } from '../expr/Op.ts'
import { topological } from '../expr/walk.ts'
import { pullbacks } from './vjp.ts'

/**
 * Vector–Jacobian product: the cotangents of `leaves` when `root` has the cotangent `seed`. All are vertices, so they can be
 * differentiated again. A leaf that the root does not depend on has the cotangent 0.
 */
export const vjp = (root: Node, leaves: readonly Node[], seed: Node): readonly Node[] => {
  const cotangents = new Map<Node, Node[]>([[root, [seed]]])
  const total = (n: Node): Node | undefined => {
    const parts = cotangents.get(n)
    return parts === undefined ? undefined : b.addAll(parts)
  }
  for (const n of topological([root]).toReversed()) {
    const g = total(n)
    if (g === undefined) continue
    const back = apply(pullbacks, n, g)
    n.src.forEach((s, i) => {
      const part = back[i]
      if (part !== undefined) cotangents.set(s, [...(cotangents.get(s) ?? []), part])
    })
  }
  return leaves.map((leaf) => total(leaf) ?? b.constant(0, leaf.shape))
}

/** The gradient of a scalar in each of the leaves, as vertices of their shapes. */
export const grad = (scalar: Node, leaves: readonly Node[]): readonly Node[] => {
  if (scalar.shape.length > 0) throw new MalformedGraph(`grad takes a scalar but got [${scalar.shape.join(', ')}]`)
  return vjp(scalar, leaves, b.constant(1))
}
