import { describe, expect, test } from 'vitest'
import { lgamma, sum } from '../../../src/expr/build.ts'
import { exprOf } from '../../../src/expr/Expr.ts'
import { node } from '../../../src/expr/node.ts'
import type { Node } from '../../../src/expr/Op.ts'
import { evaluate } from '../../../src/interp/reference/index.ts'
import { grad } from '../../../src/transform/grad.ts'
import { right } from '../either.ts'

const x = node('param', { name: 'x', shape: [], init: { tag: 'constant', value: 0 } })
const derivative = (f: Node, order: number): Node =>
  order === 0 ? f : derivative(grad(sum(f), [x])[0] ?? f, order - 1)
const valueAt = (f: Node, at: number): number => right(evaluate(exprOf(f), { x: at })).data[0] ?? Number.NaN

/** x, then ψ′(x) and ψ″(x) from mpmath 1.3.0 with 50 digits. */
const table: readonly (readonly [x: number, second: number, third: number])[] = [
  [1e-6, 1000000000001.645, -2.0000000000000003e18],
  [0.3, 12.245364546107732, -75.27253658872604],
  [1, 1.6449340668482264, -2.4041138063191885],
  [2.5, 0.49035775610023485, -0.2362040516417274],
  [10, 0.10516633568168575, -0.011049834970802067],
  [10000.0, 0.00010000500016666666, -1.000100005e-8],
]

describe('derivatives of log Γ', () => {
  test.each(table)('the second and third at %d', (at, second, third) => {
    expect(Math.abs(valueAt(derivative(lgamma(x), 2), at) / second - 1)).toBeLessThan(5e-15)
    expect(Math.abs(valueAt(derivative(lgamma(x), 3), at) / third - 1)).toBeLessThan(5e-14)
  })

  test('there are none below 0', () => {
    expect([1, 2].map((order) => valueAt(derivative(lgamma(x), order), -0.5))).toEqual([NaN, NaN])
  })
})
