/** Small symmetric matrices, row by row, in plain numbers: what linear-Gaussian oracles need. */
export type Matrix = readonly (readonly number[])[]

export const times = (a: Matrix, b: Matrix): Matrix =>
  a.map((row) => (b[0] ?? []).map((_, j) => row.reduce((sum, x, k) => sum + x * (b[k]?.[j] ?? Number.NaN), 0)))
export const transposed = (a: Matrix): Matrix => (a[0] ?? []).map((_, j) => a.map((row) => row[j] ?? Number.NaN))
export const plusDiagonal = (a: Matrix, value: number): Matrix =>
  a.map((row, i) => row.map((x, j) => (i === j ? x + value : x)))

/** The lower triangle L of a positive definite A = L Lᵀ. Source  Golub & Van Loan 2013, alg. 4.2.1 */
const cholesky = (a: Matrix): Matrix => {
  const l = a.map((row) => row.map(() => 0))
  a.forEach((row, i) => {
    for (let j = 0; j <= i; j++) {
      let rest = row[j] ?? Number.NaN
      for (let k = 0; k < j; k++) rest -= (l[i]?.[k] ?? 0) * (l[j]?.[k] ?? 0)
      const lower = l[i] ?? []
      lower[j] = i === j ? Math.sqrt(rest) : rest / (l[j]?.[j] ?? Number.NaN)
    }
  })
  return l
}

const logDeterminant = (a: Matrix): number =>
  cholesky(a).reduce((sum, row, i) => sum + 2 * Math.log(row[i] ?? Number.NaN), 0)

/** A⁻¹ y for a positive definite A. */
const solved = (a: Matrix, y: readonly number[]): readonly number[] => {
  const l = cholesky(a)
  const forward: number[] = []
  y.forEach((v, i) => {
    let rest = v
    for (let k = 0; k < i; k++) rest -= (l[i]?.[k] ?? 0) * (forward[k] ?? 0)
    forward.push(rest / (l[i]?.[i] ?? Number.NaN))
  })
  const x = forward.map(() => 0)
  for (let i = y.length - 1; i >= 0; i--) {
    let rest = forward[i] ?? 0
    for (let k = i + 1; k < y.length; k++) rest -= (l[k]?.[i] ?? 0) * (x[k] ?? 0)
    x[i] = rest / (l[i]?.[i] ?? Number.NaN)
  }
  return x
}
export const inverse = (a: Matrix): Matrix =>
  transposed(
    a.map((_, i) =>
      solved(
        a,
        a.map((__, j) => (i === j ? 1 : 0)),
      ),
    ),
  )

/** log N(y; 0, A). */
export const logGaussian = (a: Matrix, y: readonly number[]): number =>
  -0.5 *
  (y.length * Math.log(2 * Math.PI) + logDeterminant(a) + solved(a, y).reduce((sum, v, i) => sum + v * (y[i] ?? 0), 0))

/** Eigenvalues, descending, and unit eigenvectors as rows, of a symmetric matrix. Source  Jacobi 1846; Golub & Van Loan 2013, §8.5 */
export const eigen = (a: Matrix): { readonly values: readonly number[]; readonly vectors: Matrix } => {
  const n = a.length
  const m = a.map((row) => [...row])
  const v = a.map((_, i) => a.map((__, j) => (i === j ? 1 : 0)))
  const at = (i: number, j: number): number => m[i]?.[j] ?? 0
  for (let sweep = 0; sweep < 60; sweep++)
    for (let p = 0; p < n; p++)
      for (let q = p + 1; q < n; q++) {
        if (Math.abs(at(p, q)) < 1e-300) continue
        const theta = (at(q, q) - at(p, p)) / (2 * at(p, q))
        const t = Math.sign(theta || 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1))
        const c = 1 / Math.sqrt(t * t + 1)
        const s = t * c
        const turn = (x: number[], y: number[]): void =>
          x.forEach((xi, k) => {
            const yi = y[k] ?? 0
            x[k] = c * xi - s * yi
            y[k] = s * xi + c * yi
          })
        for (const row of m) {
          const [x, y] = [row[p] ?? 0, row[q] ?? 0]
          row[p] = c * x - s * y
          row[q] = s * x + c * y
        }
        turn(m[p] ?? [], m[q] ?? [])
        turn(v[p] ?? [], v[q] ?? [])
      }
  const order = m.map((_, i) => i).toSorted((i, j) => at(j, j) - at(i, i))
  return { values: order.map((i) => at(i, i)), vectors: order.map((i) => v[i] ?? []) }
}
