import type { Integrand } from './integral.ts'

/** A peak is resolved where its logarithm falls by less from one point to the next. */
const NATS = 0.5
const ROUNDS = 60
const MOST = 32
const BETWEEN = 9

/** Breaks around the highest point between two: at it, and ever twice as far from it. */
const around = (logP: Integrand, left: number, right: number): readonly number[] => {
  let [from, to] = [left, right]
  for (let round = 0; round < ROUNDS; round++) {
    const inner = Array.from({ length: BETWEEN }, (_, k) => from + ((to - from) * (k + 1)) / (BETWEEN + 1))
    const points = [from, ...inner, to]
    const heights = Array.from(logP(points))
    const top = heights.indexOf(Math.max(...heights))
    const low = Math.min(heights[top - 1] ?? Infinity, heights[top + 1] ?? Infinity)
    from = points[Math.max(0, top - 1)] ?? from
    to = points[Math.min(points.length - 1, top + 1)] ?? to
    if (!((heights[top] ?? Number.NaN) - low > NATS)) break
  }
  const [middle, width] = [(from + to) / 2, Math.max((to - from) / 2, Number.MIN_VALUE)]
  const distances = Array.from({ length: 200 }, (_, k) => width * 2 ** k)
  return [middle, ...distances.flatMap((d) => [middle - d, middle + d])].filter((x) => x > left && x < right)
}

/**
 * Breaks for an integral around the peaks of a density that the points given do not resolve. Between two points a narrow peak cannot be seen of the
 * density itself, which is 0 there, but of its logarithm, which rises towards it.
 */
export const peakBreaks = (logP: Integrand, points: readonly number[]): readonly number[] => {
  const heights = Array.from(logP(points))
  const at = (i: number): number => heights[i] ?? -Infinity
  const drop = (i: number): number => at(i) - Math.min(at(i - 1), at(i + 1))
  return points
    .map((_, i) => i)
    .filter((i) => i > 0 && i < points.length - 1 && at(i) >= at(i - 1) && at(i) > at(i + 1) && drop(i) > NATS)
    .toSorted((i, j) => at(j) - at(i))
    .slice(0, MOST)
    .flatMap((i) => around(logP, points[i - 1] ?? 0, points[i + 1] ?? 0))
}
