import { EigenvalueDecomposition, Matrix } from 'ml-matrix'
import { columnMeans, rowAt, type Rows, rowsFrom } from './Rows.ts'

/** Data along the directions in which they vary most. */
export interface PrincipalComponents {
  readonly mean: Float64Array
  /** the variances along the components, the largest first; never negative */
  readonly variances: Float64Array
  /** unit vectors, a row each */
  readonly components: Rows
}

/** The covariance, divided by n: what maximum likelihood wants. Shapes  [width, width] */
const covarianceOf = (rows: Rows): Matrix => {
  const mean = columnMeans(rows)
  const covariance = Matrix.zeros(rows.width, rows.width)
  for (let i = 0; i < rows.count; i++) {
    const row = rowAt(rows, i)
    for (let a = 0; a < rows.width; a++) {
      const x = (row[a] ?? 0) - (mean[a] ?? 0)
      if (x === 0) continue
      for (let b = a; b < rows.width; b++)
        covariance.set(a, b, covariance.get(a, b) + (x * ((row[b] ?? 0) - (mean[b] ?? 0))) / rows.count)
    }
  }
  for (let a = 0; a < rows.width; a++) for (let b = 0; b < a; b++) covariance.set(a, b, covariance.get(b, a))
  return covariance
}

/** Source  Pearson 1901; Jolliffe 2002, "Principal Component Analysis", §1 */
export const principalComponents = (rows: Rows): PrincipalComponents => {
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(covarianceOf(rows), {
    assumeSymmetric: true,
  })
  const order = realEigenvalues.map((_, i) => i).sort((a, b) => (realEigenvalues[b] ?? 0) - (realEigenvalues[a] ?? 0))
  return {
    mean: columnMeans(rows),
    variances: Float64Array.from(order, (i) => Math.max(0, realEigenvalues[i] ?? 0)),
    components: rowsFrom(order.map((i) => eigenvectorMatrix.getColumn(i))),
  }
}

/** Coordinates along the first components. Shapes  [n, width] → [n, k] */
export const projected = ({ mean, components }: PrincipalComponents, rows: Rows, k: number): Rows =>
  rowsFrom(
    Array.from({ length: rows.count }, (_, i) => {
      const row = rowAt(rows, i)
      return Array.from({ length: k }, (_c, c) =>
        rowAt(components, c).reduce((sum, u, j) => sum + u * ((row[j] ?? 0) - (mean[j] ?? 0)), 0),
      )
    }),
  )

/** The data as the first components tell them: the best linear reconstruction through k numbers. */
export const reconstructed = (pca: PrincipalComponents, rows: Rows, k: number): Rows => {
  const codes = projected(pca, rows, k)
  return rowsFrom(
    Array.from({ length: rows.count }, (_, i) =>
      Array.from(pca.mean, (mean, j) =>
        rowAt(codes, i).reduce((sum, code, c) => sum + code * (pca.components.data[c * rows.width + j] ?? 0), mean),
      ),
    ),
  )
}
