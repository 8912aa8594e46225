import { abs, add, div, less, log1p, max, min, mul, neg, select, square, sub, type Term } from '../expr/build.ts'
import type { Node } from '../expr/Op.ts'

/** So many terms of the series leave less than an ulp of float64 out where |u / (2 + u)| is below 0.1. */
const TERMS = 8
/** Outside of these u the differences of large numbers lose little. */
const [LOW, HIGH] = [-0.9, 9]
/** Nothing is divided by less. */
const LEAST = 1e-30

const clamp = (x: Node, from: number, to: number): Node => max(min(x, to), from)

/**
 * log(1 + u) − u, for −1 < u. With r = u / (2 + u), log(1 + u) = 2 artanh r, whose first term is taken together with u:
 *
 *   log(1 + u) − u = r (2 r² (1/3 + r²/5 + r⁴/7 + …) − u)
 *
 * Numerics  the series where |u| is below 0.2, the difference elsewhere: a few ulp everywhere
 * Source    Loader 2000, "Fast and accurate computation of binomial probabilities", §2.1
 */
const logExcess = (u: Node): Node => {
  const near = clamp(u, -0.25, 0.25)
  const r = div(near, add(near, 2))
  const y = square(r)
  const series = Array.from({ length: TERMS }, (_, k) => 1 / (2 * k + 3)).reduceRight<Term>(
    (sum, c) => add(mul(sum, y), c),
    0,
  )
  return select(less(abs(u), 0.2), mul(r, sub(mul(mul(y, series), 2), near)), sub(log1p(u), u))
}

/**
 * What a count x gives away where its mean is m, half of its Poisson deviance. It is never negative, and 0 at x = m alone.
 *
 *   x log(x / m) + m − x = −x (log(1 + u) − u), u = (m − x) / x
 *
 * Shapes    all of one; `above` is m − x, which the caller has without cancellation, `logRatio` is log(m / x)
 * Numerics  a few ulp near x = m, where each of the three terms may be as large as x; `logRatio` counts only where m and x differ by a factor of 10
 * Source    Loader 2000, §2.1
 */
export const deviance = (x: Node, above: Node, logRatio: Node): Node => {
  const u = div(above, max(x, LEAST))
  const middle = (LOW + HIGH) / 2
  const near = neg(mul(x, logExcess(clamp(u, LOW - 0.05, HIGH + 1))))
  return select(less(abs(sub(u, middle)), HIGH - middle), near, sub(above, mul(x, logRatio)))
}
