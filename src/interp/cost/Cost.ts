/** What an evaluation takes, on paper: nothing here was measured. */
export interface Cost {
  /** floating-point operations: a multiplication and an addition are two, an exponential is one */
  readonly flops: number
  /** read and written in float32, every operand and every result once */
  readonly bytes: number
}

export const nothing: Cost = { flops: 0, bytes: 0 }

export const plus = (a: Cost, b: Cost): Cost => ({ flops: a.flops + b.flops, bytes: a.bytes + b.bytes })
