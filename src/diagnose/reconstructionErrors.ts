import type { Tensor } from '../expr/Tensor.ts'

/** What reconstructions of data leave out. */
export interface ReconstructionErrors {
  /** |x − E[x | z]| of each number, in the data's shape */
  readonly absolute: Tensor
  /** Σ (x − E[x | z])² of each datum */
  readonly squared: readonly number[]
}

/** Shapes    both [n, …] */
export const reconstructionErrors = (data: Tensor, means: Tensor): ReconstructionErrors => {
  const [count = 0] = data.shape
  const width = count === 0 ? 0 : data.data.length / count
  const absolute = Float32Array.from(data.data, (x, i) => Math.abs(x - (means.data[i] ?? Number.NaN)))
  return {
    absolute: { shape: data.shape, data: absolute },
    squared: Array.from({ length: count }, (_, n) =>
      absolute.subarray(n * width, (n + 1) * width).reduce((sum, e) => sum + e * e, 0),
    ),
  }
}
