import * as E from 'fp-ts/lib/Either.js'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as b from '../../../src/expr/build.ts'
import { rootsOf } from '../../../src/expr/Graph.ts'
import { type Leaf, leavesOf } from '../../../src/expr/leaf.ts'
import { MalformedGraph, node } from '../../../src/expr/node.ts'
import type { Node, Op } from '../../../src/expr/Op.ts'
import type { Tensor } from '../../../src/expr/Tensor.ts'
import { evaluateNodes } from '../../../src/interp/reference/index.ts'
import { grad } from '../../../src/transform/grad.ts'
import { allOps, type Sample, samples, smoothOps } from '../../arbitrary/nodes.ts'
import { random } from '../../arbitrary/random.ts'

const evaluated = (roots: readonly Node[], leaf: (leaf: Leaf) => Tensor): readonly Tensor[] => {
  const values = evaluateNodes(roots, { leaf })
  if (E.isLeft(values)) throw new Error(values.left.message)
  return values.right
}
const number = (t: Tensor | undefined): number => t?.data[0] ?? Number.NaN

/** Σ wᵢ · outputᵢ with irregular weights, so that no cotangent cancels another. */
const weighted = (roots: readonly Node[]): Node =>
  b.addAll(
    roots.map((root, i) => {
      const size = root.shape.reduce((n, d) => n * d, 1)
      const weights = b.literal(
        Array.from({ length: size }, (_, j) => Math.cos(1 + i + 0.7 * j)),
        root.shape,
      )
      return b.sum(b.mul(root, weights))
    }),
  )

/** d/dt f(values + t · direction) at 0 by the five-point rule: the error is of order h⁴. */
const slope = (f: (t: number) => number, h: number): number => (8 * (f(h) - f(-h)) - (f(2 * h) - f(-2 * h))) / (12 * h)

/** The largest disagreement, relative to the sizes involved, of the gradient with finite differences along one random direction. */
const disagreement = (scalar: Node, leaves: readonly Leaf[], values: (leaf: Leaf) => Tensor, seed: number): number => {
  const source = random(seed)
  const directions = new Map(leaves.map((leaf) => [leaf, values(leaf).data.map(() => source.within(-1, 1))]))
  const moved =
    (t: number) =>
    (leaf: Leaf): Tensor => {
      const at = values(leaf)
      const direction = directions.get(leaf)
      return { shape: at.shape, data: Float64Array.from(at.data, (v, i) => v + t * (direction?.[i] ?? 0)) }
    }
  const gradients = evaluated(grad(scalar, leaves), values)
  const alongs = leaves.map((leaf, k) =>
    [...(gradients[k]?.data ?? [])].reduce((sum, g, i) => sum + g * (directions.get(leaf)?.[i] ?? 0), 0),
  )
  const analytic = alongs.reduce((sum, x) => sum + x, 0)
  const numeric = slope((t) => number(evaluated([scalar], moved(t))[0]), 1e-3)
  const size = 1 + Math.abs(number(evaluated([scalar], values)[0])) + alongs.reduce((sum, x) => sum + Math.abs(x), 0)
  return Math.abs(analytic - numeric) / size
}

const holds = ({ graph, values, seed }: Sample): void => {
  const scalar = weighted(rootsOf(graph))
  expect(disagreement(scalar, leavesOf([scalar]), values, seed)).toBeLessThan(1e-7)
}

describe('grad', () => {
  it('is the slope, on whole graphs of smooth primitives', () => {
    fc.assert(fc.property(samples({ ops: smoothOps }), holds), { numRuns: 150, seed: 1 })
  })

  const alone = smoothOps.filter((op) => !['const', 'data', 'param', 'state', 'noise', 'scalar'].includes(op))
  it.each(alone)('is the slope, for %s in company of smooth ones', (op: Op) => {
    fc.assert(fc.property(samples({ ops: [op, 'data', 'param', 'mul', 'tanh'], steps: 5 }), holds), {
      numRuns: 25,
      seed: 2,
    })
  })

  it.each(['linear', 'relu', 'sigmoid', 'tanh'] as const)('is the slope, for a fused layer: %s', (activation) => {
    const input = (name: string, ...shape: number[]) => node('data', { name, shape, support: 'real' })
    const layer = node('dense', { activation }, input('x', 3, 2), input('kernel', 2, 4), input('bias', 4))
    // No sum lies near 0, where a relu has its corner.
    const values = ({ shape }: Leaf): Tensor => ({
      shape,
      data: Float64Array.from({ length: shape.reduce((n, d) => n * d, 1) }, (_, i) => Math.sin(2 + 3 * i)),
    })
    const scalar = weighted([layer])
    expect(disagreement(scalar, leavesOf([scalar]), values, 4)).toBeLessThan(1e-7)
  })

  it('is the slope of the gradient: second derivatives', () => {
    fc.assert(
      fc.property(samples({ ops: smoothOps, steps: 5 }), ({ graph, values, seed }) => {
        const scalar = weighted(rootsOf(graph))
        const leaves = leavesOf([scalar])
        const second = weighted(grad(scalar, leaves))
        expect(disagreement(second, leavesOf([second]), values, seed)).toBeLessThan(1e-6)
      }),
      { numRuns: 60, seed: 3 },
    )
  })

  const x = node('data', { name: 'x', shape: [5], support: 'real' })
  const y = node('data', { name: 'y', shape: [5], support: 'real' })
  const at: Readonly<Record<string, readonly number[]>> = { x: [-2, -0.5, 0, 0.5, 3], y: [1, -0.5, -1, 2, 0] }
  const gradients = (f: Node): readonly (readonly number[])[] =>
    evaluated(grad(b.sum(f), [x, y]), (leaf) => ({
      shape: [5],
      data: Float64Array.from(at[leaf.op === 'scalar' ? '' : leaf.arg.name] ?? []),
    })).map((t) => [...t.data].map((v) => v + 0))

  it('is the written choice where an op has a kink', () => {
    const zero = [0, 0, 0, 0, 0]
    expect(gradients(b.relu(x))).toEqual([[0, 0, 0, 1, 1], zero])
    expect(gradients(b.abs(x))).toEqual([[-1, -1, 0, 1, 1], zero])
    expect(gradients(b.sign(x))).toEqual([zero, zero])
    expect(gradients(b.floor(x))).toEqual([zero, zero])
    expect(gradients(b.less(x, y))).toEqual([zero, zero])
    expect(gradients(b.equal(x, y))).toEqual([zero, zero])
    expect(gradients(b.stopGradient(x))).toEqual([zero, zero])
    expect(gradients(b.max(x, y))).toEqual([
      [0, 0.5, 1, 0, 1],
      [1, 0.5, 0, 1, 0],
    ])
    expect(gradients(b.min(x, y))).toEqual([
      [1, 0.5, 0, 1, 0],
      [0, 0.5, 1, 0, 1],
    ])
    expect(gradients(b.select(b.less(x, 0), x, y))).toEqual([
      [1, 1, 0, 0, 0],
      [0, 0, 1, 1, 1],
    ])
    expect(gradients(b.maximum(x))).toEqual([[0, 0, 0, 0, 1], zero])
    expect(gradients(b.maximum(b.mul(x, 0)))).toEqual([zero, zero])
  })

  it('is 0 where the value does not depend', () => {
    expect(gradients(b.exp(x))[1]).toEqual([0, 0, 0, 0, 0])
  })

  it('is for numbers: what has a shape has no gradient', () => {
    expect(() => grad(node('data', { name: 'm', shape: [2, 3], support: 'real' }), [x])).toThrow(
      new MalformedGraph('grad takes a scalar but got [2, 3]'),
    )
  })

  it('does not lean on recursion', () => {
    const chain = Array.from({ length: 10_000 }).reduce<Node>((acc) => b.tanh(acc), x)
    expect(gradients(chain)[0]?.every(Number.isFinite)).toBe(true)
  })

  it('has a rule for every op', () => {
    expect(allOps.length).toBeGreaterThan(40)
  })
})
