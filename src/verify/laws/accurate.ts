import * as fc from 'fast-check'
import type { Leaf } from '../../expr/leaf.ts'
import { sizeOf } from '../../expr/Tensor.ts'
import { random } from '../arbitrary/random.ts'
import type { Gauge } from '../Gauge.ts'
import { valuesAt } from '../oracle/numbers.ts'
import type { Arithmetic } from '../subject/Arithmetic.ts'
import type { Formula, Input } from '../subject/Formula.ts'

/** Half a unit in the last place of 1: what rounding to float32 changes at most, relatively. */
const UNIT = 2 ** -24
/** Below float32's least normal number nothing is relative. */
const LEAST = 2 ** -126
/** What float32 holds. */
const LARGEST = 1e37

/** A formula that loses more: as many roundings of 1 besides. */
export interface Lossy {
  readonly id: string
  readonly formulas: readonly string[]
  /** where; default: everywhere */
  readonly on?: readonly Arithmetic['target'][]
  readonly reason: string
}

/** The whole list. */
export const lossy: readonly Lossy[] = [
  {
    id: 'nearly-certain-choice',
    formulas: ['log Σ exp', 'Categorical: log p', 'Categorical: entropy', 'KL(Categorical‖Categorical)'],
    reason: 'where one term is nearly all, log Σ exp is the logarithm of nearly 1',
  },
  {
    id: 'against-a-normal',
    formulas: ['KL(Laplace‖Normal)', 'KL(LogNormal‖Normal)'],
    reason: 'near its least value the cross-entropy is nearly the entropy that is taken off',
  },
  {
    id: 'nearly-equal-coins',
    formulas: ['KL(Bernoulli‖Bernoulli)'],
    reason: 'between nearly equal coins the two outcomes cancel',
  },
  {
    id: 'factorials-of-less-than-nine',
    formulas: ['NegativeBinomial: log p', 'NegativeBinomial: ∂ log p / ∂inverseDispersion'],
    reason:
      'below 9, where Stirling’s series does not reach, log r! and r log r − r are as large as 10 and leave about 1',
  },
  {
    id: 'fast-cross-entropy',
    formulas: ['sigmoidCrossEntropy', 'Bernoulli: log p'],
    on: ['tensorflow', 'graph'],
    reason:
      'the native targets take log σ from a σ that is there already, or subtract l·t from softplus(l): a quarter of the time',
  },
]

/** The points of one seed: what a counterexample is shown as. */
export interface Points {
  readonly seed: number
  readonly [fc.toStringMethod]: () => string
}
export const points: fc.Arbitrary<Points> = fc.noShrink(
  fc.nat({ max: 2 ** 31 - 1 }).map((seed) => ({ seed, [fc.toStringMethod]: () => `points of seed ${seed}` })),
)

const numbersOf = (formulas: readonly Formula[], { seed }: Points): ((leaf: Leaf) => Float32Array) => {
  const source = random(seed)
  const fill = ({ leaf, draw }: Input): Float32Array =>
    Float32Array.from({ length: sizeOf(leaf.shape) }, () => draw(source))
  const made = new Map(
    formulas.flatMap(({ inputs }) => inputs.map((input) => [input.leaf.arg.name, fill(input)] as const)),
  )
  return ({ arg: { name } }) => made.get(name) ?? new Float32Array()
}

/** The operands of a formula's i-th number, where it has them one by one. */
const operandsOf = ({ inputs, value }: Formula, numbers: (leaf: Leaf) => Float32Array, i: number): string => {
  const size = sizeOf(value.shape)
  const each = inputs.map(({ name, leaf }) => {
    const all = numbers(leaf)
    const width = all.length / size
    return `${name} = ${all.slice(i * width, (i + 1) * width).join(', ')}`
  })
  return inputs.every(({ leaf }) => leaf.shape[0] === value.shape[0] && value.shape.length === 1)
    ? `at ${each.join('; ')}`
    : `[${i}]`
}

/**
 * Hold formulas against float64 on the same float32 numbers:
 *
 *   |ŷ − y| ≤ c u (|y| + Σ |xᵢ ∂y / ∂xᵢ|), u = 2⁻²⁴
 *
 * A formula within it gives the exact result of operands that are a few roundings off, to a few roundings: no more can be asked.
 *
 * Source  Higham 2002, Accuracy and Stability of Numerical Algorithms, §1.5–1.6
 */
export const accurate = (arithmetic: Arithmetic, formulas: readonly Formula[], at: Points, g: Gauge): void => {
  const numbers = numbersOf(formulas, at)
  const got = arithmetic.evaluate(formulas, numbers)
  const exact = valuesAt(
    formulas.flatMap(({ value, condition }) => [value, condition]),
    (leaf) => ({ shape: leaf.shape, data: Float64Array.from(numbers(leaf)) }),
  )
  formulas.forEach((formula, k) => {
    const [want = new Float64Array(), condition = want] = exact.slice(2 * k)
    const loses =
      formula.absolute === true ||
      lossy.some(({ formulas: named, on }) => named.includes(formula.name) && (on?.includes(arithmetic.target) ?? true))
    want.forEach((w, i) => {
      const size = Math.abs(w) + (condition[i] ?? Number.NaN)
      if (!(size < LARGEST)) return
      const allowed = formula.roundings * (UNIT * (size + (loses ? 1 : 0)) + LEAST)
      const error = (got[k]?.[i] ?? Number.NaN) - w
      if (!(Math.abs(error) <= allowed))
        g.within(error, allowed, `${formula.name} ${operandsOf(formula, numbers, i)} is ${got[k]?.[i]}, not ${w}`)
      g.within(error, allowed, formula.name)
    })
  })
}
