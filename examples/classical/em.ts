import {
  columnAt,
  gaussianLogDensity,
  type LinearGaussian,
  marginalOf,
  posteriorOf,
  principalComponents,
  type Rows,
  rowAt,
  rowsFrom,
} from 'elbo-ts'
import { inverse, Matrix } from 'ml-matrix'

/**
 * Linear latent models by expectation maximisation: what a linear VAE learns by gradients and one encoder for all data, here by the exact
 * posterior of every datum in turn.
 *
 * Source    Rubin & Thayer 1982, Psychometrika 47(1) (factor analysis); Tipping & Bishop 1999, J. Royal Stat. Soc. B 61(3), App. B (pPCA)
 */
export interface Fit {
  readonly model: LinearGaussian
  /** mean log p(x) after every round, in nats a datum: it never falls */
  readonly history: readonly number[]
}

/** 'shared': one noise variance for all outputs, probabilistic PCA. 'perOutput': one for each, factor analysis. */
export type Noise = 'shared' | 'perOutput'

/** (1/n) Σ log p(xᵢ), in nats a datum. */
export const meanLogLikelihood = (model: LinearGaussian, rows: Rows): number => {
  const density = gaussianLogDensity(marginalOf(model))
  let sum = 0
  for (let i = 0; i < rows.count; i++) sum += density(rowAt(rows, i))
  return sum / rows.count
}

const centredCovariance = (rows: Rows): { readonly mean: Float64Array; readonly covariance: Matrix } => {
  const { mean, variances, components } = principalComponents(rows)
  const directions = new Matrix(Array.from({ length: rows.width }, (_, c) => [...rowAt(components, c)]))
  return {
    mean,
    covariance: directions
      .transpose()
      .mmul(Matrix.diag([...variances]))
      .mmul(directions),
  }
}

/**
 * Fit x = W z + b + ε with k latents.
 *
 *   E   β = Wᵀ (W Wᵀ + Ψ)⁻¹,  E z zᵀ = I − β W + β S βᵀ
 *   M   W = S βᵀ (E z zᵀ)⁻¹,  Ψ = diag(S − W β S), averaged where it is shared
 */
export const fitByEm = (rows: Rows, k: number, noise: Noise, rounds = 200): Fit => {
  const { mean, covariance: s } = centredCovariance(rows)
  const width = rows.width
  const scale = Math.sqrt(s.trace() / width)
  // Any start but one with equal columns; this one has neither a scale nor a direction of its own.
  let weights = Matrix.from1DArray(
    width,
    k,
    Float64Array.from({ length: width * k }, (_, i) => scale * Math.sin(1.7 * i + 1)),
  )
  let psi = Float64Array.from({ length: width }, () => scale ** 2)
  const history: number[] = []
  for (let round = 0; round < rounds; round++) {
    const beta = weights.transpose().mmul(inverse(Matrix.add(weights.mmul(weights.transpose()), Matrix.diag([...psi]))))
    const moments = Matrix.add(Matrix.sub(Matrix.eye(k), beta.mmul(weights)), beta.mmul(s).mmul(beta.transpose()))
    weights = s.mmul(beta.transpose()).mmul(inverse(moments))
    const left = Matrix.sub(s, weights.mmul(beta).mmul(s)).diagonal()
    const shared = left.reduce((sum, v) => sum + v, 0) / width
    psi = Float64Array.from(left, (v) => Math.max(1e-9, noise === 'shared' ? shared : v))
    history.push(meanLogLikelihood({ weights, bias: mean, noise: psi }, rows))
  }
  return { model: { weights, bias: mean, noise: psi }, history }
}

/** The data as the model tells them, through the mean of each datum's posterior. */
export const reconstructedBy = (model: LinearGaussian, rows: Rows): Rows =>
  rowsFrom(
    Array.from({ length: rows.count }, (_, i) => {
      const told = model.weights.mmul(Matrix.columnVector([...posteriorOf(model, rowAt(rows, i)).mean]))
      return Array.from(model.bias, (b, j) => b + told.get(j, 0))
    }),
  )

/** Mean squared error of each column. */
export const errorsByColumn = (a: Rows, b: Rows): readonly number[] =>
  Array.from({ length: a.width }, (_, j) => {
    const [x, y] = [columnAt(a, j), columnAt(b, j)]
    return x.reduce((sum, v, i) => sum + (v - (y[i] ?? 0)) ** 2, 0) / a.count
  })
