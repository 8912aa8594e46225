import { caption } from './caption.ts'
import type { Graph } from './Graph.ts'
import { isLeaf } from './leaf.ts'
import { numbering, showDims, showName } from './numbering.ts'
import type { Node } from './Op.ts'

/** Mermaid reads quotes, angles and hashes inside a label as its own; entities are how it is told otherwise. */
const escaped = (text: string): string => text.replace(/[#"<>&]/g, (c) => `#${c.charCodeAt(0)};`)

const label = (node: Node): string =>
  [`${node.op} ${caption(node)}`.trim(), showDims(node.shape)].map(escaped).join('<br/>')

/** A graph as a Mermaid flowchart: leaves are slanted, results round. */
export const mermaid = (graph: Graph): string => {
  const { order, numberOf } = numbering(graph)
  const box = (node: Node): string =>
    `  n${numberOf(node)}${isLeaf(node) ? `[/"${label(node)}"/]` : `["${label(node)}"]`}`
  const arrows = (node: Node): readonly string[] =>
    node.src.map((operand) => `  n${numberOf(operand)} --> n${numberOf(node)}`)
  const results = (kind: string, roots: Graph['outputs']): readonly string[] =>
    Object.entries(roots).map(
      ([name, root], i) => `  n${numberOf(root)} --> ${kind}${i}(["${kind} ${escaped(showName(name))}"])`,
    )
  return [
    'flowchart TD',
    ...order.map(box),
    ...order.flatMap(arrows),
    ...results('output', graph.outputs),
    ...results('update', graph.updates),
  ].join('\n')
}
