import { describe, expect, test } from 'vitest'
import * as b from '../../../src/expr/build.ts'
import type { Graph } from '../../../src/expr/Graph.ts'
import { node } from '../../../src/expr/node.ts'
import type { Dims, Node } from '../../../src/expr/Op.ts'
import { commonFactor } from '../../../src/passes/commonFactor.ts'
import { explicitTransposes } from '../../../src/passes/explicitTransposes.ts'
import { foldConstants } from '../../../src/passes/foldConstants.ts'
import { fuseActivation, fuseBias, maskOfResult } from '../../../src/passes/fuseDense.ts'
import { fuseSigmoidCrossEntropy } from '../../../src/passes/fuseSigmoidCrossEntropy.ts'
import { mergeTransposes } from '../../../src/passes/mergeTransposes.ts'
import type { Pass } from '../../../src/passes/Pass.ts'
import { shareCommuted } from '../../../src/passes/shareCommuted.ts'
import { shareSums } from '../../../src/passes/shareSums.ts'
import { simplifyArithmetic } from '../../../src/passes/simplifyArithmetic.ts'
import { simplifyMovement } from '../../../src/passes/simplifyMovement.ts'
import { sinkReshapes } from '../../../src/passes/sinkReshapes.ts'

const data = (name: string, ...shape: Dims): Node => node('data', { name, shape, support: 'real' })
const [x, y, z] = [data('x', 4, 6), data('y', 4, 6), data('z', 4, 6)]
const v = data('v', 6)
const square = data('s', 6, 6)
const box = data('box', 2, 3, 4)
const block = data('block', 2, 3, 4, 5)
const computed = b.exp(x)
const [product, layer] = [b.matmul(x, square), node('dense', { activation: 'linear' }, x, square, v)]
const deep = Array.from({ length: 5 }).reduce<Node>((below) => b.tanh(below), data('flat', 24))

/** What a pass must not touch, for it would mean something else, or cost more. */
const examples: readonly (readonly [pass: Pass, what: string, ...roots: readonly Node[]])[] = [
  [foldConstants, 'what is not all constant', b.add(x, 3)],
  [foldConstants, 'a list too long to be written into a graph', b.neg(b.literal(Array<number>(4097).fill(2), [4097]))],
  [foldConstants, 'a part of a list: other numbers than the list', b.slice(b.literal([1, 2], [2]), [1], [1])],
  [foldConstants, 'a list turned around', node('reverse', { axes: [0] }, b.literal([1, 2], [2]))],
  [foldConstants, 'ones among zeros', b.pad(b.constant(1, [2]), [1], [2])],
  [foldConstants, 'movement of what is not constant', b.reshape(x, [24]), b.sum(x, [0]), b.pad(x, [0, 0], [1, 1])],
  [simplifyArithmetic, 'x / 3: a third is not exact', b.div(x, 3)],
  [simplifyArithmetic, 'x / 2¹⁰⁰: its inverse may be no float32', b.div(x, 2 ** 100)],
  [simplifyArithmetic, 'x / 0', b.div(x, 0)],
  [simplifyArithmetic, '0 · x: x may be infinite', b.mul(x, 0)],
  [simplifyArithmetic, '(x / 0) · 3', b.mul(b.div(x, 0), 3)],
  [simplifyArithmetic, 'x − x: x may be infinite', b.sub(x, x)],
  [simplifyArithmetic, 'x + y, x − y, x · y, x / y', b.add(x, y), b.sub(x, y), b.mul(x, y), b.div(x, y)],
  [simplifyArithmetic, '(x + y) · 3, (x · y) · 3', b.mul(b.add(x, y), 3), b.mul(b.mul(x, y), 3)],
  [simplifyArithmetic, '−(x + y), −(x · y), −(x / y)', b.neg(b.add(x, y)), b.neg(b.mul(x, y)), b.neg(b.div(x, y))],
  [simplifyArithmetic, '−(x + 3), −max(x, 3)', b.neg(b.add(x, 3)), b.neg(b.max(x, 3))],
  [simplifyArithmetic, 'log eˣ: eˣ may overflow', b.log(b.exp(x))],
  [simplifyArithmetic, 'two constants: folding is for another pass', b.mul(b.constant(2), b.constant(3))],
  [simplifyArithmetic, 'relu(x), Σ x', b.relu(x), b.sum(x)],
  [simplifyArithmetic, 'max(x, 1), min(x, 0)', b.max(x, 1), b.min(x, 0)],
  [simplifyArithmetic, 'a choice that is open', b.select(x, y, z)],
  [
    simplifyMovement,
    'a reshape, a repeat, a transpose, a part',
    b.reshape(x, [24]),
    b.broadcastTo(v, [4, 6]),
    b.transpose(x, [1, 0]),
    b.sliceAxis(x, 1, 1, 4),
  ],
  [simplifyMovement, 'a reshape of repeats of columns', b.reshape(b.broadcastTo(data('c', 4, 1), [4, 4]), [2, 8])],
  [
    simplifyMovement,
    'a sum of three paddings on top of each other',
    b.add(b.pad(x, [0, 0], [4, 0]), b.pad(y, [0, 0], [4, 0])),
  ],
  [simplifyMovement, 'a sum of paddings with a gap', b.add(b.pad(x, [0, 0], [5, 0]), b.pad(y, [5, 0], [0, 0]))],
  [simplifyMovement, 'a sum of paddings that overlap', b.add(b.pad(x, [0, 0], [3, 0]), b.pad(y, [3, 0], [0, 0]))],
  [simplifyMovement, 'a sum of paddings along two axes', b.add(b.pad(x, [0, 0], [4, 6]), b.pad(y, [4, 6], [0, 0]))],
  [
    simplifyMovement,
    'a sum of paddings of which one begins later',
    b.add(b.pad(x, [1, 0], [4, 0]), b.pad(y, [5, 0], [0, 0])),
  ],
  [
    simplifyMovement,
    'a sum of paddings of which one ends earlier',
    b.add(b.pad(x, [0, 0], [5, 0]), b.pad(y, [4, 0], [1, 0])),
  ],
  [simplifyMovement, 'a difference of paddings', b.sub(b.pad(x, [0, 0], [4, 0]), b.pad(y, [4, 0], [0, 0]))],
  [simplifyMovement, 'a sum of paddings, one on both sides', b.add(b.pad(x, [1, 0], [3, 0]), b.pad(y, [4, 0], [0, 0]))],
  [simplifyMovement, 'what is none and a padding', b.add(data('w', 8, 6), b.pad(x, [4, 0], [0, 0]))],
  [simplifyMovement, 'a padding and what is none', b.add(b.pad(x, [0, 0], [4, 0]), data('w', 8, 6))],
  [mergeTransposes, 'a product', b.matmul(x, y, { transposeA: true })],
  [mergeTransposes, 'a transpose of other axes', b.matmul(b.transpose(box, [1, 0, 2]), data('w', 3, 4, 2))],
  [mergeTransposes, 'what is read apart from products', b.add(b.transpose(x, [1, 0]), data('w', 6, 4))],
  [explicitTransposes, 'a product of what is stored as it is read', product],
  [sinkReshapes, 'a reshape of a leaf', b.exp(b.reshape(x, [24]))],
  [sinkReshapes, 'what is computed in two shapes', b.add(b.reshape(computed, [24]), b.reshape(b.exp(box), [24]))],
  [sinkReshapes, 'below a leaf too deep', b.add(b.reshape(computed, [24]), deep)],
  [sinkReshapes, 'repeats of columns', b.add(b.reshape(computed, [6, 4]), b.broadcastTo(data('c', 6, 1), [6, 4]))],
  [sinkReshapes, 'a product', b.matmul(b.reshape(computed, [6, 4]), y)],
  [sinkReshapes, 'a sum over an axis between', b.sum(b.reshape(x, [2, 6, 2]), [1])],
  [
    sinkReshapes,
    'a sum over the first axis and the last',
    b.sum(b.reshape(x, [2, 2, 6]), [0, 2]),
    b.sum(b.reshape(box, [2, 4, 3]), [0, 2]),
  ],
  [sinkReshapes, 'a sum with no boundary above', b.sum(b.reshape(x, [3, 8]), [1])],
  [
    sinkReshapes,
    'a sum over what is not repeated',
    b.sum(b.broadcastTo(v, [4, 6]), [1]),
    b.sum(b.broadcastTo(v, [4, 6])),
  ],
  [sinkReshapes, 'a largest, for which repeats do not count', b.maximum(b.broadcastTo(v, [4, 6]), [0])],
  [shareCommuted, 'x − y and y − x', b.sub(x, y), b.sub(y, x)],
  [shareCommuted, 'x · x, and x · y alone', b.mul(x, x), b.mul(x, y)],
  [fuseBias, 'a product that is read besides', b.add(product, v), product],
  [fuseBias, 'a product that two read', b.add(product, v), b.exp(product)],
  [
    fuseBias,
    'a transposed product',
    b.add(b.matmul(square, square, { transposeA: true }), v),
    b.add(b.matmul(square, square, { transposeB: true }), v),
  ],
  [fuseBias, 'products side by side', b.add(b.matmul(data('p', 2, 3, 6), data('q', 2, 6, 6)), v)],
  [fuseBias, 'square products side by side', b.add(b.matmul(data('p', 2, 6, 6), data('q', 2, 6, 6)), v)],
  [fuseBias, 'one number for every column', b.add(product, data('one', 1))],
  [fuseBias, 'what is no product', b.add(x, v)],
  [fuseBias, 'a column: it is no bias', b.add(b.matmul(square, square), data('c', 6, 1))],
  [fuseBias, 'one number', b.add(product, data('n'))],
  [fuseBias, 'a matrix', b.add(product, y)],
  [fuseBias, 'a difference', b.sub(product, v)],
  [fuseActivation, 'a layer that is read besides', b.relu(layer), layer],
  [fuseActivation, 'a layer that two read', b.relu(layer), b.abs(layer)],
  [fuseActivation, 'what is no activation of a layer', b.exp(layer)],
  [fuseActivation, 'a second activation', b.relu(node('dense', { activation: 'tanh' }, x, square, v))],
  [fuseActivation, 'what stands on no layer', b.relu(b.sigmoid(x))],
  [maskOfResult, 'no relu of it', b.less(0, computed), b.tanh(computed)],
  [maskOfResult, 'x < 1, 0 = x', b.relu(computed), b.less(1, computed), b.equal(0, computed)],
  [fuseSigmoidCrossEntropy, 'a product without the logit', b.sub(b.softplus(x), b.mul(y, z))],
  [fuseSigmoidCrossEntropy, 'a sum', b.add(b.softplus(x), b.mul(x, y))],
  [
    fuseSigmoidCrossEntropy,
    'what is no softplus, or no product',
    b.sub(b.relu(x), b.mul(x, y)),
    b.sub(b.softplus(x), b.div(x, y)),
  ],
  [shareSums, 'sums over some of the axes and others', b.sum(block, [0, 1, 2]), b.sum(block, [2, 3])],
  [shareSums, 'sums over other axes', b.sum(x, [0]), b.sum(x, [1])],
  [shareSums, 'sums of others, or no sums', b.sum(x), b.sum(y, [1]), b.maximum(x, [1])],
  [commonFactor, 'of two factors', b.add(b.mul(x, 0.5), b.mul(y, 0.25))],
  [commonFactor, 'a product of no number', b.add(b.mul(x, 0.5), b.mul(y, z)), b.add(b.mul(y, z), b.mul(x, 0.5))],
  [
    commonFactor,
    'quotients, and products of products',
    b.add(b.div(x, 0.5), b.div(y, 0.5)),
    b.mul(b.mul(x, 0.5), b.mul(y, 0.5)),
  ],
]

describe('what each pass leaves alone', () => {
  test.each(examples.map(([pass, what, ...roots]) => [pass.name, what, pass, roots] as const))(
    '%s: %s',
    (_, __, pass, roots) => {
      const graph: Graph = { outputs: Object.fromEntries(roots.map((root, i) => [`out${i}`, root])), updates: {} }
      expect(pass.run(graph)).toBe(graph)
    },
  )
})
