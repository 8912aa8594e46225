import { pipe } from 'fp-ts/lib/function.js'
import { dense, diagonalNormal, gaussian, given, latent, model, observe, real, standardNormal, vae } from 'elbo-ts'
import { node } from '../../../src/expr/node.ts'
import type { Node } from '../../../src/expr/Op.ts'
import type { Feeds } from './evaluated.ts'

/** z ~ N(0, I₂), x | z ~ N(zW + b, ½ I₃); q(z | x) from one dense layer. All of it can be done by hand. */
export const linearGaussian = vae({
  model: pipe(
    model,
    latent('z', () => standardNormal(2)),
    observe('x', ({ z }) => pipe(z, dense(3), gaussian({ scale: 0.5 }))),
  ),
  guide: pipe(
    given({ x: real(3) }),
    latent('z', ({ x }) => pipe(x, dense(4), diagonalNormal(2))),
  ),
})
export const data = (name: string): Node => node('data', { name, shape: [3], support: 'real' })

type Matrix = readonly (readonly number[])[]
export interface Weights {
  readonly w: Matrix
  readonly b: readonly number[]
  /** two columns of means, two of log-variances */
  readonly k: Matrix
  readonly c: readonly number[]
}
/** Nothing special about these. */
export const someWeights: Weights = {
  w: [
    [0.5, -1.25, 0.75],
    [1.5, 0.25, -0.5],
  ],
  b: [0.1, -0.2, 0.3],
  k: [
    [0.2, -0.4, 0.1, 0.05],
    [-0.3, 0.6, -0.2, 0.15],
    [0.4, 0.1, 0.3, -0.25],
  ],
  c: [0.05, -0.1, -0.7, -1.1],
}
/** With these the guide is the posterior itself: W is diagonal, and so is then the posterior's covariance M = (1 + w² / ¼)⁻¹. */
export const exactWeights: Weights = (() => {
  const [diagonal, b] = [
    [1, 2],
    [0.1, -0.2, 0.3],
  ]
  const m = diagonal.map((w) => 1 / (1 + w ** 2 / 0.25))
  const slope = diagonal.map((w, j) => ((m[j] ?? 0) * w) / 0.25)
  const at = (j: number): number => slope[j] ?? 0
  return {
    w: [
      [1, 0, 0],
      [0, 2, 0],
    ],
    b,
    k: [
      [at(0), 0, 0, 0],
      [0, at(1), 0, 0],
      [0, 0, 0, 0],
    ],
    c: [-at(0) * (b[0] ?? 0), -at(1) * (b[1] ?? 0), ...m.map(Math.log)],
  }
})()

/** The leaves of the program at these weights; `noise z` and `data x` hold one datum after the other. */
export const feeds = (weights: Weights, x: Matrix, noise: Matrix): Feeds => ({
  'param model/x/dense_0/kernel': weights.w.flat(),
  'param model/x/dense_0/bias': weights.b,
  'param guide/z/dense_0/kernel': weights.k.flat(),
  'param guide/z/dense_0/bias': weights.c,
  'data x': x.flat(),
  'noise z': noise.flat(),
  'scalar step': [0],
})

const affine = (x: readonly number[], w: Matrix, b: readonly number[]): readonly number[] =>
  b.map((bj, j) => x.reduce((sum, xi, i) => sum + xi * (w[i]?.[j] ?? 0), bj))
const total = (terms: readonly number[]): number => terms.reduce((sum, t) => sum + t, 0)

/** log N(x; μ, σ), from the textbook. */
export const logNormal = (x: number, mean: number, scale: number): number =>
  -0.5 * ((x - mean) / scale) ** 2 - Math.log(scale) - 0.5 * Math.log(2 * Math.PI)

export interface ByHand {
  readonly reconstruction: number
  /** by dimension */
  readonly closed: readonly number[]
  readonly sampled: readonly number[]
  /** reconstruction at the guide's mean */
  readonly atMean: number
}

/** All there is to one datum and one draw of ε. */
export const byHand = ({ w, b, k, c }: Weights, x: readonly number[], noise: readonly number[]): ByHand => {
  const out = affine(x, k, c)
  const [mean, logVariance] = [out.slice(0, 2), out.slice(2)]
  const scale = logVariance.map((v) => Math.exp(v / 2))
  const z = mean.map((m, j) => m + (scale[j] ?? 0) * (noise[j] ?? 0))
  const scoreAt = (code: readonly number[]): number =>
    total(affine(code, w, b).map((m, i) => logNormal(x[i] ?? 0, m, 0.5)))
  return {
    reconstruction: scoreAt(z),
    closed: mean.map((m, j) => 0.5 * (Math.exp(logVariance[j] ?? 0) + m ** 2 - 1 - (logVariance[j] ?? 0))),
    sampled: z.map((v, j) => logNormal(v, mean[j] ?? 0, scale[j] ?? 0) - logNormal(v, 0, 1)),
    atMean: scoreAt(mean),
  }
}
