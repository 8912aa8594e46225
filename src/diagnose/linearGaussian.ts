import { CholeskyDecomposition, inverse, Matrix } from 'ml-matrix'

/** z ~ N(0, I), x = W z + b + ε, ε ~ N(0, diag Ψ): the model whose marginal and posterior are known. */
export interface LinearGaussian {
  /** [D, Z] */
  readonly weights: Matrix
  readonly bias: Float64Array
  /** Ψ, the variance of every output */
  readonly noise: Float64Array
}

/** Of a covariance, which rounding may have left a little uneven. */
const choleskyOf = (a: Matrix): CholeskyDecomposition => new CholeskyDecomposition(Matrix.add(a, a.transpose()).div(2))

const logDeterminant = (a: Matrix): number => {
  const triangle = choleskyOf(a).lowerTriangularMatrix
  return triangle.diagonal().reduce((sum, l) => sum + 2 * Math.log(l), 0)
}

const minus = (x: ArrayLike<number>, b: ArrayLike<number>): Matrix =>
  Matrix.columnVector(Array.from({ length: x.length }, (_, i) => (x[i] ?? 0) - (b[i] ?? 0)))

/** What a Gaussian is: its mean and its covariance. */
export interface Gaussian {
  readonly mean: Float64Array
  readonly covariance: Matrix
}

/** p(x) = N(b, W Wᵀ + Ψ). */
export const marginalOf = ({ weights, bias, noise }: LinearGaussian): Gaussian => ({
  mean: bias,
  covariance: weights.mmul(weights.transpose()).add(Matrix.diag([...noise])),
})

/** log N(x; mean, covariance) of many x. Units nats. */
export const gaussianLogDensity = ({ mean, covariance }: Gaussian): ((x: ArrayLike<number>) => number) => {
  const cholesky = choleskyOf(covariance)
  const constant = mean.length * Math.log(2 * Math.PI) + logDeterminant(covariance)
  return (x) => {
    const off = minus(x, mean)
    return -0.5 * (constant + off.dot(cholesky.solve(off)))
  }
}

/** Λ = I + Wᵀ Ψ⁻¹ W, the same for every x. */
export const posteriorPrecision = ({ weights, noise }: LinearGaussian): Matrix => {
  const scaled = weights.clone()
  for (let i = 0; i < scaled.rows; i++) scaled.mulRow(i, 1 / (noise[i] ?? 1))
  return Matrix.eye(weights.columns).add(weights.transpose().mmul(scaled))
}

/** p(z | x) = N(Λ⁻¹ Wᵀ Ψ⁻¹ (x − b), Λ⁻¹). */
export const posteriorOf = (model: LinearGaussian, x: ArrayLike<number>): Gaussian => {
  const covariance = inverse(posteriorPrecision(model))
  const scaled = minus(x, model.bias)
  for (let i = 0; i < scaled.rows; i++) scaled.mulRow(i, 1 / (model.noise[i] ?? 1))
  const mean = covariance.mmul(model.weights.transpose().mmul(scaled))
  return { mean: Float64Array.from(mean.to1DArray()), covariance }
}

/** KL(q ‖ p(z | x)) of a diagonal Normal q: the whole inference gap of that datum, in nats. */
export const klToPosterior = (
  model: LinearGaussian,
  x: ArrayLike<number>,
  q: { readonly loc: ArrayLike<number>; readonly variance: ArrayLike<number> },
): number => {
  const { mean, covariance } = posteriorOf(model, x)
  const precision = posteriorPrecision(model)
  const off = minus(q.loc, mean)
  let value = off.dot(precision.mmul(off)) - mean.length + logDeterminant(covariance)
  for (let d = 0; d < mean.length; d++)
    value += precision.get(d, d) * (q.variance[d] ?? 1) - Math.log(q.variance[d] ?? 1)
  return value / 2
}

/**
 * The least that KL(q ‖ p(z | x)) can be over diagonal Normals q, the same for every x: at the posterior's mean with variances 1 / Λ_dd,
 * ½ (Σ log Λ_dd − log |Λ|). 0 iff the columns of Ψ^(−½) W are orthogonal.
 *
 * Source    Bishop 2006, "Pattern Recognition and Machine Learning", §10.1.2
 */
export const approximationGapOf = (model: LinearGaussian): number => {
  const precision = posteriorPrecision(model)
  return (precision.diagonal().reduce((sum, l) => sum + Math.log(l), 0) - logDeterminant(precision)) / 2
}
