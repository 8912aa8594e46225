import { describe, expect, test } from 'vitest'
import * as b from '../../../src/expr/build.ts'
import type { Graph } from '../../../src/expr/Graph.ts'
import { node } from '../../../src/expr/node.ts'
import type { Dims, Node } from '../../../src/expr/Op.ts'
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
const [x, y, z] = [data('x', 4, 6), data('y', 4, 6), data('z', 4, 6)]
const v = data('v', 6)
const box = data('box', 2, 3, 4)
const square = data('s', 6, 6)
const computed = b.exp(x)
const dense = (activation: 'linear' | 'relu', input: Node, kernel: Node, bias: Node): Node =>
  node('dense', { activation }, input, kernel, bias)
const linear = b.add(b.matmul(x, square), v)

type Example = readonly [pass: Pass, what: string, before: Node | readonly Node[], after: Node | readonly Node[]]
const examples: readonly Example[] = [
  [foldConstants, 'arithmetic of numbers', b.mul(b.constant(3, [2]), b.exp(b.constant(0, [2]))), b.constant(3, [2])],
  [foldConstants, 'arithmetic of lists', b.add(b.literal([1, 2], [2]), b.constant(1, [2])), b.literal([2, 3], [2])],
  [foldConstants, 'a sum of one number', b.sum(b.constant(0.5, [4, 6]), [0]), b.constant(2, [6])],
  [
    foldConstants,
    'a repeated constant',
    node('broadcast', { shape: [2, 3] }, b.constant(7, [3])),
    b.constant(7, [2, 3]),
  ],
  [simplifyArithmetic, 'x + 0', b.add(x, 0), x],
  [simplifyArithmetic, 'x − 0', b.sub(x, 0), x],
  [simplifyArithmetic, '1 · x', b.mul(1, x), x],
  [simplifyArithmetic, 'x / 1', b.div(x, 1), x],
  [simplifyArithmetic, 'x / 8', b.div(x, 8), b.mul(x, 0.125)],
  [simplifyArithmetic, 'x / 3 stays: 1/3 is not exact', b.div(x, 3), b.div(x, 3)],
  [simplifyArithmetic, '0 · x stays: x may be infinite', b.mul(x, 0), b.mul(x, 0)],
  [simplifyArithmetic, 'x − x stays: x may be infinite', b.sub(x, x), b.sub(x, x)],
  [simplifyArithmetic, 'log eˣ stays: eˣ may overflow', b.log(b.exp(x)), b.log(b.exp(x))],
  [simplifyArithmetic, '− − x', b.neg(b.neg(x)), x],
  [simplifyArithmetic, '−(x − y)', b.neg(b.sub(x, y)), b.sub(y, x)],
  [simplifyArithmetic, 'x + (−y)', b.add(x, b.neg(y)), b.sub(x, y)],
  [simplifyArithmetic, '(−x) + y', b.add(b.neg(x), y), b.sub(y, x)],
  [simplifyArithmetic, 'x − (−y)', b.sub(x, b.neg(y)), b.add(x, y)],
  [simplifyArithmetic, '(−x) · (−y)', b.mul(b.neg(x), b.neg(y)), b.mul(x, y)],
  [simplifyArithmetic, '(x · 2) · 3', b.mul(b.mul(x, 2), 3), b.mul(x, 6)],
  [simplifyArithmetic, 'x + x', b.add(x, x), b.mul(x, 2)],
  [simplifyArithmetic, 'max(0, x)', b.max(0, x), b.relu(x)],
  [simplifyArithmetic, 'stopGradient', b.stopGradient(x), x],
  [simplifyArithmetic, 'a choice that is made', b.select(b.constant(1, [4, 6]), x, y), x],
  [simplifyArithmetic, 'Σ −x', b.sum(b.neg(x)), b.neg(b.sum(x))],
  [simplifyMovement, 'a reshape of a reshape', b.reshape(b.reshape(x, [24]), [2, 12]), b.reshape(x, [2, 12])],
  [simplifyMovement, 'there and back', b.reshape(b.reshape(x, [24]), [4, 6]), x],
  [simplifyMovement, 'a repeat of a repeat', b.broadcastTo(b.broadcastTo(v, [1, 6]), [4, 6]), b.broadcastTo(v, [4, 6])],
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
  [sinkReshapes, 'below a sum', b.sum(b.reshape(x, [4, 2, 3]), [1, 2]), b.sum(x, [1])],
  [sinkReshapes, 'a sum of a sum', b.sum(b.sum(x, [0])), b.sum(x)],
  [sinkReshapes, 'a sum of repeats', b.sum(b.broadcastTo(v, [4, 6]), [0]), b.mul(v, 4)],
  [
    shareCommuted,
    'x · y and y · x',
    [b.exp(b.mul(x, y)), b.log(b.mul(y, x))],
    [b.exp(b.mul(x, y)), b.log(b.mul(x, y))],
  ],
  [shareCommuted, 'not x − y and y − x', [b.sub(x, y), b.sub(y, x)], [b.sub(x, y), b.sub(y, x)]],
  [fuseBias, 'x · w + b', linear, dense('linear', x, square, v)],
  [fuseBias, 'not where the product is read besides', [linear, b.matmul(x, square)], [linear, b.matmul(x, square)]],
  [fuseActivation, 'relu(x · w + b)', b.relu(dense('linear', x, square, v)), dense('relu', x, square, v)],
  [
    fuseActivation,
    'not where what is before it is read besides',
    [b.relu(dense('linear', x, square, v)), b.abs(dense('linear', x, square, v))],
    [b.relu(dense('linear', x, square, v)), b.abs(dense('linear', x, square, v))],
  ],
  [
    maskOfResult,
    '0 < x beside relu(x)',
    [b.relu(computed), b.less(0, computed)],
    [b.relu(computed), b.less(0, b.relu(computed))],
  ],
  [fuseSigmoidCrossEntropy, 'softplus(l) − l·t', b.sub(b.softplus(x), b.mul(x, y)), b.sigmoidCrossEntropy(x, y)],
  [fuseSigmoidCrossEntropy, 't·l − softplus(l)', b.sub(b.mul(y, x), b.softplus(x)), b.neg(b.sigmoidCrossEntropy(x, y))],
  [
    fuseSigmoidCrossEntropy,
    'not of another logit',
    b.sub(b.softplus(x), b.mul(y, z)),
    b.sub(b.softplus(x), b.mul(y, z)),
  ],
  [shareSums, 'Σ beside a smaller Σ', [b.sum(x), b.sum(x, [1])], [b.sum(b.sum(x, [1])), b.sum(x, [1])]],
  [
    shareSums,
    'over the axes that are left',
    [b.sum(box, [0, 2]), b.sum(box, [0])],
    [b.sum(b.sum(box, [0]), [1]), b.sum(box, [0])],
  ],
  [shareSums, 'Σ −x', b.sum(b.neg(x), [1]), b.neg(b.sum(x, [1]))],
  [shareSums, 'not of other axes', [b.sum(x, [0]), b.sum(x, [1])], [b.sum(x, [0]), b.sum(x, [1])]],
  [commonFactor, 'x · ½ + y · ½', b.add(b.mul(x, 0.5), b.mul(y, 0.5)), b.mul(b.add(x, y), 0.5)],
  [commonFactor, 'x · ½ + y · −½', b.add(b.mul(x, 0.5), b.mul(y, -0.5)), b.mul(b.sub(x, y), 0.5)],
  [commonFactor, 'x · ½ − y · −½', b.sub(b.mul(x, 0.5), b.mul(y, -0.5)), b.mul(b.add(x, y), 0.5)],
  [commonFactor, 'not of two factors', b.add(b.mul(x, 0.5), b.mul(y, 0.25)), b.add(b.mul(x, 0.5), b.mul(y, 0.25))],
  [explicitTransposes, 'of both operands', b.matmul(x, y, { transposeA: true }), b.matmul(b.transpose(x, [1, 0]), y)],
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
