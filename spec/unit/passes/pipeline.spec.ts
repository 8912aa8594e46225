import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import * as b from '../../../src/expr/build.ts'
import { type Graph, rootsOf } from '../../../src/expr/Graph.ts'
import { node } from '../../../src/expr/node.ts'
import type { Node } from '../../../src/expr/Op.ts'
import { print } from '../../../src/expr/print.ts'
import type { Tensor } from '../../../src/expr/Tensor.ts'
import { evaluateNodes } from '../../../src/interp/reference/index.ts'
import type { Pass } from '../../../src/passes/Pass.ts'
import { fusion, lowering, optimise, simplification } from '../../../src/passes/pipeline.ts'
import { type Sample, samples } from '../../arbitrary/nodes.ts'
import { right } from '../either.ts'

const passes: readonly Pass[] = [...simplification, ...fusion, ...Object.values(lowering).flat()]

const valuesOf = (graph: Graph, { values }: Sample): readonly Tensor[] =>
  right(evaluateNodes(rootsOf(graph), { leaf: values }))

/** In float64 a rewriting moves a result by rounding alone. */
const close = (a: Tensor, b: Tensor): boolean => {
  const [x, y] = [Array.from(a.data), Array.from(b.data)]
  return (
    x.length === y.length &&
    x.every((v, i) => Object.is(v, y[i]) || Math.abs(v - y[i]!) <= 1e-10 * (1 + Math.abs(y[i]!)))
  )
}

const expectSameMeaning = (sample: Sample, after: Graph): void => {
  const [before, now] = [valuesOf(sample.graph, sample), valuesOf(after, sample)]
  expect(Object.keys(after.outputs)).toEqual(Object.keys(sample.graph.outputs))
  expect(Object.keys(after.updates)).toEqual(Object.keys(sample.graph.updates))
  for (const [i, tensor] of before.entries()) {
    expect(now[i]?.shape).toEqual(tensor.shape)
    if (!close(now[i]!, tensor)) expect.fail(print(after))
  }
}

describe.each(passes.map((pass) => [pass.name, pass] as const))('%s', (_, pass) => {
  test('keeps the meaning of random graphs, and running it twice changes nothing more', () => {
    let changed = 0
    fc.assert(
      fc.property(samples({ steps: 20, updates: true }), (sample) => {
        const once = pass.run(sample.graph)
        if (rootsOf(once).some((root, i) => root !== rootsOf(sample.graph)[i])) changed++
        expectSameMeaning(sample, once)
        expect(pass.run(once)).toBe(once)
      }),
      { seed: 11, numRuns: 120 },
    )
    // What random graphs seldom contain has its own examples in rules.spec.ts.
    expect(changed).toBeGreaterThanOrEqual(rare.has(pass.name) ? 0 : 1)
  })
})

const rare: ReadonlySet<string> = new Set([
  'fuse sigmoid cross-entropy',
  'share sums',
  'common factor',
  'share commuted',
  'merge transposes',
  'mask of the result',
  'fuse bias',
  'fuse activation',
])

describe('the whole pipeline', () => {
  const data = (name: string, ...shape: number[]): Node => node('data', { name, shape, support: 'real' })
  const [x, w] = [data('x', 4, 6), data('w', 5, 6)]
  // Each simplification finds its work only after another has done its own; what is left is what fusing and lowering are for.
  const before = b.relu(b.add(b.matmul(b.mul(x, b.add(0, 1)), b.transpose(w, [1, 0])), b.neg(b.neg(data('bias', 5)))))
  const plain = b.relu(b.add(b.matmul(x, w, { transposeB: true }), b.broadcastTo(data('bias', 5), [4, 5])))

  test.each([
    ['cpu', plain],
    ['wasm', b.relu(b.add(b.matmul(x, b.transpose(w, [1, 0])), b.broadcastTo(data('bias', 5), [4, 5])))],
  ] as const)('for %s simplifies, then fuses, then lowers', (target, after) => {
    expect(optimise({ outputs: { y: before }, updates: {} }, target).outputs['y']).toBe(after)
  })

  test('fuses layers, and shares sums where a graph is compiled whole', () => {
    const [kernel, bias] = [data('kernel', 6, 5), data('bias', 5)]
    const layer = b.sigmoid(b.add(b.matmul(x, kernel), bias))
    const { outputs } = optimise({ outputs: { all: b.sum(layer), each: b.sum(layer, [1]) }, updates: {} }, 'graph')
    const each = b.sum(node('dense', { activation: 'sigmoid' }, x, kernel, bias), [1])
    expect(outputs).toEqual({ all: b.sum(each), each })
  })

  test('simplifies until nothing changes', () => {
    const chain = b.sum(b.reshape(b.broadcastTo(b.reshape(b.exp(x), [1, 24]), [3, 24]), [3, 4, 6]), [0])
    expect(optimise({ outputs: { y: chain }, updates: {} }, 'cpu').outputs['y']).toBe(b.mul(b.exp(x), 3))
  })

  test.each(['cpu', 'wasm', 'tensorflow', 'generated', 'graph'] as const)(
    'for %s keeps the meaning, and is done after one run',
    (target) => {
      fc.assert(
        fc.property(samples({ steps: 24, updates: true }), (sample) => {
          const once = optimise(sample.graph, target)
          expectSameMeaning(sample, once)
          expect(print(optimise(once, target))).toBe(print(once))
        }),
        { seed: 12, numRuns: 120 },
      )
    },
  )
})
