import { type Graph, rootsOf } from './Graph.ts'
import type { Dims, Node } from './Op.ts'
import { topological } from './walk.ts'

/** A graph's vertices, operands first, and the number of each: its place in that order, whatever else was built before or beside it. */
export interface Numbering {
  readonly order: readonly Node[]
  readonly numberOf: (node: Node) => number
}

export const numbering = (graph: Graph): Numbering => {
  const order = topological(rootsOf(graph))
  const places = new Map(order.map((node, i) => [node, i]))
  return { order, numberOf: (node) => places.get(node) ?? -1 }
}

/** `[28, 28, 1]`; a scalar is `[]`. */
export const showDims = (dims: Dims): string => `[${dims.join(', ')}]`

/** A name on one line, whatever is in it. */
export const showName = (name: string): string => name.replace(/\p{Cc}/gu, (c) => JSON.stringify(c).slice(1, -1))
