import type { Node } from './Op.ts'

/** Every vertex that the roots need, operands first; among equals in the order of the roots. No recursion, so no chain is too long. */
export const topological = (roots: readonly Node[]): readonly Node[] => {
  const order: Node[] = []
  const seen = new Set<Node>()
  const stack: { readonly node: Node; next: number }[] = []
  for (const root of roots) {
    if (seen.has(root)) continue
    seen.add(root)
    stack.push({ node: root, next: 0 })
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const operand = top.node.src[top.next++]
      if (operand === undefined) {
        order.push(top.node)
        stack.pop()
      } else if (!seen.has(operand)) {
        seen.add(operand)
        stack.push({ node: operand, next: 0 })
      }
    }
  }
  return order
}

/** Rebuild what the roots need, bottom up: `rule` sees each vertex with its operands already rewritten. */
export const rewriteNodes = (
  roots: readonly Node[],
  rule: (old: Node, src: readonly Node[]) => Node,
): ReadonlyMap<Node, Node> => {
  const image = new Map<Node, Node>()
  for (const old of topological(roots))
    image.set(
      old,
      rule(
        old,
        old.src.map((s) => image.get(s) ?? s),
      ),
    )
  return image
}
