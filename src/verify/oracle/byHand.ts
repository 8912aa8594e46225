import type { AnyDist } from '../../dist/Dist.ts'
import type { Node } from '../../expr/Op.ts'
import { LawBroken } from '../Gauge.ts'
import type { Values } from './exact.ts'
import { valuesAt } from './numbers.ts'

/** Log-densities in plain numbers, written down from the textbook and nothing else, one coordinate at a time. */
type Row = Readonly<Record<string, number>>
const logTwoPi = Math.log(2 * Math.PI)
const normal = (x: number, { loc = Number.NaN, scale = Number.NaN }: Row): number =>
  -((x - loc) ** 2) / (2 * scale ** 2) - Math.log(scale) - logTwoPi / 2

/** log(1 + eˣ) */
const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)))

const isCount = (x: number): boolean => Number.isInteger(x) && x >= 0
const upTo = (x: number): readonly number[] => Array.from({ length: x }, (_, i) => i + 1)
const logFactorial = (x: number): number => upTo(x).reduce((sum, k) => sum + Math.log(k), 0)

const coordinate: Readonly<Record<string, (x: number, at: Row) => number>> = {
  Normal: normal,
  Laplace: (x, { loc = Number.NaN, scale = Number.NaN }) => -Math.abs(x - loc) / scale - Math.log(2 * scale),
  LogNormal: (x, at) => normal(Math.log(x), at) - Math.log(x),
  Bernoulli: (x, { logits = Number.NaN }) => (x === 1 ? -softplus(-logits) : x === 0 ? -softplus(logits) : Number.NaN),
  ContinuousBernoulli: (x, { logits: l = Number.NaN }) => l * x - (l === 0 ? 0 : Math.log(Math.expm1(l) / l)),
  Poisson: (x, { rate = Number.NaN }) => (isCount(x) ? x * Math.log(rate) - rate - logFactorial(x) : Number.NaN),
  // as a product of odds, one a count
  NegativeBinomial: (x, { mean = Number.NaN, inverseDispersion: r = Number.NaN }) =>
    isCount(x)
      ? r * Math.log(r / (r + mean)) +
        upTo(x).reduce((sum, k) => sum + Math.log(((r + k - 1) * mean) / (k * (r + mean))), 0)
      : Number.NaN,
  Delta: (x, { loc = Number.NaN }) => (x === loc ? 0 : -Infinity),
}

const chosen = (x: Float64Array, logits: Float64Array): number => {
  const peak = Math.max(...logits)
  const norm = peak + Math.log(logits.reduce((sum, l) => sum + Math.exp(l - peak), 0))
  return x.reduce((sum, one, k) => sum + one * ((logits[k] ?? Number.NaN) - norm), 0)
}

/** log p(x) of one coordinate after another (of one choice after another), in plain numbers. */
export const logProbsByHand = (dist: AnyDist, x: Node, values: Values): readonly number[] => {
  const names = Object.keys(dist.params)
  const [at = new Float64Array(), ...params] = valuesAt([x, ...Object.values<Node>(dist.params)], values)
  if (dist.family === 'Categorical') {
    const k = dist.shape.at(-1) ?? 1
    const [logits = new Float64Array()] = params
    return Array.from({ length: at.length / k }, (_, row) =>
      chosen(at.slice(row * k, row * k + k), logits.slice(row * k, row * k + k)),
    )
  }
  const rule = coordinate[dist.family]
  if (rule === undefined) throw new LawBroken(`no oracle for ${dist.family}`)
  return [...at].map((value, i) =>
    rule(value, Object.fromEntries(names.map((name, j) => [name, params[j]?.[i] ?? Number.NaN]))),
  )
}
