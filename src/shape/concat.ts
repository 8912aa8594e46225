import * as E from 'fp-ts/lib/Either.js'
import type { plus } from './arith.ts'
import { place } from './axis.ts'
import type { Dim, meet } from './Dim.ts'
import { axisOutside, othersDiffer, ranksDiffer } from './messages.ts'
import type { Checked, Shape } from './Shape.ts'
import { show, showDim } from './show.ts'

/** A and B joined at place K, or `never` where they differ elsewhere. `I` counts the axes passed. */
type joined<
  A extends Shape,
  B extends Shape,
  K extends string,
  I extends 0[] = [],
  O extends Dim[] = [],
> = A extends readonly [infer a extends Dim, ...infer A2 extends Dim[]]
  ? B extends readonly [infer b extends Dim, ...infer B2 extends Dim[]]
    ? `${I['length']}` extends K
      ? joined<A2, B2, K, [...I, 0], [...O, plus<a, b>]>
      : [meet<a, b>] extends [never]
        ? never
        : joined<A2, B2, K, [...I, 0], [...O, meet<a, b>]>
    : never
  : O

type joinedAt<A extends Shape, B extends Shape, Axis extends number, K extends string> = [K] extends [never]
  ? axisOutside<'concat', showDim<Axis>, show<A>>
  : [joined<A, B, K>] extends [never]
    ? othersDiffer<showDim<Axis>, show<A>, show<B>>
    : joined<A, B, K>

/**
 * Two shapes end to end along an axis (the last one where none is given, counted from the end where negative).
 *
 * Errors    `ranksDiffer`, `axisOutside`, `othersDiffer`
 */
export type concat<A extends Shape, B extends Shape, Axis extends number = -1> = number extends
  A['length'] | B['length'] | Axis
  ? Dim[]
  : A['length'] extends B['length']
    ? joinedAt<A, B, Axis, place<A, Axis>>
    : ranksDiffer<show<A>, show<B>>

export const concat = (a: Shape, b: Shape, axis = -1): Checked => {
  if (a.length !== b.length) return E.left(ranksDiffer(show(a), show(b)))
  const k = place(a, axis)
  if (k === undefined) return E.left(axisOutside('concat', showDim(axis), show(a)))
  return a.every((d, i) => i === k || d === b[i])
    ? E.right(a.map((d, i) => (i === k ? d + (b[i] ?? 0) : d)))
    : E.left(othersDiffer(showDim(axis), show(a), show(b)))
}
