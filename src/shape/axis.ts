import type { minus } from './arith.ts'
import type { Shape } from './Shape.ts'

/**
 * The place of an axis, counted from the end where negative, or nothing where the shape has no such axis. In types the place is the key
 * of the tuple ('0', '1', ...), and `never` where there is none.
 */
export type place<S extends Shape, Axis extends number> = `${Axis}` extends keyof S
  ? `${Axis}`
  : `${Axis}` extends `-${infer N extends number}`
    ? fromEnd<S, minus<S['length'], N>>
    : never

type fromEnd<S extends Shape, I extends number> = `${I}` extends keyof S ? `${I}` : never

export const place = (shape: Shape, axis: number): number | undefined => {
  const i = axis < 0 ? shape.length + axis : axis
  return Number.isInteger(i) && i >= 0 && i < shape.length ? i : undefined
}
