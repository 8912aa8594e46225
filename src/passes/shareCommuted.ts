import { node as makeNode } from '../expr/node.ts'
import type { Op } from '../expr/Op.ts'
import { topological } from '../expr/walk.ts'
import { type Pass, rewritingWith } from './Pass.ts'

const commutative: ReadonlySet<Op> = new Set<Op>(['add', 'mul', 'max', 'min', 'equal'])

/**
 * Where a graph has both x ∘ y and y ∘ x, the second becomes the first. Equal vertices are one object already, and what nothing reads is in no
 * graph, so this is all that is left of common subexpressions and dead code.
 */
export const shareCommuted: Pass = rewritingWith(
  'share commuted',
  'x + y and y + x are one value, computed once',
  (roots) => {
    const places = new Map(topological(roots).map((node, i) => [node, i]))
    return (node, old) => {
      if (!commutative.has(node.op)) return undefined
      const twin = makeNode(old.op, old.arg, ...old.src.toReversed())
      const [theirs, ours] = [places.get(twin) ?? Infinity, places.get(old) ?? Infinity]
      return theirs < ours ? makeNode(node.op, node.arg, ...node.src.toReversed()) : undefined
    }
  },
)
