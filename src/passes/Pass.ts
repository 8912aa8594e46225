import { type Graph, rootsOf, withRoots } from '../expr/Graph.ts'
import type { Node } from '../expr/Op.ts'
import { rewriteNodes } from '../expr/walk.ts'
import { withOperands } from '../expr/substitute.ts'

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

/** Step after step, until one changes nothing. */
export const untilDone = (graph: Graph, step: (graph: Graph) => Graph): Graph => {
  let current = graph
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const next = step(current)
    if (next === current) return current
    current = next
  }
  return current
}

/** The graph with every vertex rewritten once, operands first; the same object where nothing changes. */
const rewritten = (graph: Graph, rewrite: (old: Node, src: readonly Node[]) => Node): Graph => {
  const roots = rootsOf(graph)
  const image = rewriteNodes(roots, rewrite)
  const next = roots.map((root) => image.get(root) ?? root)
  return next.every((node, i) => node === roots[i]) ? graph : withRoots(graph, next)
}

/** A vertex, or what the first rule that applies makes of it. */
const better = (rules: readonly Rule[], node: Node): Node => {
  for (const rule of rules) {
    const found = rule(node)
    if (found !== undefined && found !== node) return found
  }
  return node
}

/** A pass made of local rules: the first that applies to each vertex, again and again until none does. */
export const rewriting = (name: string, why: string, rules: readonly Rule[]): Pass => ({
  name,
  why,
  run: (graph) => untilDone(graph, (now) => rewritten(now, (old, src) => better(rules, withOperands(old, src)))),
})

/** A rule that also sees the vertex as it stands in the graph it was made for. */
export type RuleInGraph = (node: Node, old: Node) => Node | undefined

/** A pass whose rule looks at the whole graph first. */
export const rewritingWith = (name: string, why: string, ruleFor: (roots: readonly Node[]) => RuleInGraph): Pass => ({
  name,
  why,
  run: (graph) => {
    const rule = ruleFor(rootsOf(graph))
    return rewritten(graph, (old, src) => {
      const rebuilt = withOperands(old, src)
      return rule(rebuilt, old) ?? rebuilt
    })
  },
})
