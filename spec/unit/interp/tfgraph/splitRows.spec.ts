import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import mnistVae from '../../../../examples/01-mnist.ts'
import * as b from '../../../../src/expr/build.ts'
import { type Graph, rootsOf } from '../../../../src/expr/Graph.ts'
import { node } from '../../../../src/expr/node.ts'
import type { Node } from '../../../../src/expr/Op.ts'
import { topological } from '../../../../src/expr/walk.ts'
import { evaluateNodes } from '../../../../src/interp/reference/index.ts'
import { lastProducts } from '../../../../src/interp/tfgraph/lastProducts.ts'
import { splitRows } from '../../../../src/interp/tfgraph/splitRows.ts'
import { optimise } from '../../../../src/passes/pipeline.ts'
import { trainGraph } from '../../../../src/train/graphs.ts'
import { vmap } from '../../../../src/transform/vmap.ts'
import { samples } from '../../../arbitrary/nodes.ts'
import { right } from '../../either.ts'

/** Of the graph for one datum, with the minibatch in front, and everything also summed over it, as training does. */
const batched = (graph: Graph, size: number): Graph => {
  const roots = vmap(rootsOf(graph), size, ({ op }) => op === 'data' || op === 'noise')
  const sums = roots.map((root) => b.sum(root, [0].slice(0, root.shape.length)))
  return { outputs: Object.fromEntries([...roots, ...sums].map((root, i) => [`out${i}`, root])), updates: {} }
}

const near = (x: number, y: number | undefined): boolean =>
  Object.is(x, y) || Math.abs(x - (y ?? Number.NaN)) <= 1e-10 * (1 + Math.abs(x))

const training = optimise(
  trainGraph(mnistVae.vae, mnistVae.objective, mnistVae.optimizer, { epochs: 5, stepsPerEpoch: 10 }, 33),
  'graph',
)
const products = (graph: Graph): readonly string[] =>
  topological(rootsOf(graph)).flatMap(({ op, shape }) => (op === 'matmul' || op === 'dense' ? [shape.join(' ')] : []))

describe('the rows in parts', () => {
  const asTheyAre = (graph: Graph): Graph => graph
  const minibatch = (graph: Graph): Graph => batched(graph, 7)
  // What is not a minibatch has other axes of the same extents, which must not be taken for its rows.
  test.each([
    { count: 2, name: 'minibatches', from: minibatch, least: 100 },
    { count: 3, name: 'minibatches', from: minibatch, least: 100 },
    { count: 2, name: 'graphs', from: asTheyAre, least: 50 },
  ])('mean what they mean in one: $count parts of random $name', ({ count, from, least }) => {
    let changed = 0
    fc.assert(
      fc.property(samples({ steps: 20 }), (sample) => {
        const graph = from(sample.graph)
        const after = splitRows(graph, count, 1)
        if (rootsOf(after).some((root, i) => root !== rootsOf(graph)[i])) changed++
        const valuesOf = (of: Graph) => right(evaluateNodes(rootsOf(of), { leaf: sample.values }))
        const now = valuesOf(after)
        for (const [i, { shape, data }] of valuesOf(graph).entries()) {
          expect(now[i]?.shape).toEqual(shape)
          expect([...data].findIndex((x, j) => !near(x, now[i]?.data[j]))).toBe(-1)
        }
      }),
      { seed: 12, numRuns: 200 },
    )
    expect(changed).toBeGreaterThan(least)
  })

  test('take their own rows of what is repeated along others', () => {
    const x = node('data', { name: 'x', shape: [4, 3], support: 'real' })
    const column = node('param', { name: 'c', shape: [4, 1], init: { tag: 'constant', value: 1 } })
    const after = splitRows({ outputs: { y: b.add(x, b.broadcastTo(column, [4, 3])) }, updates: {} }, 2, 1)
    const half = (from: number): Node =>
      b.add(b.sliceAxis(x, 0, from, 2), b.sliceAxis(b.broadcastTo(column, [4, 3]), 0, from, 2))
    expect(after.outputs['y']).toBe(b.concat([half(0), half(2)], 0))
  })

  test('of the classic model: every product by rows, and the gradients of the weights once', () => {
    expect(products(splitRows(training, 2, 16)).toSorted()).toEqual(
      products(training)
        .flatMap((shape) => (shape.startsWith('33 ') ? ['17', '16'].map((n) => shape.replace('33', n)) : [shape]))
        .toSorted(),
    )
  })

  test('stay in one where there are few, or one core', () => {
    expect(splitRows(training, 2, 17)).toBe(training)
    expect(splitRows(training, 1, 1)).toBe(training)
  })
})

describe('the last products', () => {
  const inParts = splitRows(training, 2, 16)
  const waits = lastProducts(rootsOf(inParts))
  const dependsOn = (node: Node, on: Node): boolean => topological([node]).includes(on)

  test('are the gradients of weights, and wait for what needs none of them', () => {
    expect([...waits.keys()].map(({ shape }) => shape.join(' ')).toSorted()).toEqual([
      '20 400',
      '400 40',
      '400 784',
      '784 400',
    ])
    for (const [product, first] of waits) expect(first.filter((node) => dependsOn(node, product))).toEqual([])
  })

  test('wait for the end of the way back, in each part', () => {
    for (const first of waits.values()) expect(first.map(({ shape }) => shape.join(' '))).toEqual(['17 400', '16 400'])
  })
})
