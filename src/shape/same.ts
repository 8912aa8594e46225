import * as E from 'fp-ts/lib/Either.js'
import type { Dim, meet } from './Dim.ts'
import { shapesDiffer } from './messages.ts'
import { isSame, type Checked, type Shape } from './Shape.ts'
import { show } from './show.ts'

/** Each dimension as the better known of the two. */
type met<A extends Shape, B extends Shape, O extends Dim[] = []> = A extends readonly [
  infer a extends Dim,
  ...infer A2 extends Dim[],
]
  ? B extends readonly [infer b extends Dim, ...infer B2 extends Dim[]]
    ? met<A2, B2, [...O, meet<a, b>]>
    : never
  : O

/**
 * Two shapes that must be equal, without repetition.
 *
 * Errors    `shapesDiffer`
 */
export type same<A extends Shape, B extends Shape, Where extends string> =
  isSame<A, B> extends false
    ? shapesDiffer<Where, show<A>, show<B>>
    : number extends A['length'] | B['length']
      ? Dim[]
      : met<A, B>

export const same = (a: Shape, b: Shape, where: string): Checked =>
  isSame(a, b) ? E.right(a) : E.left(shapesDiffer(where, show(a), show(b)))
