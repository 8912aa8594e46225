import { type Graph, rootsOf, withRoots } from '../expr/Graph.ts'
import type { Node } from '../expr/Op.ts'
import { rewriteNodes } from '../expr/walk.ts'
import { withOperands } from '../transform/substitute.ts'

/** A step from a graph to one that means the same. Running it twice changes nothing more. */
export interface Pass {
  readonly name: string
  readonly why: string
  readonly run: (graph: Graph) => Graph
}

/** What a vertex may be replaced by, or undefined. Its operands are already rewritten. */
export type Rule = (node: Node) => Node | undefined

/** Rules that terminate need few rounds; the bound is there for those that would not. */
const MOST_ROUNDS = 50

const sameRoots = (a: readonly Node[], b: readonly Node[]): boolean => a.every((node, i) => node === b[i])

/** Rebuild a graph with the first rule that applies to each vertex, again and again until none does. */
const toFixpoint = (graph: Graph, rules: readonly Rule[]): Graph => {
  const once = (node: Node): Node => {
    for (const rule of rules) {
      const better = rule(node)
      if (better !== undefined && better !== node) return better
    }
    return node
  }
  let current = graph
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const roots = rootsOf(current)
    const image = rewriteNodes(roots, (old, src) => once(withOperands(old, src)))
    const next = roots.map((root) => image.get(root) ?? root)
    if (sameRoots(roots, next)) return current
    current = withRoots(current, next)
  }
  return current
}

/** A pass made of local rules. */
export const rewriting = (name: string, why: string, rules: readonly Rule[]): Pass => ({
  name,
  why,
  run: (graph) => toFixpoint(graph, rules),
})

/** A rule that also sees the vertex as it stands in the graph it was made for. */
export type RuleInGraph = (node: Node, old: Node) => Node | undefined

/** A pass whose rule looks at the whole graph first. */
export const rewritingWith = (name: string, why: string, ruleFor: (roots: readonly Node[]) => RuleInGraph): Pass => ({
  name,
  why,
  run: (graph) => {
    const roots = rootsOf(graph)
    const rule = ruleFor(roots)
    const image = rewriteNodes(roots, (old, src) => {
      const rebuilt = withOperands(old, src)
      return rule(rebuilt, old) ?? rebuilt
    })
    return withRoots(
      graph,
      roots.map((root) => image.get(root) ?? root),
    )
  },
})
