import type { Activation } from '../../expr/Op.ts'
import { relu, sigmoid } from './elementwise.ts'
import type { Rules } from './Rule.ts'

/** Columns as rows, for one [rows, columns] matrix that starts at `start`. */
const transposed = (x: Float64Array, start: number, rows: number, columns: number): Float64Array => {
  const out = new Float64Array(rows * columns)
  for (let r = 0; r < rows; r++) for (let c = 0; c < columns; c++) out[c * rows + r] = x[start + r * columns + c]!
  return out
}

/** out += a · b for [m, k] and [k, n]; the innermost loop runs along rows of `b` and `out`. */
const accumulate = (out: Float64Array, a: Float64Array, b: Float64Array, m: number, k: number, n: number): void => {
  for (let i = 0; i < m; i++)
    for (let p = 0; p < k; p++) {
      const left = a[i * k + p]!
      for (let j = 0, o = i * n, r = p * n; j < n; j++, o++, r++) out[o] = out[o]! + left * b[r]!
    }
}

const activations: Readonly<Record<Activation, (x: number) => number>> = {
  linear: (x) => x,
  relu,
  sigmoid,
  tanh: Math.tanh,
}

export const contract: Rules<'matmul' | 'dense'> = {
  matmul: ({ arg, src: [left, right], shape }, { valueOf }) => {
    const [a, b] = [valueOf(left), valueOf(right)]
    const [m = 1, n = 1] = shape.slice(-2)
    const k = left?.shape.at(arg.transposeA ? -2 : -1) ?? 1
    const out = new Float64Array(shape.reduce((size, d) => size * d, 1))
    for (let each = 0; each * m * n < out.length; each++) {
      const x = arg.transposeA ? transposed(a, each * m * k, k, m) : a.subarray(each * m * k, (each + 1) * m * k)
      const y = arg.transposeB ? transposed(b, each * k * n, n, k) : b.subarray(each * k * n, (each + 1) * k * n)
      accumulate(out.subarray(each * m * n, (each + 1) * m * n), x, y, m, k, n)
    }
    return out
  },
  dense: ({ arg, src: [input, kernel, bias], shape: [m = 1, n = 1] }, { valueOf }) => {
    const product = new Float64Array(m * n)
    accumulate(product, valueOf(input), valueOf(kernel), m, kernel?.shape[0] ?? 1, n)
    const offset = valueOf(bias)
    const activate = activations[arg.activation]
    return product.map((x, i) => activate(x + offset[i % n]!))
  },
}
