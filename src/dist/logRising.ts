import { add, addAll, div, log, log1p, mul, sub, type Term } from '../expr/build.ts'
import { stirling } from '../expr/gamma.ts'
import type { Node } from '../expr/Op.ts'

/** So far the recurrence goes up before Stirling's series begins. */
const STEPS = 8

/** log Γ(y) − (y − ½) log y + y − ½ log 2π */
const remainder = (y: Node): Node => {
  const inverse = div(1, y)
  const square = mul(inverse, inverse)
  return mul(
    inverse,
    stirling.reduceRight<Term>((sum, c) => add(mul(sum, square), c), 0),
  )
}

/**
 * log of the rising factorial r (r + 1) ⋯ (r + x − 1), which is log Γ(r + x) − log Γ(r): by the difference of two series of Stirling's, term
 * by term, so that nothing large is subtracted. With a = r + 8 and b = a + x:
 *
 *   (a − ½) log(1 + x/a) + x (log b − 1) + R(b) − R(a) + Σₖ log((r + k) / (r + x + k)),  k below 8
 *
 * Numerics  a few ulp of x log(r + x), at any size of r: log Γ(10⁶) by itself has an ulp of 1 in float32. 0 at x = 0
 */
export const logRising = (r: Node, x: Node): Node => {
  const a = add(r, STEPS)
  const b = add(a, x)
  const steps = Array.from({ length: STEPS }, (_, k) => log(div(add(r, k), add(add(r, x), k))))
  const leading = add(mul(sub(a, 0.5), log1p(div(x, a))), mul(x, sub(log(b), 1)))
  return addAll([leading, sub(remainder(b), remainder(a)), ...steps])
}
