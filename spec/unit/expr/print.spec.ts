import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import * as b from '../../../src/expr/build.ts'
import { dot } from '../../../src/expr/dot.ts'
import { type Graph, rootsOf } from '../../../src/expr/Graph.ts'
import { mermaid } from '../../../src/expr/mermaid.ts'
import { node } from '../../../src/expr/node.ts'
import type { Node } from '../../../src/expr/Op.ts'
import { print, printNodes } from '../../../src/expr/print.ts'
import { topological } from '../../../src/expr/walk.ts'
import { samples } from '../../arbitrary/nodes.ts'

const x = node('data', { name: 'x', shape: [2, 3], support: 'binary' })
const w = node('param', { name: 'dense_0/kernel', shape: [4, 3], init: { tag: 'uniform', limit: 0.25 } })
const noise = node('noise', { name: 'z', shape: [2, 4], law: 'normal' })
const logits = b.add(b.matmul(x, w, { transposeB: true }), noise)
const training: Graph = {
  outputs: { loss: b.sum(b.softplus(logits), [0, 1]), logits },
  updates: { 'dense_0/kernel': b.sub(w, b.mul(b.scalar('rate'), w)) },
}

describe('text', () => {
  test('one line a vertex', () => {
    expect(print(training)).toBe(`\
%0 = data 'x' binary : [2, 3]
%1 = param 'dense_0/kernel' from uniform ±0.25 : [4, 3]
%2 = matmul %0, %1 transposeB : [2, 4]
%3 = noise 'z' normal : [2, 4]
%4 = add %2, %3 : [2, 4]
%5 = softplus %4 : [2, 4]
%6 = sum %5 axes [0, 1] : []
%7 = scalar 'rate' : []
%8 = broadcast %7 : [4, 3]
%9 = mul %8, %1 : [4, 3]
%10 = sub %1, %9 : [4, 3]
output loss = %6
output logits = %4
update dense_0/kernel = %10`)
  })
  test('every argument that the shape does not tell', () => {
    const picture = node('state', { name: 'p', shape: [1, 4, 4, 2], fill: -0 })
    const filter = node('param', { name: 'f', shape: [3, 3, 2, 1], init: { tag: 'normal', stddev: 0.02 } })
    const made = node('conv2d', { stride: 2, padding: 'same' }, picture, filter)
    const roots: readonly Node[] = [
      node('conv2dInput', { stride: 2, padding: 'same', inputShape: [1, 4, 4, 2] }, filter, made),
      node('conv2dFilter', { stride: 2, padding: 'same', filterShape: [3, 3, 2, 1] }, picture, made),
      node('reverse', { axes: [1, 2] }, b.transpose(picture, [0, 2, 1, 3])),
      b.slice(b.pad(b.literal([1, Number.NaN, -0, 4], [4]), [1], [2]), [2], [3]),
      b.concat([b.literal([1, 2, 3, 4, 5, 6, 7], [7]), b.constant(Infinity, [2])], 0),
      node('dense', { activation: 'tanh' }, b.constant(1, [1, 1]), b.constant(2, [1, 1]), b.constant(3, [1])),
    ]
    expect(printNodes(...roots)).toBe(`\
%0 = param 'f' from normal 0.02 : [3, 3, 2, 1]
%1 = state 'p' from -0 : [1, 4, 4, 2]
%2 = conv2d %1, %0 stride 2 same : [1, 2, 2, 1]
%3 = conv2dInput %0, %2 stride 2 same : [1, 4, 4, 2]
%4 = conv2dFilter %1, %2 stride 2 same : [3, 3, 2, 1]
%5 = transpose %1 perm [0, 2, 1, 3] : [1, 4, 4, 2]
%6 = reverse %5 axes [1, 2] : [1, 4, 4, 2]
%7 = const [1, NaN, -0, 4] : [4]
%8 = pad %7 before [1] after [2] : [7]
%9 = slice %8 begin [2] : [3]
%10 = const [1, 2, 3, 4, 5, 6, … 7 values] : [7]
%11 = const Infinity : [2]
%12 = concat %10, %11 axis 0 : [9]
%13 = const 1 : [1, 1]
%14 = const 2 : [1, 1]
%15 = const 3 : [1]
%16 = dense %13, %14, %15 tanh : [1, 1]
output 0 = %3
output 1 = %4
output 2 = %6
output 3 = %9
output 4 = %12
output 5 = %16`)
  })
  test('numbers follow from the structure, not from the order of birth', () => {
    const late = node('scalar', { name: 'born first' })
    const early = node('scalar', { name: 'born second' })
    expect(late.id).toBeLessThan(early.id)
    expect(printNodes(b.sub(early, late)).split('\n')[0]).toBe("%0 = scalar 'born second' : []")
  })
  test('a name stays on its line', () => {
    expect(printNodes(node('scalar', { name: 'two\nlines' }))).toBe("%0 = scalar 'two\\nlines' : []\noutput 0 = %0")
  })
  test('as many lines as vertices and roots; every operand is above', () => {
    fc.assert(
      fc.property(samples({ updates: true }), ({ graph }) => {
        const lines = print(graph).split('\n')
        expect(lines).toHaveLength(topological(rootsOf(graph)).length + rootsOf(graph).length)
        lines.forEach((line, i) => {
          const numbers = [...line.matchAll(/%(\d+)/g)].map(([, digits]) => Number(digits))
          expect(numbers.every((n) => n <= i)).toBe(true)
        })
      }),
      { seed: 4, numRuns: 50 },
    )
  })
})

describe('pictures', () => {
  const odd: Graph = { outputs: { 'a "b" <c>\\': b.neg(node('scalar', { name: 'r#"' })) }, updates: {} }
  test('Mermaid', () => {
    expect(mermaid(odd)).toBe(`\
flowchart TD
  n0[/"scalar 'r#35;#34;'<br/>[]"/]
  n1["neg<br/>[]"]
  n0 --> n1
  n1 --> output0(["output a #34;b#34; #60;c#62;\\"])`)
    expect(mermaid(training)).toContain('  n10 --> update0(["update dense_0/kernel"])')
  })
  test('Graphviz', () => {
    expect(dot(odd)).toBe(`\
digraph {
  n0 [shape=parallelogram, label="scalar 'r#\\"'\\n[]"]
  n1 [shape=box, label="neg\\n[]"]
  n0 -> n1
  output0 [shape=oval, label="output a \\"b\\" <c>\\\\"]
  n1 -> output0
}`)
  })
  test('one arrow for every operand and root', () => {
    fc.assert(
      fc.property(samples({ updates: true }), ({ graph }) => {
        const edges =
          topological(rootsOf(graph)).reduce((n, vertex) => n + vertex.src.length, 0) + rootsOf(graph).length
        expect(mermaid(graph).split(' --> ')).toHaveLength(edges + 1)
        expect(dot(graph).split(' -> ')).toHaveLength(edges + 1)
      }),
      { seed: 4, numRuns: 50 },
    )
  })
})
