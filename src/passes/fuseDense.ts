import * as b from '../expr/build.ts'
import { node as makeNode } from '../expr/node.ts'
import type { Activation, Node } from '../expr/Op.ts'
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
      const [zero, x] = node.src
      const [, before] = old.src
      if (node.op !== 'less' || zero === undefined || x === undefined || before === undefined || !isSplat(zero, 0))
        return undefined
      return readers(before).some((reader) => reader.op === 'relu') ? b.less(zero, b.relu(x)) : undefined
    }
  },
)

/** matmul(x, w) + bias, repeated over the rows. */
const linear: Rule = (node) => {
  const [p, q] = node.src
  if (node.op !== 'add' || p === undefined || q === undefined) return undefined
  const fused = (product: Node, repeated: Node): Node | undefined => {
    const [x, w] = product.src
    const [bias] = repeated.src
    if (
      product.op !== 'matmul' ||
      repeated.op !== 'broadcast' ||
      x === undefined ||
      w === undefined ||
      bias === undefined
    )
      return undefined
    const columns = node.shape[1]
    const plain = product.shape.length === 2 && !product.arg.transposeA && !product.arg.transposeB
    if (!plain || bias.shape.at(-1) !== columns || sizeOf(bias.shape) !== columns) return undefined
    return makeNode('dense', { activation: 'linear' }, x, w, b.reshape(bias, [columns]))
  }
  return fused(p, q) ?? fused(q, p)
}

const activations: ReadonlySet<string> = new Set<Activation>(['relu', 'sigmoid', 'tanh'])
const isActivation = (op: string): op is Activation => activations.has(op)

export const fuseBias: Pass = rewritingWith(
  'fuse bias',
  'a product that begins at its bias needs no addition afterwards',
  (roots) => {
    const { onlyReader } = usesOf(roots)
    return (node, old) => {
      const product = old.src.find((s) => s.op === 'matmul')
      // A product that something else reads would be computed twice.
      return product !== undefined && onlyReader(product) ? linear(node) : undefined
    }
  },
)

export const fuseActivation: Pass = rewritingWith(
  'fuse activation',
  'the activation is applied while the product is in registers',
  (roots) => {
    const { onlyReader } = usesOf(roots)
    return (node, old) => {
      const [layer] = node.src
      const [before] = old.src
      if (!isActivation(node.op) || layer?.op !== 'dense' || layer.arg.activation !== 'linear' || before === undefined)
        return undefined
      return onlyReader(before) ? makeNode('dense', { activation: node.op }, ...layer.src) : undefined
    }
  },
)
