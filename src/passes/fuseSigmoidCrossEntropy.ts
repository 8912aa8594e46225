import * as b from '../expr/build.ts'
import type { Node } from '../expr/Op.ts'
import { operandsOf } from '../expr/operands.ts'
import { type Pass, type Rule, rewriting } from './Pass.ts'

/** The target t of a product l · t. */
const cofactor = (product: Node, l: Node): Node | undefined => {
  if (product.op !== 'mul') return undefined
  const [x, y] = operandsOf(product)
  return x === l ? y : y === l ? x : undefined
}

const fused = (soft: Node, product: Node): Node | undefined => {
  if (soft.op !== 'softplus') return undefined
  const [l] = operandsOf(soft)
  const target = cofactor(product, l)
  return target === undefined ? undefined : b.sigmoidCrossEntropy(l, target)
}

/** softplus(l) − l·t, and its negative. */
const difference: Rule = (node) => {
  if (node.op !== 'sub') return undefined
  const [x, y] = operandsOf(node)
  const negative = fused(y, x)
  return fused(x, y) ?? (negative === undefined ? undefined : b.neg(negative))
}

export const fuseSigmoidCrossEntropy: Pass = rewriting(
  'fuse sigmoid cross-entropy',
  'for a large logit the difference loses digits that max(l, 0) − l·t + log(1 + e^−|l|) keeps, and it is one kernel',
  [difference],
)
