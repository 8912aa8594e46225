import * as fc from 'fast-check'
import { constant, mul, sameDims } from '../../expr/build.ts'
import { type Graph, rootsOf } from '../../expr/Graph.ts'
import { type Leaf, leavesOf } from '../../expr/leaf.ts'
import type { Node, Op } from '../../expr/Op.ts'
import { print } from '../../expr/print.ts'
import { sizeOf, type Tensor } from '../../expr/Tensor.ts'
import { topological } from '../../expr/walk.ts'
import type { Feeds } from '../../interp/Session.ts'
import { makers } from './makers.ts'
import { leafOps, pool } from './Pool.ts'
import { random } from './random.ts'
import { valuesOf } from './values.ts'

/**
 * A well-formed graph with numbers for its leaves. Elements are moderate: what an op makes is scaled down to at most 8 before the next
 * op sees it, nothing is divided by nearly 0, and ops that jump (floor, sign, less, equal, the condition of select) only see elements
 * that float32 holds exactly. Rounding every vertex to float32 moves no root by more than 1e-6 in 4,000 graphs of 20 ops.
 */
export interface Sample {
  readonly graph: Graph
  readonly seed: number
  /** the numbers of every leaf, noise too */
  readonly values: (leaf: Leaf) => Tensor
  readonly [fc.toStringMethod]: () => string
}

/** What {@link samples} may be asked for. */
export interface SampleOptions {
  /** which ops may be chosen; `const`, `add`, `mul`, `reshape` and `broadcast` may appear besides. Default: all */
  readonly ops?: readonly Op[]
  /** at most how many ops are chosen */
  readonly steps?: number
  /** also give some parameters and states new values */
  readonly updates?: boolean
}

export const allOps: readonly Op[] = Object.keys(makers).filter((op): op is Op => Object.hasOwn(makers, op))
const kinked: ReadonlySet<Op> = new Set<Op>([
  'relu',
  'abs',
  'sign',
  'floor',
  'max',
  'min',
  'maximum',
  'less',
  'equal',
  'select',
  'countQuantile',
  'stopGradient',
  // its relu
  'dense',
])
/** The ops whose derivative, as one writes it, is the limit of finite differences everywhere. */
export const smoothOps: readonly Op[] = allOps.filter((op) => !kinked.has(op))

interface Step {
  readonly op: Op
  readonly seed: number
}

const largest = 256

/** Replay the steps. A vertex that would be large, or of a rank that targets do not all know, is left out. */
const replay = (steps: readonly Step[], seed: number, ops: readonly Op[]): readonly Node[] => {
  const source = random(seed)
  const growing = pool(
    source,
    leafOps.filter((op) => ops.includes(op)),
  )
  return steps.flatMap((step) => {
    source.reseed(step.seed)
    const vertex = makers[step.op](growing)
    if (sizeOf(vertex.shape) > largest || vertex.shape.length > 4) return []
    const made = growing.tame(vertex, 8)
    growing.accept(made)
    return [made]
  })
}

const sampleOf = (steps: readonly Step[], seed: number, { ops = allOps, updates = false }: SampleOptions): Sample => {
  const made = replay(steps, seed, ops)
  const used = new Set(topological(made).flatMap((vertex) => vertex.src))
  const unused = [...new Set(made)].filter((vertex) => !used.has(vertex))
  const outputs = Object.fromEntries(
    (unused.length > 0 ? unused : [constant(1)]).map((vertex, i) => [`out${i}`, vertex]),
  )
  const variables = updates
    ? leavesOf(Object.values(outputs)).filter((leaf) => leaf.op === 'param' || leaf.op === 'state')
    : []
  const newValue = (leaf: Leaf): Node =>
    made.findLast((vertex) => vertex !== leaf && sameDims(vertex.shape, leaf.shape)) ?? mul(leaf, 0.5)
  const graph = { outputs, updates: Object.fromEntries(variables.map((leaf) => [leaf.arg.name, newValue(leaf)])) }
  return {
    graph,
    seed,
    values: (leaf) => valuesOf(leaf, seed),
    [fc.toStringMethod]: () => `seed ${seed}\n${print(graph)}`,
  }
}

/** Random graphs; they shrink by leaving out steps. */
export const samples = (options: SampleOptions = {}): fc.Arbitrary<Sample> => {
  const { ops = allOps, steps = 12 } = options
  const step = fc.record({ op: fc.constantFrom(...ops), seed: fc.nat({ max: 2 ** 31 - 1 }) })
  return fc
    .tuple(fc.array(step, { minLength: 1, maxLength: steps, size: 'max' }), fc.nat({ max: 2 ** 31 - 1 }))
    .map(([chosen, seed]) => sampleOf(chosen, seed, options))
}

const named = (sample: Sample, kinds: readonly Op[]): ReadonlyMap<string, Tensor> =>
  new Map(
    leavesOf(rootsOf(sample.graph)).flatMap((leaf) =>
      kinds.includes(leaf.op) ? [[leaf.arg.name, sample.values(leaf)] as const] : [],
    ),
  )

/** What a session is to be given before the sample's graph runs. */
export const variablesOf = (sample: Sample): ReadonlyMap<string, Tensor> => named(sample, ['param', 'state'])

/** One run's feeds. A session draws noise itself, equally on every target; it is not `sample.values` of the noise. */
export const feedsOf = (sample: Sample, step = 0): Feeds => ({
  data: named(sample, ['data']),
  scalars: Object.fromEntries([...named(sample, ['scalar'])].map(([name, { data }]) => [name, data[0] ?? 0])),
  seed: sample.seed,
  step,
})
