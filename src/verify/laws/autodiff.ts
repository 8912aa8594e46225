import type * as fc from 'fast-check'
import * as b from '../../expr/build.ts'
import { rootsOf } from '../../expr/Graph.ts'
import { type Leaf, leavesOf } from '../../expr/leaf.ts'
import { node } from '../../expr/node.ts'
import type { Node } from '../../expr/Op.ts'
import type { Tensor } from '../../expr/Tensor.ts'
import { vjp } from '../../transform/grad.ts'
import { vmap } from '../../transform/vmap.ts'
import { type Sample, samples, smoothOps } from '../arbitrary/nodes.ts'
import { random } from '../arbitrary/random.ts'
import { type LawSuite, law } from '../Law.ts'
import { valuesAt } from '../oracle/numbers.ts'

/** Reverse-mode differentiation: what a wrong subject replaces. */
export interface Autodiff {
  readonly name: string
  readonly vjp: (root: Node, leaves: readonly Node[], seed: Node) => readonly Node[]
  readonly vmap: (roots: readonly Node[], size: number, isMapped: (leaf: Node) => boolean) => readonly Node[]
}
export const autodiffHere: Autodiff = { name: 'vjp', vjp, vmap }

/** Irregular weights, so that no cotangent cancels another. */
const weights = (shape: readonly number[], phase: number): Node =>
  b.literal(
    Array.from({ length: shape.reduce((n, d) => n * d, 1) }, (_, j) => Math.cos(1 + phase + 0.7 * j)),
    shape,
  )
const weighted = (roots: readonly Node[]): Node =>
  b.addAll(roots.map((root, i) => b.sum(b.mul(root, weights(root.shape, i)))))
const scalarOf = ({ graph }: Sample): Node => weighted(rootsOf(graph))
const gradOf = (a: Autodiff, scalar: Node, leaves: readonly Node[]): readonly Node[] =>
  a.vjp(scalar, leaves, b.constant(1))

const total = (values: ArrayLike<number>): number => Array.from(values).reduce((sum, x) => sum + x, 0)
const inner = (a: ArrayLike<number>, c: ArrayLike<number>): number =>
  total(Array.from(a, (x, i) => x * (c[i] ?? Number.NaN)))

type Directions = ReadonlyMap<Leaf, Float64Array>
const directionsFor = (leaves: readonly Leaf[], seed: number): Directions => {
  const source = random(seed)
  return new Map(
    leaves.map((leaf) => [
      leaf,
      Float64Array.from({ length: leaf.shape.reduce((n, d) => n * d, 1) }, () => source.within(-1, 1)),
    ]),
  )
}
const moved =
  (values: (leaf: Leaf) => Tensor, directions: Directions, t: number) =>
  (leaf: Leaf): Tensor => {
    const at = values(leaf)
    const along = directions.get(leaf)
    return { shape: at.shape, data: Float64Array.from(at.data, (v, i) => v + t * (along?.[i] ?? 0)) }
  }
const slope = (f: (t: number) => number, h = 1e-3): number => (8 * (f(h) - f(-h)) - (f(2 * h) - f(-2 * h))) / (12 * h)
const numberAt = (root: Node, values: (leaf: Leaf) => Tensor): number => valuesAt([root], values)[0]?.[0] ?? Number.NaN

const smooth = (steps = 12): fc.Arbitrary<Sample> => samples({ ops: smoothOps, steps })

/** What derivatives owe, on random graphs of every op. */
export const autodiffLaws: LawSuite<Autodiff> = {
  name: 'autodiff',
  extends: [],
  laws: [
    law({
      name: 'gradient = finite difference',
      statement: 'the gradient of a scalar is its slope along a random direction of all leaves, by the five-point rule',
      source: 'Griewank & Walther 2008, ch. 3',
      given: () => smooth(),
      holds: (a, s, g) => {
        const scalar = scalarOf(s)
        const leaves = leavesOf([scalar])
        const directions = directionsFor(leaves, s.seed)
        const slopes = valuesAt(gradOf(a, scalar, leaves), s.values)
        const parts = leaves.map((leaf, k) => inner(slopes[k] ?? [], directions.get(leaf) ?? []))
        const numeric = slope((t) => numberAt(scalar, moved(s.values, directions, t)))
        const size = 1 + Math.abs(numberAt(scalar, s.values)) + total(parts.map(Math.abs))
        g.within((total(parts) - numeric) / size, 1e-7, 'the slope')
      },
    }),
    law({
      name: 'vjp is the transpose of jvp',
      statement: '⟨u, J v⟩ = ⟨Jᵀ u, v⟩, J v being the derivative of Jᵀ u in u, applied to v',
      source: 'Griewank & Walther 2008, §3.3; Townsend 2017',
      most: 60,
      given: () => smooth(8),
      holds: (a, { graph, values, seed }, g) => {
        for (const root of rootsOf(graph).slice(0, 2)) {
          const leaves = leavesOf([root])
          const cotangent = node('data', { name: 'cotangent', shape: root.shape, support: 'real' })
          const directions = directionsFor(leaves, seed)
          const along = (leaf: Leaf): Node => b.literal([...(directions.get(leaf) ?? [])], leaf.shape)
          const back = b.addAll(a.vjp(root, leaves, cotangent).map((d, i) => b.sum(b.mul(d, along(leaves[i] as Leaf)))))
          const [jvp = back] = a.vjp(back, [cotangent], b.constant(1))
          const at = (leaf: Leaf): Tensor =>
            leaf === cotangent ? { shape: leaf.shape, data: new Float64Array(numbersIn(leaf)).fill(0.7) } : values(leaf)
          const [forward = new Float64Array(), reverse = new Float64Array()] = valuesAt([jvp, back], at)
          const direct = slope((t) => total(valuesAt([root], moved(at, directions, t))[0] ?? []))
          const size = 1 + Math.abs(direct) + total(Array.from(forward, Math.abs))
          g.within((0.7 * total(forward) - (reverse[0] ?? Number.NaN)) / size, 1e-9, '⟨u, J v⟩ − ⟨Jᵀ u, v⟩')
          g.within((total(forward) - direct) / size, 1e-6, 'J v against differences')
        }
      },
    }),
    law({
      name: 'linear in the cotangent',
      statement: 'Jᵀ (α u + w) = α Jᵀ u + Jᵀ w',
      given: () => samples(),
      holds: (a, { graph, values }, g) => {
        for (const root of rootsOf(graph).slice(0, 2)) {
          const leaves = leavesOf([root])
          const [u, w] = [weights(root.shape, 1), weights(root.shape, 5)]
          const each = [b.add(b.mul(u, 3), w), u, w].map((c) =>
            valuesAt(a.vjp(root, leaves, c), values).flatMap((x) => [...x]),
          )
          each[0]?.forEach((sum, i) =>
            g.close(sum, 3 * (each[1]?.[i] ?? 0) + (each[2]?.[i] ?? 0), 1e-9, 'the cotangent of a sum'),
          )
        }
      },
    }),
    law({
      name: 'second derivatives are symmetric',
      statement: 'uᵀ H v = vᵀ H u for the Hessian H, which is the gradient’s slope',
      source: 'Pearlmutter 1994',
      most: 60,
      given: () => smooth(5),
      holds: (a, s, g) => {
        const scalar = scalarOf(s)
        const leaves = leavesOf([scalar])
        const [u, v] = [directionsFor(leaves, s.seed), directionsFor(leaves, s.seed + 1)]
        const along = (d: Directions): Node =>
          b.addAll(
            gradOf(a, scalar, leaves).map((x, i) =>
              b.sum(b.mul(x, b.literal([...(d.get(leaves[i] as Leaf) ?? [])], x.shape))),
            ),
          )
        const product = (d: Directions, other: Directions): readonly number[] => {
          const values = valuesAt(gradOf(a, along(d), leaves), s.values)
          return leaves.map((leaf, i) => inner(values[i] ?? [], other.get(leaf) ?? []))
        }
        const [uv, vu] = [product(u, v), product(v, u)]
        const size = 1 + total(uv.map(Math.abs)) + total(vu.map(Math.abs))
        const numeric = slope((t) => numberAt(along(u), moved(s.values, v, t)))
        g.within((total(uv) - total(vu)) / size, 1e-9, 'uᵀHv − vᵀHu')
        g.within((total(uv) - numeric) / size, 1e-6, 'the slope of the gradient')
      },
    }),
    law({
      name: 'zero where written zero',
      statement:
        'nothing passes stopGradient, sign, floor, less, equal, or the condition of select; a leaf that is not read has gradient 0',
      given: () => samples(),
      holds: (a, { graph, values }, g) => {
        const [root = b.constant(1)] = rootsOf(graph)
        const [x, unread] = [
          b.stopGradient(root),
          node('param', { name: 'unread', shape: [2], init: { tag: 'constant', value: 0 } }),
        ]
        const jumps = [
          x,
          b.sign(root),
          b.floor(root),
          b.less(root, 0.3),
          b.equal(root, 0.3),
          b.select(b.floor(root), 1, 2),
        ]
        const leaves = [...leavesOf([root]), unread]
        for (const jump of jumps)
          for (const slopes of valuesAt(gradOf(a, weighted([jump]), leaves), (leaf) =>
            leaf === unread ? { shape: [2], data: new Float64Array(2) } : values(leaf),
          ))
            g.holds(
              slopes.every((s) => s === 0),
              `a gradient passes ${jump.op}`,
            )
      },
    }),
    law({
      name: 'linear in the function',
      statement: '∂(α f + h) = α ∂f + ∂h',
      given: () => samples(),
      holds: (a, { graph, values }, g) => {
        const roots = rootsOf(graph)
        const [f, h] = [weighted(roots.slice(0, 1)), weighted(roots.slice(-1).map((r) => b.tanh(r)))]
        const leaves = leavesOf([f, h])
        const [both = [], one = [], other = []] = [b.add(b.mul(f, 2.5), h), f, h].map((s) =>
          valuesAt(gradOf(a, s, leaves), values).flatMap((x) => [...x]),
        )
        both.forEach((sum, i) => g.close(sum, 2.5 * (one[i] ?? 0) + (other[i] ?? 0), 1e-9, 'the gradient of a sum'))
      },
    }),
    law({
      name: 'gradient and batching commute',
      statement: 'the gradient of Σ over a minibatch of f is the batched gradient of f',
      source: 'Bradbury et al. 2018 (JAX)',
      most: 60,
      given: () => samples({ steps: 8 }),
      holds: (a, { graph, values, seed }, g) => {
        const isDatum = (leaf: Node): boolean => leaf.op === 'data' || leaf.op === 'noise'
        const scalar = weighted(rootsOf(graph))
        const leaves = leavesOf([scalar]).filter((leaf) => leaf.op === 'param' || leaf.op === 'state')
        if (leaves.length === 0) return
        const at = (leaf: Leaf): Tensor => {
          if (!isDatum(leaf)) return values(leaf)
          const source = random(seed)
          return { shape: leaf.shape, data: Float64Array.from({ length: numbersIn(leaf) }, () => source.within(-1, 1)) }
        }
        const [batched = scalar] = a.vmap([scalar], 3, isDatum)
        const outside = valuesAt(gradOf(a, b.sum(batched), leaves), at)
        const inside = valuesAt(
          a.vmap(gradOf(a, scalar, leaves), 3, isDatum).map((x) => b.sum(x, [0])),
          at,
        )
        outside.forEach((x, k) => x.forEach((v, i) => g.close(inside[k]?.[i] ?? Number.NaN, v, 1e-8, 'a gradient')))
      },
    }),
  ],
}
const numbersIn = (leaf: Leaf): number => leaf.shape.reduce((n, d) => n * d, 1)
