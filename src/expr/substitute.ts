import { node } from './node.ts'
import type { Node } from './Op.ts'
import { rewriteNodes } from './walk.ts'

/** The same op and argument on other operands; the same object where none changed. */
export const withOperands = (old: Node, src: readonly Node[]): Node =>
  src.every((s, i) => s === old.src[i]) ? old : node(old.op, old.arg, ...src)

/** The roots with leaves (or any vertices) replaced. */
export const substitute = (roots: readonly Node[], image: (leaf: Node) => Node | undefined): readonly Node[] => {
  const rewritten = rewriteNodes(roots, (old, src) => image(old) ?? withOperands(old, src))
  return roots.map((r) => rewritten.get(r) ?? r)
}
