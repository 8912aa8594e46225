import { add, addAll, div, less, mul, select, square, type Term } from '../expr/build.ts'
import type { Node } from '../expr/Op.ts'

/** The even Bernoulli numbers B₂, B₄, … */
const bernoulliNumbers = [1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6]
/** So far the recurrence goes up. */
const STEPS = 8

/**
 * ψ′(x), the derivative of digamma, out of arithmetic alone, so that derivatives of every order exist.
 *
 *   ψ′(x) = Σₖ 1/(x + k)² + 1/y + 1/2y² + Σⱼ B₂ⱼ / y²ʲ⁺¹,  y = x + 8, k below 8
 *
 * Numerics  5e-15 of its size; what is summed is positive but for a remainder
 * Source    Abramowitz & Stegun 1964, 6.4.6 and 6.4.12
 */
export const trigamma = (x: Node): Node => {
  const inverse = div(1, add(x, STEPS))
  const y2 = square(inverse)
  const series = bernoulliNumbers.reduceRight<Term>((sum, c) => add(mul(sum, y2), c), 0)
  const tail = add(inverse, mul(y2, add(mul(series, inverse), 0.5)))
  const passed = Array.from({ length: STEPS }, (_, k) => div(1, square(add(x, k))))
  return select(less(x, 0), Number.NaN, add(addAll(passed), tail))
}
