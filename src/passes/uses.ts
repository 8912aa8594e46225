import type { Node } from '../expr/Op.ts'
import { topological } from '../expr/walk.ts'

/** Who reads each vertex; a root is also read by its caller. */
export interface Uses {
  readonly readers: (node: Node) => readonly Node[]
  /** whether one vertex reads it, and the caller does not */
  readonly onlyReader: (node: Node) => boolean
}

export const usesOf = (roots: readonly Node[]): Uses => {
  const readers = new Map<Node, Node[]>()
  for (const node of topological(roots))
    for (const source of new Set(node.src)) {
      const known = readers.get(source)
      if (known === undefined) readers.set(source, [node])
      else known.push(node)
    }
  const ends = new Set(roots)
  return {
    readers: (node) => readers.get(node) ?? [],
    onlyReader: (node) => readers.get(node)?.length === 1 && !ends.has(node),
  }
}
