/** Numbers at run time, row-major. Shapes here are concrete; a target may hold the same numbers elsewhere. */
export interface Tensor {
  readonly shape: readonly number[]
  readonly data: Float32Array | Float64Array
}

/** How many elements a shape has; 1 for a scalar. */
export const sizeOf = (shape: readonly number[]): number => shape.reduce((n, d) => n * d, 1)

export const scalarTensor = (value: number): Tensor => ({ shape: [], data: Float64Array.of(value) })
