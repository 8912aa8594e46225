import { describe, expect, test } from 'vitest'
import * as b from '../../../src/expr/build.ts'
import type { Graph } from '../../../src/expr/Graph.ts'
import { node } from '../../../src/expr/node.ts'
import type { Activation, Dims, Node } from '../../../src/expr/Op.ts'
import { print } from '../../../src/expr/print.ts'
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
const [x, y] = [data('x', 4, 6), data('y', 4, 6)]
const v = data('v', 6)
const box = data('box', 2, 3, 4)
const square = data('s', 6, 6)
const computed = b.exp(x)
const dense = (activation: Activation, input: Node, kernel: Node, bias: Node): Node =>
  node('dense', { activation }, input, kernel, bias)
const twos = (n: number, two: number): Node => b.literal(Array<number>(n).fill(two), [n])
/** A chain of so many vertices. */
const deep =
  (depth: number) =>
  (from: Node): Node =>
    Array.from({ length: depth }).reduce<Node>((below) => b.tanh(below), from)
const linear = b.add(b.matmul(x, square), v)

type Example = readonly [pass: Pass, what: string, before: Node | readonly Node[], after: Node | readonly Node[]]
const examples: readonly Example[] = [
  [foldConstants, 'arithmetic of numbers', b.mul(b.constant(3, [2]), b.exp(b.constant(0, [2]))), b.constant(3, [2])],
  [foldConstants, 'arithmetic of lists', b.add(b.literal([1, 2], [2]), b.constant(1, [2])), b.literal([2, 3], [2])],
  [foldConstants, 'a sum of one number', b.sum(b.constant(0.5, [4, 6]), [0]), b.constant(2, [6])],
  [foldConstants, 'a list of as many as are folded', b.neg(twos(4096, 2)), twos(4096, -2)],
  [
    foldConstants,
    'a list in another shape',
    b.reshape(b.literal([1, 2, 3, 4], [4]), [2, 2]),
    b.literal([1, 2, 3, 4], [2, 2]),
  ],
  [foldConstants, 'a repeated number, moved', b.transpose(b.constant(3, [2, 5]), [1, 0]), b.constant(3, [5, 2])],
  [foldConstants, 'a part of it', b.slice(b.constant(3, [2, 5]), [1, 1], [1, 2]), b.constant(3, [1, 2])],
  [foldConstants, 'turned around', node('reverse', { axes: [0] }, b.constant(3, [2])), b.constant(3, [2])],
  [foldConstants, 'the largest of it', b.maximum(b.constant(3, [2, 5]), [1]), b.constant(3, [2])],
  [foldConstants, 'zeros among zeros', b.pad(b.constant(0, [2]), [1], [2]), b.constant(0, [5])],
  [
    foldConstants,
    'a repeated constant',
    node('broadcast', { shape: [2, 3] }, b.constant(7, [3])),
    b.constant(7, [2, 3]),
  ],
  [simplifyArithmetic, 'x + 0', b.add(x, 0), x],
  [simplifyArithmetic, '0 + x', b.add(0, x), x],
  [simplifyArithmetic, 'x − 0', b.sub(x, 0), x],
  [simplifyArithmetic, '0 − x', b.sub(0, x), b.neg(x)],
  [simplifyArithmetic, '1 · x', b.mul(1, x), x],
  [simplifyArithmetic, 'a number on the left', b.mul(3, x), b.mul(x, 3)],
  [simplifyArithmetic, 'x · −1', b.mul(x, -1), b.neg(x)],
  [simplifyArithmetic, '(−x) · 3', b.mul(b.neg(x), 3), b.mul(x, -3)],
  [simplifyArithmetic, '(−x) · y', b.mul(b.neg(x), y), b.neg(b.mul(x, y))],
  [simplifyArithmetic, 'x · (−y)', b.mul(x, b.neg(y)), b.neg(b.mul(x, y))],
  [simplifyArithmetic, '(x / 3) · 6', b.mul(b.div(x, 3), 6), b.mul(x, 2)],
  [simplifyArithmetic, '−(x · 3)', b.neg(b.mul(x, 3)), b.mul(x, -3)],
  [simplifyArithmetic, '−(x / 3)', b.neg(b.div(x, 3)), b.div(x, -3)],
  [simplifyArithmetic, '(−x) / y', b.div(b.neg(x), y), b.neg(b.div(x, y))],
  [simplifyArithmetic, 'x / −2', b.div(x, -2), b.mul(x, -0.5)],
  [simplifyArithmetic, 'x / 2⁹⁹', b.div(x, 2 ** 99), b.mul(x, 2 ** -99)],
  [simplifyArithmetic, 'x / 1', b.div(x, 1), x],
  [simplifyArithmetic, 'x / 8', b.div(x, 8), b.mul(x, 0.125)],
  [simplifyArithmetic, '− − x', b.neg(b.neg(x)), x],
  [simplifyArithmetic, '−(x − y)', b.neg(b.sub(x, y)), b.sub(y, x)],
  [simplifyArithmetic, 'x + (−y)', b.add(x, b.neg(y)), b.sub(x, y)],
  [simplifyArithmetic, '(−x) + y', b.add(b.neg(x), y), b.sub(y, x)],
  [simplifyArithmetic, 'x − (−y)', b.sub(x, b.neg(y)), b.add(x, y)],
  [simplifyArithmetic, '(−x) · (−y)', b.mul(b.neg(x), b.neg(y)), b.mul(x, y)],
  [simplifyArithmetic, '(x · 2) · 3', b.mul(b.mul(x, 2), 3), b.mul(x, 6)],
  [simplifyArithmetic, 'x + x', b.add(x, x), b.mul(x, 2)],
  [simplifyArithmetic, 'max(0, x)', b.max(0, x), b.relu(x)],
  [simplifyArithmetic, 'max(x, 0)', b.max(x, 0), b.relu(x)],
  [simplifyArithmetic, 'relu(relu(x))', b.relu(b.relu(x)), b.relu(x)],
  [simplifyArithmetic, 'stopGradient', b.stopGradient(x), x],
  [simplifyArithmetic, 'a choice that is made', b.select(b.constant(1, [4, 6]), x, y), x],
  [simplifyArithmetic, 'a choice that is made against', b.select(b.constant(0, [4, 6]), x, y), y],
  [simplifyArithmetic, 'Σ −x', b.sum(b.neg(x)), b.neg(b.sum(x))],
  [simplifyMovement, 'a reshape of a reshape', b.reshape(b.reshape(x, [24]), [2, 12]), b.reshape(x, [2, 12])],
  [simplifyMovement, 'there and back', b.reshape(b.reshape(x, [24]), [4, 6]), x],
  [simplifyMovement, 'into its own shape', node('reshape', { shape: [4, 6] }, x), x],
  [simplifyMovement, 'a repeat that repeats nothing', node('broadcast', { shape: [4, 6] }, x), x],
  [simplifyMovement, 'a repeat along ones alone', b.broadcastTo(x, [1, 4, 6]), b.reshape(x, [1, 4, 6])],
  [simplifyMovement, 'a repeat of a row', b.broadcastTo(b.reshape(v, [1, 6]), [4, 6]), b.broadcastTo(v, [4, 6])],
  [
    simplifyMovement,
    'a repeat of one number',
    b.broadcastTo(data('one', 1, 1), [4, 6]),
    b.broadcastTo(b.reshape(data('one', 1, 1), []), [4, 6]),
  ],
  [
    simplifyMovement,
    'a reshape of a repeated number',
    b.reshape(b.broadcastTo(data('n'), [4, 6]), [24]),
    b.broadcastTo(data('n'), [24]),
  ],
  [simplifyMovement, 'a transpose that moves nothing', node('transpose', { perm: [0, 1] }, x), x],
  [
    simplifyMovement,
    'a transpose that moves ones alone',
    b.transpose(data('c', 6, 1, 4), [0, 2, 1]),
    b.reshape(data('c', 6, 1, 4), [6, 4, 1]),
  ],
  [
    simplifyMovement,
    'a transpose of three axes, of another',
    b.transpose(b.transpose(box, [1, 2, 0]), [0, 2, 1]),
    b.transpose(box, [1, 0, 2]),
  ],
  [simplifyMovement, 'a part that is the whole', node('slice', { begin: [0, 0], size: [4, 6] }, x), x],
  [simplifyMovement, 'a repeat of a repeat', b.broadcastTo(b.broadcastTo(v, [1, 6]), [4, 6]), b.broadcastTo(v, [4, 6])],
  [
    simplifyMovement,
    'a repeat of a repeat of columns',
    b.broadcastTo(b.broadcastTo(data('c', 4, 1), [4, 6]), [2, 4, 6]),
    b.broadcastTo(data('c', 4, 1), [2, 4, 6]),
  ],
  [simplifyMovement, 'a reshape of a repeat', b.reshape(b.broadcastTo(v, [2, 2, 6]), [4, 6]), b.broadcastTo(v, [4, 6])],
  [simplifyMovement, 'a transpose of a transpose', b.transpose(b.transpose(x, [1, 0]), [1, 0]), x],
  [simplifyMovement, 'a slice of a slice', b.sliceAxis(b.sliceAxis(x, 1, 1, 4), 1, 2, 1), b.sliceAxis(x, 1, 3, 1)],
  [
    mergeTransposes,
    'a product of a transpose',
    b.matmul(b.transpose(x, [1, 0]), y),
    b.matmul(x, y, { transposeA: true }),
  ],
  [
    simplifyMovement,
    'two halves',
    b.add(b.pad(b.sliceAxis(x, 1, 0, 2), [0, 0], [0, 4]), b.pad(b.sliceAxis(y, 1, 0, 4), [0, 2], [0, 0])),
    b.concat([b.sliceAxis(x, 1, 0, 2), b.sliceAxis(y, 1, 0, 4)], 1),
  ],
  [
    simplifyMovement,
    'two halves, the second first',
    b.add(b.pad(y, [4, 0], [0, 0]), b.pad(x, [0, 0], [4, 0])),
    b.concat([x, y], 0),
  ],
  [
    mergeTransposes,
    'of a product of two, one transposed already',
    b.matmul(b.transpose(x, [1, 0]), b.transpose(y, [1, 0]), { transposeA: true }),
    b.matmul(x, y, { transposeB: true }),
  ],
  [
    mergeTransposes,
    'of products side by side',
    b.matmul(box, b.transpose(box, [0, 2, 1])),
    b.matmul(box, box, { transposeB: true }),
  ],
  [sinkReshapes, 'below one operand', b.exp(b.reshape(computed, [24])), b.reshape(b.exp(computed), [24])],
  [
    sinkReshapes,
    'below two',
    b.add(b.reshape(computed, [2, 2, 6]), b.broadcastTo(v, [2, 2, 6])),
    b.reshape(b.add(computed, b.broadcastTo(v, [4, 6])), [2, 2, 6]),
  ],
  [
    sinkReshapes,
    'past a leaf',
    b.mul(b.reshape(computed, [24]), data('flat', 24)),
    b.reshape(b.mul(computed, b.reshape(data('flat', 24), [4, 6])), [24]),
  ],
  [
    sinkReshapes,
    'past a leaf in front',
    b.mul(data('flat', 24), b.reshape(computed, [24])),
    b.reshape(b.mul(b.reshape(data('flat', 24), [4, 6]), computed), [24]),
  ],
  [sinkReshapes, 'below a sum', b.sum(b.reshape(x, [4, 2, 3]), [1, 2]), b.sum(x, [1])],
  [sinkReshapes, 'below a sum over leading axes', b.sum(b.reshape(x, [2, 2, 6]), [0, 1]), b.sum(x, [0])],
  [sinkReshapes, 'below a sum over all', b.sum(b.reshape(x, [2, 2, 6])), b.sum(x)],
  [
    sinkReshapes,
    'below a sum that leaves more than one axis',
    b.sum(b.reshape(box, [6, 2, 2]), [1, 2]),
    b.reshape(b.sum(box, [2]), [6]),
  ],
  [sinkReshapes, 'beside a number', b.mul(b.reshape(computed, [24]), 3), b.reshape(b.mul(computed, 3), [24])],
  [
    sinkReshapes,
    'beside a repeated number',
    b.mul(b.reshape(computed, [24]), b.broadcastTo(data('n'), [24])),
    b.reshape(b.mul(computed, b.broadcastTo(data('n'), [4, 6])), [24]),
  ],
  [
    sinkReshapes,
    'beside a leaf in another shape',
    b.mul(b.reshape(computed, [24]), b.reshape(box, [24])),
    b.reshape(b.mul(computed, b.reshape(box, [4, 6])), [24]),
  ],
  [
    sinkReshapes,
    'past a leaf as deep as it looks',
    b.mul(b.reshape(computed, [24]), deep(4)(data('flat', 24))),
    b.reshape(b.mul(computed, deep(4)(b.reshape(data('flat', 24), [4, 6]))), [24]),
  ],
  [sinkReshapes, 'a sum of a sum', b.sum(b.sum(x, [0])), b.sum(x)],
  [sinkReshapes, 'a sum of a sum over an axis between', b.sum(b.sum(box, [1]), [1]), b.sum(box, [1, 2])],
  [sinkReshapes, 'a sum of repeats', b.sum(b.broadcastTo(v, [4, 6]), [0]), b.mul(v, 4)],
  [
    sinkReshapes,
    'a sum of repeats of a row',
    b.sum(b.broadcastTo(b.reshape(v, [1, 6]), [4, 6]), [0]),
    b.reshape(b.mul(b.reshape(v, [1, 6]), 4), [6]),
  ],
  [
    sinkReshapes,
    'a sum of some repeats of a row',
    b.sum(b.broadcastTo(data('row', 1, 6), [2, 4, 6]), [1]),
    b.broadcastTo(b.mul(b.reshape(data('row', 1, 6), [6]), 4), [2, 6]),
  ],
  [sinkReshapes, 'a sum of some repeats', b.sum(b.broadcastTo(v, [2, 4, 6]), [1]), b.broadcastTo(b.mul(v, 4), [2, 6])],
  [
    shareCommuted,
    'x · y and y · x',
    [b.exp(b.mul(x, y)), b.log(b.mul(y, x))],
    [b.exp(b.mul(x, y)), b.log(b.mul(x, y))],
  ],
  [
    shareCommuted,
    'the second is the one that is read later',
    [b.exp(b.max(y, x)), b.log(b.max(x, y))],
    [b.exp(b.max(y, x)), b.log(b.max(y, x))],
  ],
  [
    shareCommuted,
    'sums, minima, comparisons',
    [b.add(x, y), b.add(y, x), b.min(x, y), b.min(y, x), b.equal(x, y), b.equal(y, x)],
    [b.add(x, y), b.add(x, y), b.min(x, y), b.min(x, y), b.equal(x, y), b.equal(x, y)],
  ],
  [fuseBias, 'x · w + b', linear, dense('linear', x, square, v)],
  [
    fuseBias,
    'x · w + b, and b elsewhere',
    [linear, b.exp(b.broadcastTo(v, [4, 6]))],
    [dense('linear', x, square, v), b.exp(b.broadcastTo(v, [4, 6]))],
  ],
  [fuseBias, 'b + x · w', b.add(v, b.matmul(x, square)), dense('linear', x, square, v)],
  [
    fuseBias,
    'a bias with a one in front',
    b.add(b.matmul(x, square), b.reshape(v, [1, 6])),
    dense('linear', x, square, b.reshape(b.reshape(v, [1, 6]), [6])),
  ],
  [fuseActivation, 'relu(x · w + b)', b.relu(dense('linear', x, square, v)), dense('relu', x, square, v)],
  [fuseActivation, 'sigmoid(x · w + b)', b.sigmoid(dense('linear', x, square, v)), dense('sigmoid', x, square, v)],
  [fuseActivation, 'tanh(x · w + b)', b.tanh(dense('linear', x, square, v)), dense('tanh', x, square, v)],
  [
    maskOfResult,
    '0 < x beside relu(x)',
    [b.relu(computed), b.less(0, computed)],
    [b.relu(computed), b.less(0, b.relu(computed))],
  ],
  [fuseSigmoidCrossEntropy, 'softplus(l) − l·t', b.sub(b.softplus(x), b.mul(x, y)), b.sigmoidCrossEntropy(x, y)],
  [fuseSigmoidCrossEntropy, 'softplus(l) − t·l', b.sub(b.softplus(x), b.mul(y, x)), b.sigmoidCrossEntropy(x, y)],
  [fuseSigmoidCrossEntropy, 't·l − softplus(l)', b.sub(b.mul(y, x), b.softplus(x)), b.neg(b.sigmoidCrossEntropy(x, y))],
  [shareSums, 'Σ beside a smaller Σ', [b.sum(x), b.sum(x, [1])], [b.sum(b.sum(x, [1])), b.sum(x, [1])]],
  [
    shareSums,
    'over the axes that are left',
    [b.sum(box, [0, 2]), b.sum(box, [0])],
    [b.sum(b.sum(box, [0]), [1]), b.sum(box, [0])],
  ],
  [shareSums, 'Σ −x', b.sum(b.neg(x), [1]), b.neg(b.sum(x, [1]))],
  [
    shareSums,
    'Σ −x beside a smaller one',
    [b.sum(b.neg(x)), b.sum(b.neg(x), [1])],
    [b.neg(b.sum(b.sum(x, [1]))), b.neg(b.sum(x, [1]))],
  ],
  [
    shareSums,
    'beside several: the one that leaves the least',
    [b.sum(box), b.sum(box, [0]), b.sum(box, [1, 2]), b.sum(box, [2])],
    [b.sum(b.sum(box, [1, 2])), b.sum(box, [0]), b.sum(b.sum(box, [2]), [1]), b.sum(box, [2])],
  ],
  [commonFactor, 'x · ½ + y · ½', b.add(b.mul(x, 0.5), b.mul(y, 0.5)), b.mul(b.add(x, y), 0.5)],
  [commonFactor, 'x · ½ + y · −½', b.add(b.mul(x, 0.5), b.mul(y, -0.5)), b.mul(b.sub(x, y), 0.5)],
  [commonFactor, 'x · ½ − y · −½', b.sub(b.mul(x, 0.5), b.mul(y, -0.5)), b.mul(b.add(x, y), 0.5)],
  [commonFactor, 'x · ½ − y · ½', b.sub(b.mul(x, 0.5), b.mul(y, 0.5)), b.mul(b.sub(x, y), 0.5)],
  [explicitTransposes, 'of the first', b.matmul(x, y, { transposeA: true }), b.matmul(b.transpose(x, [1, 0]), y)],
  [explicitTransposes, 'of the second', b.matmul(x, y, { transposeB: true }), b.matmul(x, b.transpose(y, [1, 0]))],
  [
    explicitTransposes,
    'of products side by side',
    b.matmul(box, box, { transposeB: true }),
    b.matmul(box, b.transpose(box, [0, 2, 1])),
  ],
  [
    explicitTransposes,
    'of a row: no number moves',
    b.matmul(x, b.reshape(v, [1, 6]), { transposeB: true }),
    b.matmul(x, b.reshape(b.reshape(v, [1, 6]), [6, 1])),
  ],
]

const isList = (nodes: Node | readonly Node[]): nodes is readonly Node[] => Array.isArray(nodes)
const graphOf = (nodes: Node | readonly Node[]): Graph => ({
  outputs: Object.fromEntries((isList(nodes) ? nodes : [nodes]).map((n, i) => [`out${i}`, n])),
  updates: {},
})

describe('what each pass does', () => {
  test.each(examples.map(([pass, what, before, after]) => [pass.name, what, pass, before, after] as const))(
    '%s: %s',
    (_, __, pass, before, after) => {
      expect(print(pass.run(graphOf(before)))).toBe(print(graphOf(after)))
    },
  )
})
