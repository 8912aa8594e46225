import { add, div, less, log, log1p, max, min, mul, select, sub, type Term } from '../expr/build.ts'
import { stirling } from '../expr/gamma.ts'
import type { Node } from '../expr/Op.ts'

const TWO_PI = 2 * Math.PI
/** Stirling's series is exact to float64 from here. */
const EDGE = 9

/** Stirling's series 1/12x − 1/360x³ + …: log x! − (x + ½) log x + x − ½ log 2π */
const series = (x: Node): Node => {
  const inverse = div(1, x)
  const square = mul(inverse, inverse)
  return mul(
    inverse,
    stirling.reduceRight<Term>((sum, c) => add(mul(sum, square), c), 0),
  )
}

/** By the series. */
const large = (x: Node): Node => sub(series(x), mul(log1p(div(1 / TWO_PI, x)), 0.5))

/**
 * By the series nine further up: with y = x + 9,
 *
 *   log x! − x log x + x = log y! − y log y + y + x log(1 + 9/x) − 9 + log(y⁹ / (x + 1) ⋯ (x + 9))
 */
const small = (x: Node): Node => {
  const y = add(x, EDGE)
  const passed = Array.from({ length: EDGE - 1 }, (_, k) => add(div(EDGE - k - 1, add(x, k + 1)), 1))
  const excess = add(series(y), mul(log(mul(y, TWO_PI)), 0.5))
  const climbed = add(
    sub(mul(x, log1p(div(EDGE, x))), EDGE),
    log(passed.reduce((product, factor) => mul(product, factor))),
  )
  return sub(add(excess, climbed), mul(log1p(mul(x, TWO_PI)), 0.5))
}

/**
 * What is left of log x! after x log x − x + ½ log(1 + 2πx). Between −0.1 and 0.1 for every x > 0, and 0 at both ends: so that differences of log Γ at
 * large numbers can be had from small ones.
 *
 * Source    Loader 2000, "Fast and accurate computation of binomial probabilities", §2.2, where ½ log 2πx stands, which is infinite at 0
 */
export const stirlingError = (x: Node): Node => select(less(x, EDGE), small(min(x, EDGE + 1)), large(max(x, EDGE - 1)))

/** log x! − x log x + x, for x > 0 */
export const factorialExcess = (x: Node): Node => add(mul(log1p(mul(x, TWO_PI)), 0.5), stirlingError(x))

/**
 * log(1 + x/r) less the growth of `factorialExcess` from r to r + x. Never negative, and 0 at x = 0.
 *
 * Numerics  a few ulp for every r > 0: nothing here grows with x or r faster than their logarithms
 */
export const risingExcess = (r: Node, x: Node): Node => {
  const growth = mul(log1p(div(mul(x, TWO_PI), add(mul(r, TWO_PI), 1))), 0.5)
  return sub(sub(log1p(div(x, r)), growth), sub(stirlingError(add(r, x)), stirlingError(r)))
}
