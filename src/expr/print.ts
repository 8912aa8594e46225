import { caption } from './caption.ts'
import type { Graph } from './Graph.ts'
import { numbering, showDims, showName } from './numbering.ts'
import type { Node } from './Op.ts'

/**
 * A graph as text: one line a vertex, operands first, then what each result and update is. Numbers follow from the structure alone, so
 * equal graphs print equally in every process. For reading and comparing; to parse it back use the JSON of {@link graphCodec}.
 *
 *   %0 = data 'x' binary : [784]
 *   %1 = neg %0 : [784]
 *   output loss = %1
 */
export const print = (graph: Graph): string => {
  const { order, numberOf } = numbering(graph)
  const name = (node: Node): string => `%${numberOf(node)}`
  const vertex = (node: Node): string =>
    `${name(node)} = ${[node.op, node.src.map(name).join(', '), caption(node)].filter((part) => part !== '').join(' ')} : ${showDims(node.shape)}`
  const named = (kind: string, roots: Graph['outputs']): readonly string[] =>
    Object.entries(roots).map(([key, root]) => `${kind} ${showName(key)} = ${name(root)}`)
  return [...order.map(vertex), ...named('output', graph.outputs), ...named('update', graph.updates)].join('\n')
}

/** {@link print} for a few vertices on their own; they appear as outputs 0, 1, … */
export const printNodes = (...roots: readonly Node[]): string =>
  print({ outputs: Object.fromEntries(roots.map((root, i) => [i, root])), updates: {} })
