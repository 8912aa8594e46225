import type { Estimate, Gauge } from '../Gauge.ts'
import { covering, type Integrand, integral, series } from '../oracle/integral.ts'
import { peakBreaks } from '../oracle/peaks.ts'
import { panels, total } from '../oracle/quadrature.ts'
import { type Density, logProbsAt, type Parameters } from './Density.ts'

/** Of a point and of log p there, for many points. */
export type Function = (points: readonly number[], logP: Float64Array) => ArrayLike<number>

/** So far out a formula may overflow: what is not a number there counts as nothing. */
const isFar = (x: number): boolean => Math.abs(x) > 1e13 || Math.abs(x) < 1e-17

/**
 * E f(x), with its error: an integral that is refined where the density needs it (narrow peaks, poles), and continued into its tails. Slower than the
 * fixed points of `massOf`, which it is for where those do not do.
 */
export const expectation = (
  density: Density,
  at: Parameters,
  f: Function,
  otherKinks: readonly number[] = [],
): Estimate => {
  const logP: Integrand = (points) => logProbsAt(density, at, points)
  const integrand: Integrand = (points) => {
    const logs = logProbsAt(density, at, points)
    const values = f(points, logs)
    return points.map((x, i) => {
      const p = Math.exp(logs[i] ?? Number.NaN)
      // What is nearly no number any more has few digits.
      const term = p < 1e-300 ? 0 : p * (values[i] ?? Number.NaN)
      return Number.isNaN(term) && isFar(x) ? 0 : term
    })
  }
  const { support } = density
  if (support === 'binary') return { value: total(integrand([0, 1])), error: 0 }
  if (support === 'count') return series(integrand)
  const { breaks, open } = covering(support)
  const [first = 0, last = 0] = [breaks[0], breaks.at(-1)]
  const kinks = [...(density.kinks?.(at) ?? []), ...otherKinks].filter((x) => x > first && x < last)
  const split = sorted([...breaks, ...kinks])
  return integral(integrand, sorted([...split, ...peakBreaks(logP, sorted(panels(split).points))]), open)
}
const sorted = (xs: readonly number[]): readonly number[] => [...new Set(xs)].toSorted((a, b) => a - b)

/** A number without an error of its own. */
export const exactly = (value: number): Estimate => ({ value, error: 0 })

/**
 * Two numbers that are to be equal, one of them at least an integral: by fixed points first, which do for densities of moderate shape, and where they
 * do not agree by ones that know their error.
 */
export const settle = (
  g: Gauge,
  [got, want]: readonly [number, number],
  careful: () => readonly [Estimate, Estimate],
  tolerance: number,
  what: string,
): void =>
  Math.abs(got - want) <= tolerance * Math.max(1, Math.abs(want))
    ? g.close(got, want, tolerance, what)
    : g.agree(...careful(), tolerance, what)
