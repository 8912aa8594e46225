import { Matrix } from 'ml-matrix'
import type { LinearGaussian } from './linearGaussian.ts'
import { principalComponents } from './principalComponents.ts'
import type { Rows } from './Rows.ts'

/** The linear-Gaussian model with one noise variance that gives data the highest likelihood. */
export interface ProbabilisticPca {
  readonly model: LinearGaussian
  /** mean log p(x) of the data it was fitted to, in nats a datum: no linear VAE with k latents has a higher bound there */
  readonly logLikelihood: number
}

/**
 * Probabilistic PCA in closed form: σ² is the mean of the variances left out, W = U (Λ − σ² I)^½.
 *
 *   (1/n) Σ log p(xᵢ) = −½ (D log 2π + Σ_{j≤k} log λⱼ + (D − k) log σ² + D)
 *
 * Source    Tipping & Bishop 1999, J. Royal Stat. Soc. B 61(3), eq. 7 and 8
 */
export const probabilisticPca = (rows: Rows, k: number): ProbabilisticPca => {
  const { mean, variances, components } = principalComponents(rows)
  const width = rows.width
  const left = variances.subarray(k)
  const noise = left.reduce((sum, v) => sum + v, 0) / left.length
  const weights = Matrix.zeros(width, k)
  for (let j = 0; j < k; j++) {
    const length = Math.sqrt(Math.max(0, (variances[j] ?? 0) - noise))
    for (let i = 0; i < width; i++) weights.set(i, j, length * (components.data[j * width + i] ?? 0))
  }
  const kept = variances.subarray(0, k).reduce((sum, v) => sum + Math.log(v), 0)
  return {
    model: { weights, bias: mean, noise: new Float64Array(width).fill(noise) },
    logLikelihood: -0.5 * (width * Math.log(2 * Math.PI) + kept + (width - k) * Math.log(noise) + width),
  }
}
