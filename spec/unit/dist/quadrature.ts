export { panels } from '../../../src/verify/oracle/quadrature.ts'

export const dot = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((total, x, i) => total + x * (b[i] ?? NaN), 0)
