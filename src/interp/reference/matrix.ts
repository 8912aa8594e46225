/** Columns as rows, for one [rows, columns] matrix that starts at `start`. */
export const transposed = (x: Float64Array, rows: number, columns: number, start = 0): Float64Array => {
  const out = new Float64Array(rows * columns)
  for (let r = 0; r < rows; r++) for (let c = 0; c < columns; c++) out[c * rows + r] = x[start + r * columns + c]!
  return out
}

/** out += a · b for [m, k] and [k, n]. The inner loop runs along rows, four of them at once: each visit of `out` then does more. */
export const accumulate = (
  out: Float64Array,
  a: Float64Array,
  b: Float64Array,
  m: number,
  k: number,
  n: number,
): void => {
  const fours = k - (k % 4)
  for (let i = 0; i < m; i++) {
    const to = i * n
    for (let p = 0; p < fours; p += 4) {
      const [left, row] = [i * k + p, p * n]
      const [a0, a1, a2, a3] = [a[left]!, a[left + 1]!, a[left + 2]!, a[left + 3]!]
      for (let j = 0; j < n; j++) {
        const r = row + j
        out[to + j] = out[to + j]! + (a0 * b[r]! + a1 * b[r + n]! + (a2 * b[r + 2 * n]! + a3 * b[r + 3 * n]!))
      }
    }
    for (let p = fours; p < k; p++) {
      const [left, row] = [a[i * k + p]!, p * n]
      for (let j = 0; j < n; j++) out[to + j] = out[to + j]! + left * b[row + j]!
    }
  }
}
