import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { rootsOf } from '../../../../src/expr/Graph.ts'
import { isLeaf } from '../../../../src/expr/leaf.ts'
import { apply, type Node } from '../../../../src/expr/Op.ts'
import { topological } from '../../../../src/expr/walk.ts'
import { allOps, samples, type Sample } from '../../../arbitrary/nodes.ts'
import { evaluateNodes } from '../../../../src/interp/reference/index.ts'
import { build, flat, nested, type Nested, shapeOf } from './nested.ts'
import { right } from '../../either.ts'

const runs = { seed: 20_240_817, numRuns: 250 }

/** Every vertex of the sample by the definitions. */
const byDefinition = ({ graph, values }: Sample): ReadonlyMap<Node, Nested> => {
  const found = new Map<Node, Nested>()
  for (const node of topological(rootsOf(graph))) {
    const leaf = (): Nested => {
      let next = 0
      const { data } = isLeaf(node) ? values(node) : { data: [] }
      return build(node.shape, () => data[next++] ?? Number.NaN)
    }
    found.set(
      node,
      apply(nested, node, (operand) => (operand === node ? leaf() : ((operand && found.get(operand)) ?? Number.NaN))),
    )
  }
  return found
}

describe('the reference agrees with the definitions over nested arrays', () => {
  test('every vertex has the shape that signature says, and the same numbers', () => {
    const seen = new Set<string>()
    fc.assert(
      fc.property(samples({ steps: 10 }), (sample) => {
        const expected = byDefinition(sample)
        const order = [...expected.keys()]
        const evaluated = right(evaluateNodes(order, { leaf: sample.values }))
        for (const [i, node] of order.entries()) {
          seen.add(node.op)
          const value = expected.get(node) ?? Number.NaN
          const shape = shapeOf(value)
          expect([node.op, node.shape, evaluated[i]?.shape]).toEqual([node.op, shape, shape])
          const numbers = flat(value)
          const data = evaluated[i]?.data ?? []
          // Elements are within 64 and sums have at most some hundred terms, so rounding stays far below this.
          const wrong = numbers.findIndex((x, k) => !(Math.abs((data[k] ?? Number.NaN) - x) < 1e-11))
          expect([node.op, data.length, wrong]).toEqual([node.op, numbers.length, -1])
        }
      }),
      runs,
    )
    expect([...seen].sort()).toEqual([...allOps].sort())
  })
})
