import * as fc from 'fast-check'
import * as b from '../../expr/build.ts'
import { node } from '../../expr/node.ts'
import type { Node, NodeOf } from '../../expr/Op.ts'
import { type Optimizer, updatesOf } from '../../optimizer/index.ts'
import type { Horizon } from '../../schedule/index.ts'
import type { Gauge } from '../Gauge.ts'
import { valuesOf } from '../oracle/numbers.ts'

/** How gradients become updates: what a wrong subject replaces. */
export interface Optimizers {
  readonly name: string
  readonly updates: (
    optimizer: Optimizer,
    params: readonly NodeOf<'param'>[],
    gradients: readonly Node[],
    horizon: Horizon,
    step: Node,
    size?: number,
  ) => Readonly<Record<string, Node>>
}
export const optimizersHere: Optimizers = { name: 'optimizers', updates: updatesOf }

export const horizon: Horizon = { stepsPerEpoch: 10, epochs: 10 }
export const names = ['a', 'b'] as const
export type Name = (typeof names)[number]
type Vector = readonly number[]
export type Vectors = Readonly<Record<Name, Vector>>
export const SIZE = 2
export const param = (name: string): NodeOf<'param'> =>
  node('param', { name, shape: [SIZE], init: { tag: 'constant', value: 0 } })
export const gradientLeaf = (name: string): Node =>
  node('data', { name: `gradient/${name}`, shape: [SIZE], support: 'real' })

/** What the updates leave behind after each of some minibatches: every variable by its name. */
export const states = (
  o: Optimizers,
  optimizer: Optimizer,
  start: Vectors,
  gradients: readonly Vectors[],
  sizes: readonly number[] = [],
): readonly Readonly<Record<string, Vector>>[] => {
  let state: Record<string, Vector> = { ...start }
  return gradients.map((g, step) => {
    const updates = o.updates(
      optimizer,
      names.map(param),
      names.map(gradientLeaf),
      horizon,
      b.scalar('step'),
      sizes[step] ?? 1,
    )
    const fed = Object.fromEntries(names.map((name) => [`gradient/${name}`, g[name]]))
    const zeros = Object.fromEntries(
      Object.entries(updates).map(([slot, { shape }]) => [
        slot,
        Array.from({ length: shape.length === 0 ? 1 : SIZE }, () => 0),
      ]),
    )
    const next = valuesOf(Object.values(updates), { ...zeros, ...state, ...fed, step })
    state = { ...state, ...Object.fromEntries(Object.keys(updates).map((slot, i) => [slot, [...(next[i] ?? [])]])) }
    return state
  })
}

/** The parameters after each minibatch. */
export const path = (...given: Parameters<typeof states>): readonly Vectors[] =>
  states(...given).map((state) => ({ a: state['a'] ?? [], b: state['b'] ?? [] }))

const number = fc.double({ min: -3, max: 3, noNaN: true }).map((x) => (Math.abs(x) < 1e-3 ? 0.5 : x))
export const vectors: fc.Arbitrary<Vectors> = fc.record({
  a: fc.array(number, { minLength: SIZE, maxLength: SIZE }),
  b: fc.array(number, { minLength: SIZE, maxLength: SIZE }),
})
interface Course {
  readonly start: Vectors
  readonly gradients: readonly Vectors[]
  readonly rate: number
}
export const runs: fc.Arbitrary<Course> = fc.record({
  start: vectors,
  gradients: fc.array(vectors, { minLength: 1, maxLength: 6 }),
  rate: fc.constantFrom(1e-3, 0.1),
})

export const each = (got: Vectors | undefined, want: Vectors, g: Gauge, what: string, tolerance = 1e-9): void => {
  for (const name of names)
    want[name].forEach((w, i) => g.close(got?.[name][i] ?? Number.NaN, w, tolerance, `${what}, ${name}[${i}]`))
}
export const mapped = (v: Vectors, f: (x: number, name: Name, i: number) => number): Vectors => ({
  a: v.a.map((x, i) => f(x, 'a', i)),
  b: v.b.map((x, i) => f(x, 'b', i)),
})
export const norm = (v: Vectors): number => Math.hypot(...v.a, ...v.b)
