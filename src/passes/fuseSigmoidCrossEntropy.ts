import * as b from '../expr/build.ts'
import type { Node } from '../expr/Op.ts'
import { type Pass, type Rule, rewriting } from './Pass.ts'

/** The target t of a product l · t. */
const cofactor = (product: Node, l: Node): Node | undefined => {
  const [x, y] = product.src
  if (product.op !== 'mul') return undefined
  return x === l ? y : y === l ? x : undefined
}

const fused = (soft: Node | undefined, product: Node | undefined): Node | undefined => {
  const [l] = soft?.src ?? []
  if (soft?.op !== 'softplus' || product === undefined || l === undefined) return undefined
  const target = cofactor(product, l)
  return target === undefined ? undefined : b.sigmoidCrossEntropy(l, target)
}

/** softplus(l) − l·t, and its negative. */
const difference: Rule = ({ op, src: [x, y] }) => {
  if (op !== 'sub') return undefined
  const positive = fused(x, y)
  if (positive !== undefined) return positive
  const negative = fused(y, x)
  return negative === undefined ? undefined : b.neg(negative)
}

export const fuseSigmoidCrossEntropy: Pass = rewriting(
  'fuse sigmoid cross-entropy',
  'for a large logit the difference loses digits that max(l, 0) − l·t + log(1 + e^−|l|) keeps, and it is one kernel',
  [difference],
)
