import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type { Graph } from '../expr/Graph.ts'
import type { Node } from '../expr/Op.ts'
import type { Plan, Session } from '../interp/Session.ts'

/** Equal graphs are the same vertices, and no vertex's number is used twice: while the graph is kept, this names it. */
const keyOf = ({ outputs, updates }: Graph): string => {
  const named = (nodes: Readonly<Record<string, Node>>): string =>
    Object.entries(nodes)
      .map(([name, node]) => `${name}:${node.id}`)
      .join(' ')
  return `${named(outputs)} | ${named(updates)}`
}

interface Kept {
  readonly graph: Graph
  readonly plan: Plan
  /** the same, which whoever asked may dispose of */
  readonly lent: Plan
}

/** Compiling takes longer than running: on wasm 10 ms for a small encoder, where running it takes under 1. */
const MOST = 16

/**
 * A session that keeps the plans it has compiled, for whoever asks the same again and again: what it prepares is not to be disposed of by
 * the one who asked, and goes when as many others have been asked for since, or with the session.
 */
export const remembering = (session: Session, most: number = MOST): Session => {
  const plans = new Map<string, Kept>()
  const forget = (key: string, { plan }: Kept): void => {
    plans.delete(key)
    plan.dispose()
  }
  return {
    ...session,
    prepare: (graph) => {
      const key = keyOf(graph)
      const known = plans.get(key)
      if (known !== undefined) {
        // Last in the order of insertion: the most recently used.
        plans.delete(key)
        plans.set(key, known)
        return E.right(known.lent)
      }
      return pipe(
        session.prepare(graph),
        E.map((plan): Plan => {
          const lent: Plan = { ...plan, dispose: () => {} }
          const [oldest] = plans
          if (plans.size >= most && oldest !== undefined) forget(...oldest)
          plans.set(key, { graph, plan, lent })
          return lent
        }),
      )
    },
    dispose: () => {
      for (const entry of plans) forget(...entry)
      session.dispose()
    },
  }
}
