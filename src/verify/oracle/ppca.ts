import * as fc from 'fast-check'
import { eigen, type Matrix } from './algebra.ts'
import { linearGaussian, type LinearGaussian } from './linearGaussian.ts'

/** Data, the linear-Gaussian program of greatest likelihood for them, one for each datum, and that likelihood by eigenvalues. */
export interface Ppca {
  readonly each: readonly LinearGaussian[]
  /** the mean of log p(x) over the data */
  readonly likelihood: number
  readonly [fc.toStringMethod]: () => string
}

const mean = (xs: readonly number[]): number => xs.reduce((sum, x) => sum + x, 0) / xs.length

/**
 *   −½ (D log 2π + log λ₁ + (D − 1) log σ² + D), σ² the mean of the eigenvalues after the first
 *
 * Source  Tipping & Bishop 1999, J. R. Stat. Soc. B 61(3), eq. 7–8
 */
const fitted = (data: Matrix): Ppca => {
  const dimensions = data[0]?.length ?? 0
  const offset = Array.from({ length: dimensions }, (_, j) => mean(data.map((x) => x[j] ?? 0)))
  const covariance = offset.map((mi, i) =>
    offset.map((mj, j) => mean(data.map((x) => ((x[i] ?? 0) - mi) * ((x[j] ?? 0) - mj)))),
  )
  const { values, vectors } = eigen(covariance)
  const [largest = 1, ...rest] = values
  const variance = mean(rest)
  const loading = (vectors[0] ?? []).map((v) => v * Math.sqrt(largest - variance))
  return {
    each: data.map((x) =>
      linearGaussian({ loadings: [loading], noise: Math.sqrt(variance), offset, x, shift: [0], stretch: [0] }),
    ),
    likelihood:
      -0.5 * (dimensions * Math.log(2 * Math.PI) + Math.log(largest) + rest.length * Math.log(variance) + dimensions),
    [fc.toStringMethod]: () => `probabilistic PCA of ${JSON.stringify(data)}`,
  }
}

/** Random data of three dimensions, well apart. */
export const ppcas: fc.Arbitrary<Ppca> = fc
  .array(fc.array(fc.double({ min: -2, max: 2, noNaN: true }), { minLength: 3, maxLength: 3 }), {
    minLength: 6,
    maxLength: 8,
  })
  .map((data) => data.map((x, i) => x.map((v, j) => v + (j === i % 3 ? 1 + i / 4 : 0))))
  .map(fitted)
