import type { Node } from '../../expr/Op.ts'
import { topological } from '../../expr/walk.ts'

const byRows: ReadonlySet<Node['op']> = new Set(['matmul', 'dense', 'conv2d', 'conv2dInput'])
const overRows = (node: Node): boolean =>
  node.op === 'conv2dFilter' || (node.op === 'matmul' && node.arg.transposeA && node.shape.length === 2)

/**
 * What products over all data (the gradients of weights) wait for: the last of the others. Nothing but an update needs them, while the
 * others are a chain; begun as soon as could be, they would keep a core from it, and one core would end with the rest.
 */
export const lastProducts = (roots: readonly Node[]): ReadonlyMap<Node, readonly Node[]> => {
  const order = topological(roots)
  const late = new Set<Node>()
  for (const node of order) if (overRows(node) || node.src.some((s) => late.has(s))) late.add(node)
  const others = order.filter((node) => byRows.has(node.op) && !late.has(node))
  const needed = new Set<Node>()
  for (const node of order.toReversed())
    if (needed.has(node) || (byRows.has(node.op) && !late.has(node))) for (const s of node.src) needed.add(s)
  const ends = others.filter((node) => !needed.has(node))
  return new Map(order.filter(overRows).map((node) => [node, node.src.every((s) => !late.has(s)) ? ends : []]))
}
