import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import * as b from '../../../src/expr/build.ts'
import { node } from '../../../src/expr/node.ts'
import type { Node } from '../../../src/expr/Op.ts'
import type { Operands } from '../../../src/expr/operands.ts'
import { evaluateNodes } from '../../../src/interp/reference/index.ts'
import { foldConstants } from '../../../src/passes/foldConstants.ts'
import { type ElementwiseOp, meaningOf } from '../../../src/passes/meaning.ts'
import { right } from '../either.ts'

const arities: { readonly [O in ElementwiseOp]: Operands<O>['length'] } = {
  neg: 1,
  exp: 1,
  expm1: 1,
  log: 1,
  log1p: 1,
  sqrt: 1,
  tanh: 1,
  sigmoid: 1,
  softplus: 1,
  lgamma: 1,
  digamma: 1,
  relu: 1,
  abs: 1,
  sign: 1,
  floor: 1,
  stopGradient: 1,
  add: 2,
  sub: 2,
  mul: 2,
  div: 2,
  max: 2,
  min: 2,
  less: 2,
  equal: 2,
  sigmoidCrossEntropy: 2,
  select: 3,
}

/** By the interpreter, which has rules of its own. */
const evaluated = (root: Node): readonly number[] =>
  right(evaluateNodes([root], { leaf: () => ({ shape: [], data: new Float64Array() }) })).flatMap((t) => [...t.data])

const number = fc.oneof(
  fc.double({ min: -30, max: 30, noNaN: true }),
  fc.constantFrom(0, 1, -1, 2, 0.5, Infinity, -Infinity, Number.NaN),
)
/** Two numbers: different ones, or one that stands for both. */
const constant = fc.oneof(
  fc.tuple(number, number).map((values) => b.literal(values, [2])),
  number.map((value) => b.constant(value, [2])),
)

const same = (x: number, y: number): boolean =>
  Object.is(x, y) || (x === 0 && y === 0) || Math.abs(x - y) <= 1e-12 * Math.abs(y)

describe('on constants, folding is computing', () => {
  test.each(Object.entries(arities))('%s', (op, arity) => {
    fc.assert(
      fc.property(fc.array(constant, { minLength: arity, maxLength: arity }), (operands) => {
        const vertex = node(op as ElementwiseOp, {}, ...operands)
        const folded = foldConstants.run({ outputs: { it: vertex }, updates: {} }).outputs['it'] ?? vertex
        expect(folded.op).toBe('const')
        const [found, wanted] = [evaluated(folded), evaluated(vertex)]
        expect(
          wanted.every((w, i) => same(found[i] ?? 0, w)),
          `${found.join(', ')}, not ${wanted.join(', ')}`,
        ).toBe(true)
      }),
      { numRuns: 150, seed: 14 },
    )
  })

  test('relu of either zero is 0', () => {
    expect([0, -0].map((zero) => Object.is(meaningOf('relu', [zero]), 0))).toEqual([true, true])
  })
})
