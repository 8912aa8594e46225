import type { Estimate } from '../Gauge.ts'

/** From a step that crosses few corners of a network's many units to one that float64 can only just afford. */
const STEPS = [1e-6, 1e-7, 1e-8, 1e-9]
/** Roundings of the function's own value, in units of the last place. */
const ROUNDINGS = 16

/**
 * The slope of f at 0, by differences that know their error: half of what the two one-sided slopes differ by, which one corner within the step, or
 * the curvature, explains; and the rounding of f. The first step that is enough is answered, else the one of the least error.
 *
 * @param isEnough  whether to stop at this; default: an error below 1e-9 of the slope
 */
export const slope = (
  f: (t: number) => number,
  isEnough: (found: Estimate) => boolean = ({ value, error }) => error < 1e-9 * Math.abs(value),
): Estimate => {
  const here = f(0)
  let best: Estimate = { value: Number.NaN, error: Infinity }
  for (const step of STEPS) {
    const [up, down] = [(f(step) - here) / step, (here - f(-step)) / step]
    const value = (up + down) / 2
    // A function that is not a number here has no slope: no error of the difference explains that.
    if (Number.isNaN(value)) return { value, error: 0 }
    const found = { value, error: Math.abs(up - down) / 2 + (ROUNDINGS * Number.EPSILON * Math.abs(here)) / step }
    if (isEnough(found)) return found
    if (found.error < best.error) best = found
  }
  return best
}
