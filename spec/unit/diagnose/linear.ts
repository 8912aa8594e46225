import { pipe } from 'fp-ts/lib/function.js'
import { dense, diagonalNormal, gaussian, given, latent, model, observe, real, standardNormal, vae } from 'elbo-ts'
import { Matrix } from 'ml-matrix'
import { normals } from '../../../src/diagnose/draws.ts'
import {
  type LinearGaussian,
  marginalOf,
  posteriorOf,
  posteriorPrecision,
} from '../../../src/diagnose/linearGaussian.ts'
import type { Tensor } from '../../../src/expr/Tensor.ts'
import { openReference } from '../../../src/interp/reference/index.ts'
import type { Session } from '../../../src/interp/Session.ts'
import { vaeParams } from '../../../src/train/graphs.ts'

/** A linear-Gaussian VAE with two latents and three outputs, whose every number is known in closed form. */

const SCALE = 0.5

export const linearVae = vae({
  model: pipe(
    model,
    latent('z', () => standardNormal(2)),
    observe('x', ({ z }) => pipe(z, dense(3), gaussian({ scale: SCALE }))),
  ),
  guide: pipe(
    given({ x: real(3) }),
    latent('z', ({ x }) => pipe(x, dense(4), diagonalNormal(2))),
  ),
})

/** x = Wz + b + ε. The columns of W are not orthogonal, so no diagonal posterior is exact. */
export const truth: LinearGaussian = {
  weights: new Matrix([
    [1.2, 0.4],
    [-0.3, 0.9],
    [0.5, 0.6],
  ]),
  bias: Float64Array.of(0.2, -0.1, 0.3),
  noise: new Float64Array(3).fill(SCALE ** 2),
}
/** Orthogonal columns: the diagonal posterior is exact. */
export const orthogonal: LinearGaussian = {
  ...truth,
  weights: new Matrix([
    [1.2, 0],
    [0, 0.9],
    [0, 0],
  ]),
}

const tensor = (shape: readonly number[], values: readonly number[]): Tensor => ({
  shape,
  data: Float64Array.from(values),
})

/** The encoder that answers the posterior's mean and, with `exact` variances 1/Λ_dd, the best diagonal q; `off` is added to its means. */
export const bestWeights = (m: LinearGaussian, off = 0): ReadonlyMap<string, Tensor> => {
  const precision = posteriorPrecision(m)
  const zero = posteriorOf(m, [0, 0, 0]).mean
  const columns = [0, 1, 2].map(
    (i) =>
      posteriorOf(
        m,
        [0, 1, 2].map((j) => (i === j ? 1 : 0)),
      ).mean,
  )
  const kernel = columns.flatMap((c) => [...c].map((v, d) => v - (zero[d] ?? 0)).concat([0, 0]))
  const logVariances = precision.diagonal().map((l) => -Math.log(l))
  return new Map([
    ['model/x/dense_0/kernel', tensor([2, 3], m.weights.transpose().to1DArray())],
    ['model/x/dense_0/bias', tensor([3], [...m.bias])],
    ['guide/z/dense_0/kernel', tensor([3, 4], kernel)],
    ['guide/z/dense_0/bias', tensor([4], [...[...zero].map((v) => v + off), ...logVariances])],
  ])
}

export const openLinear = (m: LinearGaussian, off = 0): Session => {
  const session = openReference()
  const weights = bestWeights(m, off)
  for (const { arg } of vaeParams(linearVae)) if (!weights.has(arg.name)) throw new Error(`no weight for ${arg.name}`)
  session.write(weights)
  return session
}

/** Draws from p(x). */
export const drawData = (m: LinearGaussian, count: number, seed: number): ReadonlyMap<string, Tensor> => {
  const z = normals(count * 2, { seed, step: 0, name: 'spec/z' })
  const e = normals(count * 3, { seed, step: 0, name: 'spec/e' })
  const data = Float64Array.from({ length: count * 3 }, (_, at) => {
    const [i, j] = [Math.floor(at / 3), at % 3]
    const mean = [0, 1].reduce((sum, d) => sum + m.weights.get(j, d) * (z[i * 2 + d] ?? 0), m.bias[j] ?? 0)
    return mean + Math.sqrt(m.noise[j] ?? 0) * (e[at] ?? 0)
  })
  return new Map([['x', { shape: [count, 3], data }]])
}

export const covarianceOfX = (m: LinearGaussian): Matrix => marginalOf(m).covariance
