import * as b from '../expr/build.ts'
import { node as makeNode } from '../expr/node.ts'
import type { Activation, Node, NodeOf, Op } from '../expr/Op.ts'
import { operandsOf } from '../expr/operands.ts'
import { sizeOf } from '../expr/Tensor.ts'
import { type Pass, rewritingWith, type Rule } from './Pass.ts'
import { isSplat } from './splat.ts'
import { usesOf } from './uses.ts'

/** 0 < x and 0 < relu(x) agree everywhere, so the mask of a derivative can look at the result, and x need not be kept. */
export const maskOfResult: Pass = rewritingWith(
  'mask of the result',
  'the derivative of ReLU then no longer reads what stands before it, which fusing can swallow',
  (roots) => {
    const { readers } = usesOf(roots)
    return (node, old) => {
      if (node.op !== 'less') return undefined
      const [zero, x] = operandsOf(node)
      const besideRelu = old.src.flatMap(readers).some((reader) => reader.op === 'relu')
      return isSplat(zero, 0) && besideRelu ? b.less(zero, b.relu(x)) : undefined
    }
  },
)

/** matmul(x, w) + bias, repeated over the rows. */
const biased = (product: Node, repeated: Node): Node | undefined => {
  if (product.op !== 'matmul' || repeated.op !== 'broadcast') return undefined
  const { transposeA, transposeB } = product.arg
  const [bias] = operandsOf(repeated)
  const columns = sizeOf(bias.shape)
  const fits = product.shape.length === 2 && bias.shape.at(-1) === columns && product.shape[1] === columns
  return fits && !transposeA && !transposeB
    ? makeNode('dense', { activation: 'linear' }, ...product.src, b.reshape(bias, [columns]))
    : undefined
}

const linear: Rule = (node) => {
  if (node.op !== 'add') return undefined
  const [x, y] = operandsOf(node)
  return biased(x, y) ?? biased(y, x)
}

type Fused = Exclude<Activation, 'linear'>
const activations: ReadonlySet<Op> = new Set<Fused>(['relu', 'sigmoid', 'tanh'])
const isActivation = (node: Node): node is NodeOf<Fused> => activations.has(node.op)

export const fuseBias: Pass = rewritingWith(
  'fuse bias',
  'a product that begins at its bias needs no addition afterwards',
  (roots) => {
    const { onlyReader } = usesOf(roots)
    // A product that something else reads would be computed twice.
    return (node, old) => (old.src.some((s) => s.op === 'matmul' && !onlyReader(s)) ? undefined : linear(node))
  },
)

export const fuseActivation: Pass = rewritingWith(
  'fuse activation',
  'the activation is applied while the product is in registers',
  (roots) => {
    const { onlyReader } = usesOf(roots)
    return (node, old) => {
      if (!isActivation(node)) return undefined
      const [layer] = operandsOf(node)
      return layer.op === 'dense' && layer.arg.activation === 'linear' && old.src.every(onlyReader)
        ? makeNode('dense', { activation: node.op }, ...layer.src)
        : undefined
    }
  },
)
