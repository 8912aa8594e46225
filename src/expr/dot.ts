import { caption } from './caption.ts'
import type { Graph } from './Graph.ts'
import { isLeaf } from './leaf.ts'
import { numbering, showDims, showName } from './numbering.ts'
import type { Node } from './Op.ts'

const escaped = (text: string): string => text.replace(/["\\]/g, (c) => `\\${c}`)

const label = (node: Node): string =>
  [`${node.op} ${caption(node)}`.trim(), showDims(node.shape)].map(escaped).join('\\n')

/** A graph in Graphviz' language: leaves are slanted, results round. */
export const dot = (graph: Graph): string => {
  const { order, numberOf } = numbering(graph)
  const box = (node: Node): string =>
    `  n${numberOf(node)} [shape=${isLeaf(node) ? 'parallelogram' : 'box'}, label="${label(node)}"]`
  const arrows = (node: Node): readonly string[] =>
    node.src.map((operand) => `  n${numberOf(operand)} -> n${numberOf(node)}`)
  const results = (kind: string, roots: Graph['outputs']): readonly string[] =>
    Object.entries(roots).flatMap(([name, root], i) => [
      `  ${kind}${i} [shape=oval, label="${kind} ${escaped(showName(name))}"]`,
      `  n${numberOf(root)} -> ${kind}${i}`,
    ])
  return [
    'digraph {',
    ...order.map(box),
    ...order.flatMap(arrows),
    ...results('output', graph.outputs),
    ...results('update', graph.updates),
    '}',
  ].join('\n')
}
