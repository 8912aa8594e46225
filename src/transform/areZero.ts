import type { Node, Op } from '../expr/Op.ts'
import { topological } from '../expr/walk.ts'

/** Zero where every operand is. */
const linear: ReadonlySet<Op> = new Set<Op>([
  'neg',
  'add',
  'sub',
  'sum',
  'maximum',
  'reshape',
  'transpose',
  'broadcast',
  'slice',
  'pad',
  'concat',
  'reverse',
  'stopGradient',
])
/** Zero where any operand is. */
const products: ReadonlySet<Op> = new Set<Op>(['mul', 'matmul', 'conv2d', 'conv2dInput', 'conv2dFilter'])

/**
 * Of each vertex, whether it is 0 whatever its leaves hold: by the structure of the graph alone, which finds less than there is. A gradient that is
 * 0 so belongs to a parameter that the loss does not reach. A product with 0 counts, whatever the other factor is: the loss does not mean to read it.
 */
export const areZero = (roots: readonly Node[]): readonly boolean[] => {
  const zeros = new Set<Node>()
  const isZero = (node: Node): boolean => {
    if (node.op === 'const') return node.arg.values.every((value) => value === 0)
    const [first, ...rest] = node.src
    if (first === undefined) return false
    if (node.op === 'div') return zeros.has(first)
    if (node.op === 'select') return rest.every((s) => zeros.has(s))
    if (products.has(node.op)) return node.src.some((s) => zeros.has(s))
    return linear.has(node.op) && node.src.every((s) => zeros.has(s))
  }
  for (const node of topological(roots)) if (isZero(node)) zeros.add(node)
  return roots.map((root) => zeros.has(root))
}
