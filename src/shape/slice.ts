import * as E from 'fp-ts/lib/Either.js'
import type { minus } from './arith.ts'
import { place } from './axis.ts'
import { isNatural, type Dim } from './Dim.ts'
import { axisOutside, badBound, emptySlice, sliceOutside } from './messages.ts'
import type { Checked, Shape } from './Shape.ts'
import { show, showDim } from './show.ts'

type isBound<N extends number> = 0 extends N ? true : isNatural<N>
const isBound = (n: number): boolean => n === 0 || isNatural(n)

/** S with D at place K. */
type put<
  S extends Shape,
  K extends string,
  D extends Dim,
  I extends 0[] = [],
  O extends Dim[] = [],
> = S extends readonly [infer H extends Dim, ...infer T extends Dim[]]
  ? put<T, K, D, [...I, 0], [...O, `${I['length']}` extends K ? D : H]>
  : O

type at<S extends Shape, K> = K extends keyof S ? Extract<S[K], Dim> : never

type cut<S extends Shape, Axis extends number, End extends number, Size extends number> = number extends
  S['length'] | Axis
  ? Dim[]
  : [place<S, Axis>] extends [never]
    ? axisOutside<'slice', showDim<Axis>, show<S>>
    : [minus<at<S, place<S, Axis>>, End>] extends [never]
      ? sliceOutside<showDim<End>, showDim<Axis>, show<S>>
      : put<S, place<S, Axis>, Size>

/** Whether a slice of this size (`never` where negative) holds nothing. */
type isEmpty<Size extends number> = [Size] extends [never] ? true : [Size] extends [0] ? true : false

/**
 * The part of an axis from Begin up to, not with, End. The axis counts from the end where negative; the bounds do not.
 *
 * Errors    `badBound`, `emptySlice`, `axisOutside`, `sliceOutside`
 */
export type slice<S extends Shape, Axis extends number, Begin extends number, End extends number> =
  isBound<Begin> extends false
    ? badBound<showDim<Begin>>
    : isBound<End> extends false
      ? badBound<showDim<End>>
      : isEmpty<minus<End, Begin>> extends true
        ? emptySlice<showDim<Begin>, showDim<End>>
        : cut<S, Axis, End, minus<End, Begin>>

export const slice = (shape: Shape, axis: number, begin: number, end: number): Checked => {
  const bad = [begin, end].find((b) => !isBound(b))
  if (bad !== undefined) return E.left(badBound(showDim(bad)))
  if (end <= begin) return E.left(emptySlice(showDim(begin), showDim(end)))
  const k = place(shape, axis)
  if (k === undefined) return E.left(axisOutside('slice', showDim(axis), show(shape)))
  return end > (shape[k] ?? 0)
    ? E.left(sliceOutside(showDim(end), showDim(axis), show(shape)))
    : E.right(shape.map((d, i) => (i === k ? end - begin : d)))
}
