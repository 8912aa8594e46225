/**
 * One extent of a shape: a natural number of at least 1. In a type, a literal is known while you type and `number` only when the program
 * is built; a union of literals counts as late too.
 */
export type Dim = number

/** Whether a number can be a dimension. `number` can: it is checked when built. */
export type isNatural<N extends number> = number extends N
  ? true
  : `${N}` extends '0' | `-${string}`
    ? false
    : `${N}` extends `${bigint}`
      ? true
      : false

export const isNatural = (n: number): boolean => Number.isSafeInteger(n) && n >= 1

/** Two dimensions as one: the better known of the two, or `never` where they differ. */
export type meet<A extends Dim, B extends Dim> = A & B

/** Whether N stands for several literals. */
export type isUnion<N, All = N> = [N] extends [never]
  ? false
  : N extends unknown
    ? [All] extends [N]
      ? false
      : true
    : never
