import * as b from '../../expr/build.ts'
import { type Expr, exprOf } from '../../expr/Expr.ts'
import { node } from '../../expr/node.ts'
import type { Node, NodeOf } from '../../expr/Op.ts'
import { grad } from '../../transform/grad.ts'
import { vmap } from '../../transform/vmap.ts'
import type { Random } from '../arbitrary/random.ts'
import { type Density, vertexOf } from './Density.ts'
import type { Divergence } from './Divergence.ts'

/** Where a number of a formula comes from: float32 numbers that the formula is for. */
export type Draw = (source: Random) => number

/** A function of numbers, as the laws of rounding see it: over leaves that have a number a point. */
export interface Formula {
  readonly name: string
  readonly inputs: readonly Input[]
  readonly value: Node
  /** Σ |xᵢ ∂y / ∂xᵢ|, of the value's shape: how much relative changes of the operands move the value */
  readonly condition: Node
  /** how many roundings it may be off; what is exact, none */
  readonly roundings: number
  /** whether it may be off by as many roundings of 1 besides: for sums whose terms cancel, and no one minds */
  readonly absolute?: boolean
}
export interface Input {
  readonly name: string
  readonly leaf: NodeOf<'data'>
  readonly draw: Draw
}

/** How many points a formula is tried on at once. */
const POINTS = 128

const leafOf = (name: string, shape: readonly number[]): NodeOf<'data'> =>
  node('data', { name, shape, support: 'real' })
const sizes = (terms: readonly Node[]): Node => b.addAll(terms.map((x) => b.abs(x)))

type Terms<K extends string> = { readonly [P in K]: Node }
interface Pointwise<K extends string> {
  readonly name: string
  readonly roundings: number
  readonly draws: { readonly [P in K]: Draw }
  /** of how many numbers an operand is, where not of one */
  readonly length?: number
  readonly of: (at: Terms<K>) => Node
  /** the size of a term that is in it in any form and can cancel */
  readonly besides?: (at: Terms<K>) => Node
}

/** A formula for one point, at many. */
export const pointwise = <K extends string>({ name, roundings, draws, length, of, besides }: Pointwise<K>): Formula => {
  const shape = length === undefined ? [] : [length]
  const leaves = Object.keys(draws).map((key) => leafOf(`${name}/${key}`, shape))
  // Object.keys forgets which keys there are.
  const at = Object.fromEntries(Object.keys(draws).map((key, i) => [key, leaves[i]])) as Terms<K>
  const value = of(at)
  const slopes = grad(value, leaves).map((slope, i) => b.sum(b.abs(b.mul(slope, leaves[i] ?? slope))))
  const condition = sizes(besides === undefined ? slopes : [...slopes, besides(at)])
  const [y = value, size = condition] = vmap([value, condition], POINTS, (n) => n.op === 'data')
  return {
    name,
    roundings,
    value: y,
    condition: size,
    inputs: Object.entries<Draw>(draws).map(([key, draw]) => ({
      name: key,
      leaf: leafOf(`${name}/${key}`, [POINTS, ...shape]),
      draw,
    })),
  }
}

/** A formula that is linear in each of its operands: its condition is what it makes of their sizes, once for each. */
export const multilinear = (
  name: string,
  roundings: number,
  draw: Draw,
  shapes: readonly (readonly number[])[],
  of: (...operands: readonly Node[]) => Node,
): Formula => {
  const leaves = shapes.map((shape, i) => leafOf(`${name}/${i}`, shape))
  return {
    name,
    roundings,
    value: of(...leaves),
    condition: b.mul(of(...leaves.map((leaf) => b.abs(leaf))), leaves.length),
    inputs: leaves.map((leaf, i) => ({ name: `${i}`, leaf, draw })),
  }
}

const between =
  (low: number, high: number): Draw =>
  (source) =>
    source.within(low, high)
/** Of every size up to a power of two. */
const scaled =
  (power: number): Draw =>
  (source) =>
    Math.fround(2 ** source.within(-power, power))
const signed =
  (draw: Draw): Draw =>
  (source) =>
    source.chance(0.5) ? draw(source) : -draw(source)

type Kind = 'level' | 'wide' | 'positive' | 'moderate' | 'unit' | 'coin' | 'count' | 'normal' | 'uniform'

/** Numbers of each kind that formulas are for. */
export const draws: Readonly<Record<Kind, Draw>> = {
  level: (source) => (source.chance(0.5) ? source.within(-3, 3) : source.within(-40, 40)),
  wide: signed(scaled(12)),
  positive: scaled(12),
  moderate: signed(scaled(6)),
  unit: between(0, 1),
  coin: (source) => source.below(2),
  count: (source) => source.below(source.chance(0.5) ? 5 : 300),
  normal: (source) => Math.fround(Math.sqrt(-2 * Math.log(1 - source.within(0, 1))) * Math.cos(source.within(0, 7))),
  /** a multiple of 2⁻²³ below 1, as streams of noise have them */
  uniform: (source) => source.below(2 ** 23) / 2 ** 23,
}

const valuesOf: { readonly [S in Density['support']]: Draw } = {
  real: draws.moderate,
  positive: scaled(6),
  unit: draws.unit,
  binary: draws.coin,
  count: draws.count,
}

const expressions = (at: Terms<string>, prefix = ''): Readonly<Record<string, Expr<[]>>> =>
  Object.fromEntries(
    Object.entries(at)
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, x]) => [name.slice(prefix.length), exprOf<[]>(x)]),
  )
const parameterDraws = (density: Density, prefix = ''): Readonly<Record<string, Draw>> =>
  Object.fromEntries(
    Object.entries(density.parameters).map(([name, [low, high]]) => [`${prefix}${name}`, between(low, high)]),
  )

const logP =
  (d: Density) =>
  (at: Terms<string>): Node =>
    vertexOf(d.logProb(expressions(at), exprOf<[]>(at['x'] ?? b.constant(Number.NaN))))
const densityDraws = (d: Density): Readonly<Record<string, Draw>> => ({
  ...parameterDraws(d),
  x: valuesOf[d.support],
})

/** log p. That of counts has log x! among its terms, which near the mean the others leave little of. */
export const densityFormula = (d: Density, roundings: number): Formula =>
  pointwise({
    name: `${d.name}: log p`,
    roundings,
    draws: densityDraws(d),
    of: logP(d),
    ...(d.support === 'count' ? { besides: ({ x }: Terms<string>) => b.lgamma(b.add(x ?? b.constant(0), 1)) } : {}),
  })

/** ∂ log p / ∂θ for every parameter θ. */
export const scoreFormulas = (d: Density, roundings: number): readonly Formula[] =>
  Object.keys(d.parameters).map((name) =>
    pointwise({
      name: `${d.name}: ∂ log p / ∂${name}`,
      roundings,
      draws: densityDraws(d),
      of: (at) => grad(logP(d)(at), [at[name] ?? b.constant(0)])[0] ?? b.constant(Number.NaN),
    }),
  )

/** Mean, variance and entropy, as far as they are stated. */
export const momentFormulas = (d: Density, roundings: number): readonly Formula[] =>
  (['mean', 'variance', 'entropy'] as const).flatMap((what) => {
    const make = d[what]
    return make === undefined
      ? []
      : [
          pointwise({
            name: `${d.name}: ${what}`,
            roundings,
            draws: parameterDraws(d),
            of: (at) => vertexOf(make(expressions(at))),
          }),
        ]
  })

/** A draw, as a function of its parameters and its noise. One that jumps is no formula: next to a jump nothing is accurate. */
export const drawFormulas = (d: Density, roundings: number): readonly Formula[] => {
  const { sample, reparameterised = false } = d
  if (sample === undefined || !reparameterised) return []
  return [
    pointwise({
      name: `${d.name}: a draw`,
      roundings,
      draws: { ...parameterDraws(d), noise: sample.noise === 'normal' ? draws.normal : draws.uniform },
      of: (at) => vertexOf(sample.from(expressions(at), exprOf<[]>(at.noise))),
    }),
  ]
}

/** A KL in closed form. */
export const divergenceFormula = (d: Divergence, roundings: number): Formula =>
  pointwise({
    name: d.name,
    roundings,
    draws: { ...parameterDraws(d.q, 'q/'), ...parameterDraws(d.p, 'p/') },
    of: (at) => vertexOf(d.kl(expressions(at, 'q/'), expressions(at, 'p/'))),
  })
