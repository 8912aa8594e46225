import type { Node } from './Op.ts'

/**
 * What a target compiles: named results to hand back, and new values for named variables (parameters and optimiser state), which
 * take effect together after everything was read.
 */
export interface Graph {
  readonly outputs: Readonly<Record<string, Node>>
  readonly updates: Readonly<Record<string, Node>>
}

export const rootsOf = (graph: Graph): readonly Node[] => [
  ...Object.values(graph.outputs),
  ...Object.values(graph.updates),
]

/** The same names over other roots, given in the order of {@link rootsOf}. */
export const withRoots = (graph: Graph, roots: readonly Node[]): Graph => {
  const images = new Map(rootsOf(graph).map((old, i) => [old, roots[i] ?? old]))
  const over = (named: Readonly<Record<string, Node>>): Record<string, Node> =>
    Object.fromEntries(Object.entries(named).map(([name, n]) => [name, images.get(n) ?? n]))
  return { outputs: over(graph.outputs), updates: over(graph.updates) }
}
