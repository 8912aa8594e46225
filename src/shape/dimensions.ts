import * as E from 'fp-ts/lib/Either.js'
import { isNatural, type Dim } from './Dim.ts'
import { notNatural } from './messages.ts'
import type { Checked, Shape } from './Shape.ts'
import { showDim } from './show.ts'

/** The first dimension that is no natural number, or `never`. */
type firstBad<S extends Shape> = S extends readonly [infer H extends Dim, ...infer T extends Dim[]]
  ? isNatural<H> extends true
    ? firstBad<T>
    : H
  : never

/** A shape as a user writes it: itself, where every dimension is natural. All other rules rely on this. */
export type dimensions<S extends Shape, Where extends string> = [firstBad<S>] extends [never]
  ? S
  : notNatural<Where, 'a dimension', showDim<firstBad<S>>>

export const dimensions = (shape: Shape, where: string): Checked => {
  const bad = shape.find((d) => !isNatural(d))
  return bad === undefined ? E.right(shape) : E.left(notNatural(where, 'a dimension', showDim(bad)))
}
