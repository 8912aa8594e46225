import type { Support } from '../../expr/Op.ts'

/** Points and weights: Σ w f(point) stands for ∫ f, or is the sum where there are only so many points. */
export interface Rule {
  readonly points: readonly number[]
  readonly weights: readonly number[]
  /** where panels of equally many points meet, both ends included */
  readonly edges?: readonly number[]
}

/** Gauss and Legendre's nodes on [−1, 1], by Newton's iteration on the polynomial of that degree. Source  Abramowitz & Stegun 1964, 25.4.29 */
const gaussLegendre = (degree: number): readonly (readonly [node: number, weight: number])[] =>
  Array.from({ length: degree }, (_, i) => {
    let x = Math.cos((Math.PI * (i + 0.75)) / (degree + 0.5))
    let slope = 1
    for (let step = 0; step < 100; step++) {
      let [before, here] = [1, x]
      for (let k = 2; k <= degree; k++) [before, here] = [here, ((2 * k - 1) * x * here - (k - 1) * before) / k]
      slope = (degree * (x * here - before)) / (x * x - 1)
      x -= here / slope
    }
    return [x, 2 / ((1 - x * x) * slope * slope)]
  })

const sixteen = gaussLegendre(16)

/** ∫ f over all panels between neighbouring breaks; put a break at every kink of f. */
export const panels = (breaks: readonly number[]): Rule => {
  const all = breaks.slice(1).flatMap((to, i) => {
    const from = breaks[i] ?? to
    return sixteen.map(([x, w]) => ({ point: (from + to) / 2 + ((to - from) / 2) * x, weight: ((to - from) / 2) * w }))
  })
  return { points: all.map((p) => p.point), weights: all.map((p) => p.weight), edges: breaks }
}

const steps = (from: number, to: number, width: number): readonly number[] =>
  Array.from({ length: Math.round((to - from) / width) + 1 }, (_, i) => from + i * width)

/** Breaks that are dense near 0 and ever wider apart: x = sinh t, t in steps. */
const real = steps(-30, 30, 0.125).map(Math.sinh)
const positive = steps(-40, 40, 0.125).map(Math.exp)
const unit = steps(-34, 34, 0.125).map((t) => 1 / (1 + Math.exp(-t)))

/** Where the masses of moderate distributions (locations within 4, scales from 0.1) are integrated to about 1e-10. Counts stop at 400. */
export const overSupport = (support: Exclude<Support, 'oneHot'>, kinks: readonly number[] = []): Rule => {
  switch (support) {
    case 'real':
    case 'positive':
    case 'unit': {
      const breaks = { real, positive, unit }[support]
      const inside = kinks.filter((k) => k > (breaks[0] ?? 0) && k < (breaks.at(-1) ?? 0))
      return panels([...new Set([...breaks, ...inside])].toSorted((a, b) => a - b))
    }
    case 'binary':
      return { points: [0, 1], weights: [1, 1] }
    case 'count':
      return { points: Array.from({ length: 401 }, (_, i) => i), weights: Array.from({ length: 401 }, () => 1) }
  }
}

/**
 * E f(ε) for ε ~ N(0, 1) and a smooth f, by few points: the trapezoidal rule over ±7.5, whose error falls with e^(−2π²/h²) for a Gaussian. Unlike Gauss
 * and Hermite's it sees the tails, which importance weights have.
 *
 * Source    Trefethen & Weideman 2014, SIAM Review 56, §5
 */
export const trapezoid = (h: number): Rule => {
  const ends = Math.floor(7.5 / h)
  const points = Array.from({ length: 2 * ends + 1 }, (_, i) => (i - ends) * h)
  return { points, weights: points.map((x) => (h * Math.exp(-0.5 * x * x)) / Math.sqrt(2 * Math.PI)) }
}

/** E f(ε) for ε ~ N(0, 1) and an f that is no polynomial: panels over ±12. */
export const normalNoise = (): Rule => {
  const { points, weights, edges = [] } = panels(steps(-12, 12, 0.5))
  return {
    points,
    edges,
    weights: weights.map((w, i) => (w * Math.exp(-0.5 * (points[i] ?? 0) ** 2)) / Math.sqrt(2 * Math.PI)),
  }
}

/**
 * ∫ over the line of what is smooth, by the trapezoidal rule in t = asinh(x / 3): few points, so that an integral a datum can be had. The
 * points of twice the width are every other one.
 *
 * Numerics  falls like exp(−2π² (σ / δ)²), σ the integrand's scale and δ the points' distance there: what has converged has so at once
 * Source    Trefethen & Weideman 2014, "The exponentially convergent trapezoidal rule"
 */
export const overLine = (width: number): Rule => {
  const half = Math.ceil(6 / width)
  const ts = Array.from({ length: 2 * half + 1 }, (_, i) => (i - half) * width)
  return { points: ts.map((t) => 3 * Math.sinh(t)), weights: ts.map((t) => 3 * Math.cosh(t) * width) }
}

/** Every combination of one point of each rule: points of as many coordinates. */
export const product = (
  rules: readonly Rule[],
): { readonly points: readonly (readonly number[])[]; readonly weights: readonly number[] } =>
  rules.reduce<{ readonly points: readonly (readonly number[])[]; readonly weights: readonly number[] }>(
    (sofar, rule) => ({
      points: sofar.points.flatMap((p) => rule.points.map((x) => [...p, x])),
      weights: sofar.weights.flatMap((w) => rule.weights.map((v) => w * v)),
    }),
    { points: [[]], weights: [1] },
  )

export const dot = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  let total = 0
  for (let i = 0; i < a.length; i++) total += (a[i] ?? NaN) * (b[i] ?? NaN)
  return total
}
export const total = (values: ArrayLike<number>): number =>
  dot(
    values,
    Array.from(values, () => 1),
  )

/** The standard Normal's quantile. Source  Acklam 2003, with one step of Halley's method on an erfc of Numerical Recipes §6.2 */
export const normalQuantile = (u: number): number => {
  if (u <= 0) return -Infinity
  if (u >= 1) return Infinity
  if (u > 0.5) return -normalQuantile(1 - u)
  // A start that is good to about 4e-4 (Abramowitz & Stegun 26.2.23), then Newton on the logarithm of the distribution function.
  const t = Math.sqrt(-2 * Math.log(u))
  let x = -(
    t -
    (2.515517 + 0.802853 * t + 0.010328 * t * t) / (1 + 1.432788 * t + 0.189269 * t * t + 0.001308 * t ** 3)
  )
  for (let step = 0; step < 4; step++) {
    const below = normalBelow(x)
    x -= ((below - u) / Math.exp(-0.5 * x * x)) * Math.sqrt(2 * Math.PI)
  }
  return x
}

/** Φ(x): its series for |x| below 3, its continued fraction beyond. Source  Abramowitz & Stegun 26.2.10, 26.2.14 */
export const normalBelow = (x: number): number => {
  if (x > 0) return 1 - normalBelow(-x)
  const density = Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI)
  if (x > -3) {
    let [term, sum] = [x, x]
    for (let k = 1; Math.abs(term) > 1e-18; k++) {
      term *= (x * x) / (2 * k + 1)
      sum += term
    }
    return 0.5 + density * sum
  }
  let fraction = 0
  for (let k = 120; k >= 1; k--) fraction = k / (-x + fraction)
  return density / (-x + fraction)
}
