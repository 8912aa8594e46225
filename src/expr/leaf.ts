import type { Node, NodeOf } from './Op.ts'
import { topological } from './walk.ts'

/** A vertex whose numbers come from outside, under a name. */
export type Leaf = NodeOf<'data' | 'param' | 'state' | 'noise' | 'scalar'>

export const isLeaf = (node: Node): node is Leaf =>
  node.op === 'data' || node.op === 'param' || node.op === 'state' || node.op === 'noise' || node.op === 'scalar'

/** All that the roots read from outside, in order of first need. */
export const leavesOf = (roots: readonly Node[]): readonly Leaf[] => topological(roots).filter(isLeaf)

/** How messages call a leaf: `param 'x/dense_0/kernel' [784, 400]`. */
export const describeLeaf = (leaf: Leaf): string => `${leaf.op} '${leaf.arg.name}' [${leaf.shape.join(', ')}]`
