import { countQuantile, digamma, lgamma } from '../../expr/gamma.ts'
import type { Node } from '../../expr/Op.ts'
import type { Environment, Rules } from './Rule.ts'

type Rule = (node: Node, environment: Environment) => Float64Array

const unary =
  (f: (x: number) => number): Rule =>
  ({ src: [a] }, { valueOf }) =>
    valueOf(a).map(f)

const binary =
  (f: (x: number, y: number) => number): Rule =>
  ({ src: [a, b] }, { valueOf }) => {
    const [x, y] = [valueOf(a), valueOf(b)]
    const out = new Float64Array(x.length)
    for (let i = 0; i < out.length; i++) out[i] = f(x[i]!, y[i]!)
    return out
  }

/** log(1 + eˣ) without overflow, and without losing the small values of a very negative x. */
const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)))

/** 1 / (1 + e⁻ˣ), from the side on which the exponential is small: relatively accurate in both tails. */
export const sigmoid = (x: number): number => {
  const small = Math.exp(-Math.abs(x))
  return x < 0 ? small / (1 + small) : 1 / (1 + small)
}

/** NaN stays NaN; both zeros become 0. */
export const relu = (x: number): number => (x <= 0 ? 0 : x)

export const elementwise: Rules<
  | (
      | 'neg'
      | 'exp'
      | 'expm1'
      | 'log'
      | 'log1p'
      | 'sqrt'
      | 'tanh'
      | 'sigmoid'
      | 'softplus'
      | 'lgamma'
      | 'digamma'
      | 'relu'
      | 'abs'
      | 'sign'
      | 'floor'
      | 'stopGradient'
    )
  | (
      | 'add'
      | 'sub'
      | 'mul'
      | 'div'
      | 'max'
      | 'min'
      | 'less'
      | 'equal'
      | 'select'
      | 'countQuantile'
      | 'sigmoidCrossEntropy'
    )
> = {
  neg: unary((x) => -x),
  exp: unary(Math.exp),
  expm1: unary(Math.expm1),
  log: unary(Math.log),
  log1p: unary(Math.log1p),
  sqrt: unary(Math.sqrt),
  tanh: unary(Math.tanh),
  sigmoid: unary(sigmoid),
  softplus: unary(softplus),
  lgamma: unary(lgamma),
  digamma: unary(digamma),
  relu: unary(relu),
  abs: unary(Math.abs),
  sign: unary(Math.sign),
  floor: unary(Math.floor),
  stopGradient: ({ src: [a] }, { valueOf }) => valueOf(a),
  add: binary((x, y) => x + y),
  sub: binary((x, y) => x - y),
  mul: binary((x, y) => x * y),
  div: binary((x, y) => x / y),
  // Math.max and Math.min hand a NaN on, whichever side it is on
  max: binary(Math.max),
  min: binary(Math.min),
  less: binary((x, y) => (x < y ? 1 : 0)),
  equal: binary((x, y) => (x === y ? 1 : 0)),
  select: ({ src: [condition, yes, no] }, { valueOf }) => {
    const [c, y, n] = [valueOf(condition), valueOf(yes), valueOf(no)]
    return c.map((truth, i) => (truth !== 0 ? y[i]! : n[i]!))
  },
  countQuantile: ({ src }, { valueOf }) => {
    const [u, mean, dispersion] = [valueOf(src[0]), valueOf(src[1]), valueOf(src[2])]
    return u.map((level, i) => countQuantile(level, mean[i]!, dispersion[i]!))
  },
  sigmoidCrossEntropy: binary((l, t) => Math.max(l, 0) - l * t + Math.log1p(Math.exp(-Math.abs(l)))),
}
