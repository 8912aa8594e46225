import { expression } from '../call/Kind.ts'
import { takes } from '../call/takes.ts'
import {
  abs,
  add,
  div,
  exp,
  expm1,
  less,
  literal,
  log,
  log1p,
  max,
  min,
  mul,
  neg,
  reshape,
  select,
  square,
  sub,
  sum,
  type Term,
} from '../expr/build.ts'
import type { Expr } from '../expr/Expr.ts'
import type { Node } from '../expr/Op.ts'
import type { Shape } from '../shape/Shape.ts'
import { type Dist, distOf, type Family, klRow } from './Dist.ts'
import { level } from './level.ts'

/** Independent values in [0, 1], one a coordinate. */
export interface ContinuousBernoulli<S extends Shape> extends Dist<
  'ContinuousBernoulli',
  S,
  'unit',
  'reparameterised',
  'ContinuousBernoulli',
  'values'
> {
  readonly params: Logits
}
type Logits = { readonly logits: Node }

const factorial = (n: number): number => (n < 2 ? 1 : n * factorial(n - 1))
/** Σₖ cₖ yᵏ */
const powers = (y: Node, terms: number, coefficient: (k: number) => number): Node =>
  Array.from({ length: terms }, (_, k) => coefficient(k)).reduceRight<Node>((sum, c) => add(mul(sum, y), c), mul(y, 0))
const within = (x: Node, bound: Term): Node => max(min(x, bound), neg(bound))

/** So many terms of the series below leave less than an ulp of float64 out, to |l| = 1 and to |l| = 4. */
const [FEW, MANY] = [7, 12]
/** With y = h²: (sinh h − h) / h³. All its terms are positive, so that nothing cancels. */
const excess = (y: Node, terms = MANY): Node => powers(y, terms, (k) => 1 / factorial(2 * k + 3))
/** log (sinh h / h) */
const logSinhc = (h: Node, terms = MANY): Node => log1p(mul(square(h), excess(square(h), terms)))
/** Its derivative coth h − 1/h, as (h cosh h − sinh h) / (h sinh h) */
const langevin = (h: Node): Node => {
  const y = square(h)
  const numerator = powers(y, MANY, (k) => (2 * k + 2) / factorial(2 * k + 3))
  return div(mul(h, numerator), add(mul(y, excess(y)), 1))
}

/** In closed form, with a = |l|: log ((1 − e⁻ᵃ) / a), 1 / (eᵃ − 1), and of a falling density the mean. */
const logMass = (a: Node): Node => log(div(neg(expm1(neg(a))), a))
const odds = (a: Node): Node => div(exp(neg(a)), neg(expm1(neg(a))))
const lower = (a: Node): Node => sub(div(1, a), odds(a))

/**
 * By series in h = l/2 where |l| is below the edge, where the closed form is 0/0 or cancels, and in closed form in a = |l| from there. Each side is
 * asked for numbers it is good at, whichever is chosen, so that no derivative of what is not chosen is infinite; where a clamp has its corner, it is
 * not chosen.
 */
const piecewise = (logits: Node, edge: number, near: (h: Node) => Node, far: (a: Node) => Node): Node =>
  select(less(abs(logits), edge), near(mul(within(logits, 1.25 * edge), 0.5)), far(max(abs(logits), 0.75 * edge)))

/** log ∫₀¹ eˡˣ dx = log ((eˡ − 1) / l) */
const logNormaliser = (logits: Node): Node =>
  piecewise(
    logits,
    1,
    (h) => add(h, logSinhc(h, FEW)),
    (a) => add(max(logits, 0), logMass(a)),
  )

/** l x − log ∫₀¹ eˡˣ dx, with l less its half or max(l, 0) taken together with l x: for a large |l| both are large, and their difference may be small. */
const logProb = (logits: Node, x: Node): Node =>
  piecewise(
    logits,
    1,
    (h) => sub(mul(h, sub(mul(x, 2), 1)), logSinhc(h, FEW)),
    (a) => sub(mul(logits, sub(x, less(0, logits))), logMass(a)),
  )

/** The derivative of the normaliser's logarithm in l */
const mean = (logits: Node): Node =>
  piecewise(
    logits,
    4,
    (h) => add(mul(langevin(h), 0.5), 0.5),
    (a) => select(less(logits, 0), lower(a), sub(1, lower(a))),
  )

/** Its second derivative: ¼ (1/h² − 1/sinh² h) */
const variance = (logits: Node): Node =>
  piecewise(
    logits,
    4,
    (h) => {
      const [y, t] = [square(h), excess(square(h))]
      return div(mul(t, add(mul(y, t), 2)), mul(square(add(mul(y, t), 1)), 4))
    },
    (a) => sub(div(1, square(a)), mul(odds(a), add(odds(a), 1))),
  )

const entropy = (logits: Node): Node =>
  piecewise(
    logits,
    4,
    (h) => sub(logSinhc(h), mul(h, langevin(h))),
    (a) => add(logMass(a), sub(1, mul(a, odds(a)))),
  )

/**
 * log(1 + u (eˡ − 1)) / l. For a small l by the series of (eˡ − 1) / l and log(1 + w) / w, so that it has a derivative at 0; for a large one
 * without the exponential.
 */
const quantile = (logits: Node, u: Node): Node => {
  const l = within(logits, 0.3)
  const slope = powers(l, MANY, (k) => 1 / factorial(k + 1))
  const w = mul(mul(u, l), slope)
  const z = div(w, add(w, 2))
  // log(1 + w) = 2 artanh z
  const near = mul(
    mul(div(mul(u, 2), add(w, 2)), slope),
    powers(square(z), MANY, (k) => 1 / (2 * k + 1)),
  )
  const away = select(less(logits, 0), min(logits, -0.2), max(min(logits, 40), 0.2))
  const far = div(log1p(mul(u, expm1(away))), away)
  const high = max(logits, 30)
  const top = add(div(log(add(u, mul(sub(1, u), exp(neg(high))))), high), 1)
  return select(less(abs(logits), 0.25), near, select(less(logits, 35), far, top))
}

/** Gauss and Legendre's ten nodes on [−1, 1], of which these are the positive ones, with their weights. */
const legendre: readonly (readonly [node: number, weight: number])[] = [
  [0.14887433898163122, 0.29552422471475287],
  [0.4333953941292472, 0.26926671930999635],
  [0.6794095682990244, 0.21908636251598204],
  [0.8650633666889845, 0.1494513491505806],
  [0.9739065285171717, 0.06667134430868814],
]
const nodes = legendre.flatMap(([x, w]) => [[-x, w] as const, [x, w] as const])

/** ∫₀¹ (1 − s) f(s) ds */
const integral = (f: (s: Node) => Node): Node => {
  const values = f(
    literal(
      nodes.map(([x]) => (1 + x) / 2),
      [nodes.length],
    ),
  )
  const weights = literal(
    nodes.map(([x, w]) => (w * (1 - x)) / 4),
    [nodes.length],
  )
  return sum(mul(values, weights), [values.shape.length - 1])
}

/**
 * With A(l) = log ((eˡ − 1) / l), whose second derivative is the variance, and d = lp − lq:
 *
 *   KL = A(lp) − A(lq) − d A′(lq) = d² ∫₀¹ (1 − s) A″(lq + s d) ds
 *
 * Numerics  the integral where |d| is below 4 or |lq| / 2: no term is negative, and ten nodes are off by 3e-15 at most, as the poles of A″ are at
 *           ±2πi k, far from the path. Farther apart the differences, after a reflection that makes q fall, so that A and A′ are of its small mean
 */
const betweenContinuousBernoullis = ({ logits: q }: Logits, { logits: p }: Logits): Node => {
  const d = sub(p, q)
  const reach = max(mul(abs(q), 0.5), 4)
  const each = (x: Node): Node => reshape(x, [...x.shape, 1])
  const e = within(d, mul(reach, 1.25))
  const near = mul(
    square(e),
    integral((s) => variance(add(each(q), mul(each(e), s)))),
  )
  const falling = (x: Node): Node => select(less(q, 0), x, neg(x))
  const far = sub(sub(logNormaliser(falling(p)), logNormaliser(falling(q))), mul(falling(d), mean(falling(q))))
  return select(less(abs(d), reach), near, far)
}

/**
 * The density on [0, 1] that is proportional to that of a coin: with logits l = log(λ / (1 − λ)),
 *
 *   log p(x) = l x − log ((eˡ − 1) / l)        mean  1 / (1 − e⁻ˡ) − 1 / l, which is not σ(l)
 *
 * Numerics  at l = 0, where it is uniform, by a series; a few ulp everywhere (spec/unit/dist/oracle.spec.ts)
 * Source    Loaiza-Ganem & Cunningham 2019, arXiv:1907.06845
 */
export const continuousBernoulliFamily: Family<
  'ContinuousBernoulli',
  'unit',
  'reparameterised',
  Logits,
  'ContinuousBernoulli'
> = {
  name: 'ContinuousBernoulli',
  support: 'unit',
  sampling: 'reparameterised',
  params: ['logits'],
  logProb: ({ logits }, x) => logProb(logits, x),
  draw: ({ logits }, noise) => quantile(logits, level(noise('uniform'))),
  mean: ({ logits }) => mean(logits),
  variance: ({ logits }) => variance(logits),
  entropy: ({ logits }) => entropy(logits),
  klTo: { ContinuousBernoulli: klRow(['logits'], betweenContinuousBernoullis) },
}

const makeContinuousBernoulli = <S extends Shape>(logits: Expr<S>): ContinuousBernoulli<S> =>
  distOf(continuousBernoulliFamily, logits.node, { logits: logits.node }, logits.problems)

/**
 * A likelihood of grey levels and other values in [0, 1], from logits as {@link bernoulli} takes them. Unlike a coin's, its densities integrate to 1
 * over [0, 1], so that its bound is one.
 *
 * @example  pipe(z, dense(784), reshape(28, 28, 1), continuousBernoulli) // => a ContinuousBernoulli over [28, 28, 1]
 */
export const continuousBernoulli: typeof makeContinuousBernoulli = takes(
  'continuousBernoulli',
  makeContinuousBernoulli,
  [expression],
)
