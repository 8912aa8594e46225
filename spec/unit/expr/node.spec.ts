import * as E from 'fp-ts/lib/Either.js'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import * as b from '../../../src/expr/build.ts'
import { rootsOf } from '../../../src/expr/Graph.ts'
import { MalformedGraph, node, tryNode } from '../../../src/expr/node.ts'
import type { Node } from '../../../src/expr/Op.ts'
import { rewriteNodes, topological } from '../../../src/expr/walk.ts'
import { samples } from '../../arbitrary/nodes.ts'
import { right } from '../either.ts'

const runs = { seed: 77, numRuns: 100 }
const x = node('data', { name: 'x', shape: [2, 3], support: 'real' })

const deepFrozen = (value: unknown): boolean =>
  typeof value !== 'object' ||
  value === null ||
  (Object.isFrozen(value) && Object.values(value).every((inner) => deepFrozen(inner)))

describe('interning', () => {
  test('equal structure is the same object, whatever the order of the fields', () => {
    expect(node('data', { support: 'real', shape: [2, 3], name: 'x' })).toBe(x)
    expect(b.add(b.mul(x, 2), 1)).toBe(b.add(b.mul(x, 2), 1))
  })
  test('a rebuilt graph is the same graph', () => {
    fc.assert(
      fc.property(samples({ updates: true }), ({ graph }) => {
        const rebuilt = rewriteNodes(rootsOf(graph), (old, src) =>
          right(tryNode(old.op, structuredClone(old.arg), src)),
        )
        expect([...rebuilt].filter(([old, image]) => old !== image)).toEqual([])
      }),
      runs,
    )
  })
  test('what differs is another object', () => {
    const different: readonly Node[] = [
      ...[0, -0, Number.NaN, Infinity, -Infinity, 5e-324].map((value) => b.constant(value)),
      b.constant(0, [1]),
      b.sub(x, 1),
      b.add(x, 1),
      b.sum(x, [0]),
      b.sum(x, [1]),
      node('data', { name: 'x', shape: [2, 3], support: 'unit' }),
      node('param', { name: 'x', shape: [2, 3], init: { tag: 'constant', value: 0 } }),
      node('param', { name: 'x', shape: [2, 3], init: { tag: 'constant', value: -0 } }),
      node('scalar', { name: 'a b' }),
      node('scalar', { name: 'a" b' }),
    ]
    expect(new Set(different).size).toBe(different.length)
  })
  test('a vertex is frozen throughout, and older than who reads it', () => {
    fc.assert(
      fc.property(samples(), ({ graph }) => {
        for (const vertex of topological(rootsOf(graph))) {
          expect([
            Object.isFrozen(vertex),
            Object.isFrozen(vertex.src),
            deepFrozen(vertex.arg),
            deepFrozen(vertex.shape),
          ]).toEqual([true, true, true, true])
          expect(vertex.src.every((operand) => operand.id < vertex.id)).toBe(true)
        }
      }),
      runs,
    )
  })
  test('a vertex keeps its own copy of the operands', () => {
    const operands: Node[] = [x, x]
    const sum = right(tryNode('add', {}, operands))
    operands[0] = b.neg(x)
    expect(sum.src).toEqual([x, x])
  })
})

describe('a vertex whose shapes do not fit', () => {
  test('is a message', () => {
    expect(tryNode('add', {}, [x, b.sum(x, [0])])).toEqual(E.left('add: operands differ: [2, 3] and [3]'))
  })
  test('and inside transformations an exception', () => {
    expect(() => node('neg', {}, x, x)).toThrow(MalformedGraph)
  })
})

describe('walking', () => {
  test('operands come first, each vertex once', () => {
    fc.assert(
      fc.property(samples({ updates: true }), ({ graph }) => {
        const order = topological(rootsOf(graph))
        const place = new Map(order.map((vertex, i) => [vertex, i]))
        expect(place.size).toBe(order.length)
        expect(order.every((vertex, i) => vertex.src.every((operand) => (place.get(operand) ?? i) < i))).toBe(true)
        expect(rootsOf(graph).every((root) => place.has(root))).toBe(true)
      }),
      runs,
    )
  })
  test('a chain of 10,000', () => {
    const end = Array.from({ length: 10_000 }).reduce<Node>((chain) => b.neg(b.add(chain, x)), x)
    expect(topological([end])).toHaveLength(20_001)
    expect(rewriteNodes([end], (old, src) => node(old.op, old.arg, ...src)).get(end)).toBe(end)
  })
})
