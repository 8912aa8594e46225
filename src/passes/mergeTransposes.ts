import * as b from '../expr/build.ts'
import type { Node } from '../expr/Op.ts'
import { type Pass, type Rule, rewriting } from './Pass.ts'

const matmul: Rule = (node) => {
  const [x, y] = node.src
  if (node.op !== 'matmul' || x === undefined || y === undefined) return undefined
  const swapped = (operand: Node): Node | undefined => {
    const rank = operand.shape.length
    const swaps =
      operand.op === 'transpose' &&
      operand.arg.perm.every((p, i) => p === (i < rank - 2 ? i : i === rank - 2 ? rank - 1 : rank - 2))
    return swaps ? operand.src[0] : undefined
  }
  const [left, right] = [swapped(x), swapped(y)]
  const { transposeA, transposeB } = node.arg
  return left === undefined && right === undefined
    ? undefined
    : b.matmul(left ?? x, right ?? y, {
        transposeA: transposeA !== (left !== undefined),
        transposeB: transposeB !== (right !== undefined),
      })
}

export const mergeTransposes: Pass = rewriting(
  'merge transposes',
  'a product reads an operand that is stored transposed as well as any other; a transpose of its own moves every number',
  [matmul],
)
