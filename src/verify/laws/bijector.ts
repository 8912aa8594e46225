import * as fc from 'fast-check'
import { determinant, Matrix } from 'ml-matrix'
import { type AnyBijector, over } from '../../dist/Bijector.ts'
import * as b from '../../expr/build.ts'
import { leavesOf } from '../../expr/leaf.ts'
import { node } from '../../expr/node.ts'
import type { Node, Support } from '../../expr/Op.ts'
import { sizeOf } from '../../expr/Tensor.ts'
import { grad } from '../../transform/grad.ts'
import { within } from '../arbitrary/within.ts'
import { type LawSuite, law } from '../Law.ts'
import { type Numbers, valuesOf } from '../oracle/numbers.ts'

/** How many coordinates a bijector of numbers is tried on at once. */
const WIDTH = 3

/** A bijector at a leaf `x`: its value there, what it makes of that value again, its log-determinant, and a row of the Jacobian a coordinate. */
interface At {
  readonly x: Node
  readonly y: Node
  readonly back: Node | undefined
  readonly logAbsDet: Node
  readonly jacobian: readonly Node[]
}

const made = new WeakMap<AnyBijector, At>()
const atLeaf = (bijector: AnyBijector): At => {
  const known = made.get(bijector)
  if (known !== undefined) return known
  const event = bijector.shape.length === 0 ? [WIDTH] : bijector.shape.map(Number)
  const x = node('data', { name: 'x', shape: event, support: bijector.from })
  const applied = over(bijector, event)
  const y = applied.forward(x)
  const flat = b.reshape(y, [sizeOf(event)])
  const at: At = {
    x,
    y,
    back: applied.inverse?.(y),
    logAbsDet: b.sum(applied.logAbsDet(x)),
    jacobian: Array.from(
      { length: sizeOf(event) },
      (_, i) => grad(b.reshape(b.sliceAxis(flat, 0, i, 1), []), [x])[0] ?? x,
    ),
  }
  made.set(bijector, at)
  return at
}

const ranges: Readonly<Record<Support, readonly [low: number, high: number]>> = {
  real: [-3, 3],
  positive: [0.05, 6],
  unit: [0.02, 0.98],
  binary: [0, 1],
  oneHot: [0, 1],
  count: [0, 9],
}
const inside: Readonly<Record<Support, (y: number) => boolean>> = {
  real: Number.isFinite,
  positive: (y) => y > 0 && y < Infinity,
  unit: (y) => y >= 0 && y <= 1,
  binary: (y) => y === 0 || y === 1,
  oneHot: (y) => y === 0 || y === 1,
  count: (y) => Number.isInteger(y) && y >= 0,
}

/** A point, and values of what the bijector has learned. */
const points = (bijector: AnyBijector): fc.Arbitrary<Numbers> => {
  const { x, y } = atLeaf(bijector)
  const [low, high] = ranges[bijector.from]
  const numbers = (size: number, from: number, to: number): fc.Arbitrary<readonly number[]> =>
    fc.array(within(from, to), { minLength: size, maxLength: size })
  const learned = leavesOf([y]).filter((leaf) => leaf.op === 'param')
  return fc.record({
    x: numbers(sizeOf(x.shape), low, high),
    ...Object.fromEntries(learned.map((leaf) => [leaf.arg.name, numbers(sizeOf(leaf.shape), -2, 2)])),
  })
}

const determinantAt = (bijector: AnyBijector, at: Numbers): number =>
  determinant(new Matrix(valuesOf(atLeaf(bijector).jacobian, at).map((row) => [...row])))

/** What a bijector owes. */
export const bijectorLaws: LawSuite<AnyBijector> = {
  name: 'bijector',
  extends: [],
  laws: [
    law({
      name: 'round trip',
      statement: 'f⁻¹(f(x)) = x',
      applies: ({ invertible }) => invertible,
      given: points,
      holds: (bijector, at, g) => {
        const { x, back = x } = atLeaf(bijector)
        const [wanted = [], found = []] = [...valuesOf([x, back], at)].map((values) => [...values])
        wanted.forEach((w, i) => g.close(found[i] ?? Number.NaN, w, 1e-7, 'f⁻¹(f(x))'))
      },
    }),
    law({
      name: 'log-determinant of its Jacobian',
      statement: 'what it says is log |det ∂f/∂x|, of the derivatives of f',
      source: 'Rezende & Mohamed 2015, arXiv:1505.05770, eq. 5',
      given: points,
      holds: (bijector, at, g) => {
        const found = valuesOf([atLeaf(bijector).logAbsDet], at)[0]?.[0] ?? Number.NaN
        g.close(found, Math.log(Math.abs(determinantAt(bijector, at))), 1e-7, 'log |det|')
      },
    }),
    law({
      name: 'one orientation',
      statement: 'det ∂f/∂x has one sign everywhere, as an invertible map of a connected set has',
      given: (bijector) => fc.tuple(points(bijector), points(bijector)),
      holds: (bijector, [a, c], g) => {
        const other = { ...a, ...(c['x'] === undefined ? {} : { x: c['x'] }) }
        const [first, second] = [determinantAt(bijector, a), determinantAt(bijector, other)]
        g.holds(first * second > 0, `the determinant is ${first} at one point and ${second} at another`)
      },
    }),
    law({
      name: 'onto its support',
      statement: 'f(x) is a value of the support that it says',
      given: points,
      holds: (bijector, at, g) => {
        const values = valuesOf([atLeaf(bijector).y], at)[0] ?? new Float64Array()
        g.holds(values.every(inside[bijector.to]), `f(x) = ${[...values].join(', ')} is not ${bijector.to}`)
      },
    }),
  ],
}
