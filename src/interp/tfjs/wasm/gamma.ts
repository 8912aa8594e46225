import { digammaTail, HALF_LOG_TWO_PI, logGammaAtTwo, stirling } from '../../../expr/gamma.ts'
import type { Local } from './assembler.ts'
import type { Lanes } from './lanes.ts'
import { log, polynomial } from './transcendental.ts'

/**
 * log Γ and ψ in float32, four at a time, by the series of `expr/gamma.ts` cut where float32 ends.
 *
 * Numerics  lgamma ≤ 8 ulp, also beside its zeros; digamma ≤ 4 ulp of the larger of 1 and its size
 *           (spec/unit/interp/tfjs/transcendental.spec.ts)
 */
const descending = (coefficients: readonly number[], terms: number): readonly number[] =>
  coefficients.slice(0, terms).toReversed()

/** NaN below 0. */
const fromZero = (n: Lanes, x: Local, y: Local): Local => n.choose(n.ge(x, n.number(0)), y, n.number(Number.NaN))

/** Where Stirling's series begins: 4 steps lead from there to the series around 2. */
const FAR = 6.5

export const lgamma = (n: Lanes, x: Local): Local => {
  const [small, below, far] = [n.lt(x, n.number(0.5)), n.lt(x, n.number(1.5)), n.ge(x, n.number(FAR))]
  let [at, factor] = [x, n.number(1)]
  for (let step = 0; step < 4; step++) {
    const high = n.gt(at, n.number(2.5))
    at = n.choose(high, n.sub(at, n.number(1)), at)
    factor = n.choose(high, n.mul(factor, at), factor)
  }
  // lgamma(2 + t) is lgamma(x), or log x more, or log x (1 + x) more, or log of the factor less
  const t = n.choose(small, x, n.choose(below, n.sub(x, n.number(1)), n.sub(at, n.number(2))))
  const passed = n.choose(small, n.add(x, n.mul(x, x)), n.choose(n.or(below, far), x, factor))
  const logarithm = log(n, passed)
  const series = n.mul(t, polynomial(n, t, descending(logGammaAtTwo, 12)))
  const near = n.choose(below, n.sub(series, logarithm), n.add(series, logarithm))
  const inverse = n.div(n.number(1), x)
  const tail = n.mul(inverse, polynomial(n, n.mul(inverse, inverse), descending(stirling, 3)))
  const leading = n.mul(n.sub(x, n.number(0.5)), n.sub(logarithm, n.number(1)))
  return fromZero(n, x, n.choose(far, n.add(leading, n.add(tail, n.number(HALF_LOG_TWO_PI - 0.5))), near))
}

export const digamma = (n: Lanes, x: Local): Local => {
  const one = n.number(1)
  const next = (k: number): Local => n.add(x, n.number(k))
  // the largest last, for which −0 + 0 is 0
  const passed = [1, 2, 3].reduceRight<Local>((sum, k) => n.add(sum, n.div(one, next(k))), n.number(0))
  const inverse = n.div(one, next(4))
  const square = n.mul(inverse, inverse)
  const tail = n.mul(square, polynomial(n, square, descending(digammaTail, 4)))
  const smooth = n.sub(log(n, next(4)), n.add(n.mul(inverse, n.number(0.5)), tail))
  return fromZero(n, x, n.sub(n.sub(smooth, passed), n.div(one, next(0))))
}
