import { MalformedGraph } from '../expr/node.ts'
import type { Node } from '../expr/Op.ts'

/** Operand `i` of a vertex whose arity its signature has checked. */
export const operand = (node: { readonly op: string; readonly src: readonly Node[] }, i: number): Node => {
  const found = node.src[i]
  if (found === undefined) throw new MalformedGraph(`${node.op} has no operand ${i}`)
  return found
}
