import { type Graph, rootsOf } from '../../expr/Graph.ts'
import { apply, type Node, type Op } from '../../expr/Op.ts'
import { topological } from '../../expr/walk.ts'
import { type Cost, nothing, plus } from './Cost.ts'
import { costs } from './table.ts'

export interface GraphCost extends Cost {
  /** how many vertices compute something */
  readonly vertices: number
  /** by op, the one with most arithmetic first */
  readonly byOp: readonly { readonly op: Op; readonly count: number; readonly flops: number; readonly bytes: number }[]
}

export const costOf = (node: Node): Cost => apply<void, Cost, Op>(costs, node, undefined)

/**
 * What one evaluation of a graph takes. A vertex that several others read is counted once.
 *
 * Units     floating-point operations; bytes in float32
 * @example  graphCost({ outputs: { y: exp(x).node }, updates: {} }).flops // => 784
 */
export const graphCost = (graph: Graph): GraphCost => {
  const byOp = new Map<Op, Cost & { readonly count: number }>()
  for (const node of topological(rootsOf(graph))) {
    const cost = costOf(node)
    if (cost.flops === 0 && cost.bytes === 0) continue
    const before = byOp.get(node.op) ?? { ...nothing, count: 0 }
    byOp.set(node.op, { ...plus(before, cost), count: before.count + 1 })
  }
  const rows = [...byOp]
    .map(([op, { count, flops, bytes }]) => ({ op, count, flops, bytes }))
    .toSorted((a, b) => b.flops - a.flops || b.bytes - a.bytes)
  const total = rows.reduce<Cost>(plus, nothing)
  return { ...total, vertices: rows.reduce((n, row) => n + row.count, 0), byOp: rows }
}
