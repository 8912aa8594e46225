import * as E from 'fp-ts/lib/Either.js'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as b from '../../../src/expr/build.ts'
import { rootsOf } from '../../../src/expr/Graph.ts'
import type { Leaf } from '../../../src/expr/leaf.ts'
import { node } from '../../../src/expr/node.ts'
import type { Node, Op } from '../../../src/expr/Op.ts'
import type { Tensor } from '../../../src/expr/Tensor.ts'
import { topological } from '../../../src/expr/walk.ts'
import { evaluateNodes } from '../../../src/interp/reference/index.ts'
import { vmap } from '../../../src/transform/vmap.ts'
import { allOps, samples } from '../../arbitrary/nodes.ts'
import { random } from '../../arbitrary/random.ts'
import { valuesOf } from '../../arbitrary/values.ts'

const evaluated = (roots: readonly Node[], leaf: (leaf: Leaf) => Tensor): readonly Tensor[] => {
  const values = evaluateNodes(roots, { leaf })
  if (E.isLeft(values)) throw new Error(values.left.message)
  return values.right
}
const joined = (parts: readonly Tensor[]): readonly number[] => parts.flatMap((t) => [...t.data])

/** vmap against a loop over data, for the leaves that `isMapped` picks. */
const equalsLoop = (roots: readonly Node[], size: number, isMapped: (leaf: Node) => boolean, seed: number): void => {
  const varies = (leaf: Leaf): boolean => dataAndNoise(leaf) && isMapped(leaf)
  const one = (leaf: Leaf, datum: number): Tensor =>
    valuesOf(leaf, varies(leaf) ? random(seed + datum).below(2 ** 30) : seed)
  const loop = Array.from({ length: size }, (_, datum) => evaluated(roots, (leaf) => one(leaf, datum)))
  const original = new Map<string, Leaf>()
  const remember = (leaf: Leaf): Leaf => original.get(`${leaf.op} ${leaf.op === 'scalar' ? '' : leaf.arg.name}`) ?? leaf
  for (const root of roots) collect(root, original)
  const mapped = evaluated(vmap(roots, size, isMapped), (leaf) => {
    const single = remember(leaf)
    if (!varies(single)) return one(single, 0)
    return {
      shape: leaf.shape,
      data: Float64Array.from(Array.from({ length: size }, (_, datum) => [...one(single, datum).data]).flat()),
    }
  })
  mapped.forEach((result, i) => {
    expect(result.shape).toEqual([size, ...(roots[i]?.shape ?? [])])
    const wanted = joined(loop.map((datum) => datum[i] ?? { shape: [], data: new Float64Array() }))
    wanted.forEach((w, j) =>
      expect(Math.abs((result.data[j] ?? Number.NaN) - w)).toBeLessThanOrEqual(1e-12 * (1 + Math.abs(w)) * 100),
    )
  })
}
const collect = (root: Node, into: Map<string, Leaf>): void => {
  if (root.op === 'data' || root.op === 'noise' || root.op === 'param' || root.op === 'state')
    into.set(`${root.op} ${root.arg.name}`, root)
  for (const s of root.src) collect(s, into)
}

const data = (leaf: Node): boolean => leaf.op === 'data'
const dataAndNoise = (leaf: Node): boolean => leaf.op === 'data' || leaf.op === 'noise'
/** Every other name, so that ops meet mapped and shared operands alike. */
const some = (leaf: Node): boolean => dataAndNoise(leaf) && 'name' in leaf.arg && leaf.arg.name.length % 2 === 0

describe('vmap', () => {
  it.each([
    ['data', data],
    ['data and noise', dataAndNoise],
    ['some of the data', some],
    ['whatever is picked: what is one value for all data stays so', () => true],
  ])('equals the loop over data, mapping %s', (_, isMapped) => {
    fc.assert(
      fc.property(samples(), fc.integer({ min: 1, max: 4 }), ({ graph, seed }, size) =>
        equalsLoop(rootsOf(graph), size, isMapped, seed),
      ),
      { numRuns: 120, seed: 5 },
    )
  })

  const ops = allOps.filter((op) => !['const', 'data', 'param', 'state', 'noise', 'scalar'].includes(op))
  it.each(ops)('equals the loop for %s of mapped and shared operands', (op: Op) => {
    fc.assert(
      fc.property(samples({ ops: [op, 'data', 'param'], steps: 5 }), ({ graph, seed }) =>
        equalsLoop(rootsOf(graph), 3, data, seed),
      ),
      { numRuns: 25, seed: 6 },
    )
  })

  it('nests: samples within data', () => {
    fc.assert(
      fc.property(samples({ steps: 8 }), ({ graph, seed }) => {
        const inner = vmap(rootsOf(graph), 2, (leaf) => leaf.op === 'noise')
        equalsLoop(inner, 3, dataAndNoise, seed)
      }),
      { numRuns: 60, seed: 7 },
    )
  })

  const [x, w] = [
    node('data', { name: 'x', shape: [5], support: 'real' }),
    node('data', { name: 'w', shape: [5], support: 'real' }),
  ]
  const isX = (leaf: Node): boolean => leaf === x
  const [xs] = vmap([x], 3, isX)

  it('computes what no datum enters once, and repeats it where it is read', () => {
    expect(vmap([b.mul(b.exp(w), x)], 3, isX)).toEqual([b.mul(b.broadcastTo(b.exp(w), [3, 5]), xs ?? x)])
    expect(vmap([b.exp(w)], 3, isX)).toEqual([b.broadcastTo(b.exp(w), [3, 5])])
  })

  it('makes one tall product where the matrix is shared', () => {
    const kernel = node('param', { name: 'k', shape: [5, 2], init: { tag: 'constant', value: 0 } })
    const [product] = vmap([b.matmul(b.reshape(x, [1, 5]), kernel)], 3, isX)
    expect(product).toBe(b.reshape(b.matmul(b.reshape(b.reshape(xs ?? x, [3, 1, 5]), [3, 5]), kernel), [3, 1, 2]))
  })

  it('makes one convolution of many images where the filter is shared', () => {
    const image = node('data', { name: 'image', shape: [2, 4, 4, 1], support: 'real' })
    const filter = node('param', { name: 'f', shape: [2, 2, 1, 3], init: { tag: 'constant', value: 0 } })
    const arg = { stride: 1, padding: 'same' } as const
    const there = node('conv2d', arg, image, filter)
    const back = node('conv2dInput', { ...arg, inputShape: [2, 4, 4, 1] }, filter, there)
    const vertices = topological(vmap([there, back], 3, (leaf) => leaf === image))
    expect(vertices.filter((n) => n.op === 'conv2d').map((n) => n.shape)).toEqual([[6, 4, 4, 3]])
    expect(vertices.filter((n) => n.op === 'conv2dInput').map((n) => n.shape)).toEqual([[6, 4, 4, 1]])
  })
})
