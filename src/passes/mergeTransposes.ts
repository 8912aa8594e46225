import * as b from '../expr/build.ts'
import type { Node } from '../expr/Op.ts'
import { operandsOf } from '../expr/operands.ts'
import { lastTwoSwapped } from '../transform/lastTwo.ts'
import { type Pass, type Rule, rewriting } from './Pass.ts'

/** What a transpose of the last two axes transposes. */
const swapped = (operand: Node): Node | undefined =>
  operand.op === 'transpose' && b.sameDims(operand.arg.perm, lastTwoSwapped(operand.shape.length))
    ? operandsOf(operand)[0]
    : undefined

const matmul: Rule = (node) => {
  if (node.op !== 'matmul') return undefined
  const [x, y] = operandsOf(node)
  const [left, right] = [swapped(x), swapped(y)]
  const { transposeA, transposeB } = node.arg
  return b.matmul(left ?? x, right ?? y, {
    transposeA: transposeA !== (left !== undefined),
    transposeB: transposeB !== (right !== undefined),
  })
}

export const mergeTransposes: Pass = rewriting(
  'merge transposes',
  'a product reads an operand that is stored transposed as well as any other; a transpose of its own moves every number',
  [matmul],
)
