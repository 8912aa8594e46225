import * as E from 'fp-ts/lib/Either.js'
import { place } from './axis.ts'
import type { Dim } from './Dim.ts'
import { axisOutside, axisTwice } from './messages.ts'
import type { Checked, Shape } from './Shape.ts'
import { show, showDim } from './show.ts'

/** The axes to reduce over: every one, or those named, counted from the end where negative. */
export type Axes = 'all' | readonly number[]

/** The places of the named axes as `{ places }`, or a message. */
type places<
  S extends Shape,
  A extends readonly number[],
  Where extends string,
  All extends readonly number[] = A,
  P extends string = never,
> = A extends readonly [infer a extends number, ...infer Rest extends number[]]
  ? [place<S, a>] extends [never]
    ? axisOutside<Where, showDim<a>, show<S>>
    : place<S, a> extends P
      ? axisTwice<Where, show<All>, show<S>>
      : places<S, Rest, Where, All, P | place<S, a>>
  : { readonly places: P }

/** S without the axes at the places P, or with 1 there. */
type without<
  S extends Shape,
  P extends string,
  Keep extends boolean,
  I extends 0[] = [],
  O extends Dim[] = [],
> = S extends readonly [infer H extends Dim, ...infer T extends Dim[]]
  ? without<T, P, Keep, [...I, 0], `${I['length']}` extends P ? (Keep extends true ? [...O, 1] : O) : [...O, H]>
  : O

type overAll<S extends Shape, Keep extends boolean> = Keep extends false
  ? []
  : number extends S['length']
    ? Dim[]
    : without<S, `${number}`, true>

type over<S extends Shape, A extends readonly number[], Keep extends boolean, Where extends string> = number extends
  S['length'] | A['length'] | A[number]
  ? Dim[]
  : places<S, A, Where> extends infer R
    ? R extends { readonly places: infer P extends string }
      ? without<S, P, Keep>
      : R
    : never

/**
 * What is left of a shape after a reduction: the axes disappear, or stay as 1 with Keep. `Where` is the reduction's name.
 *
 * Errors    `axisOutside`, `axisTwice`
 */
export type reduce<
  S extends Shape,
  A extends Axes,
  Keep extends boolean = false,
  Where extends string = 'reduce',
> = boolean extends Keep ? Dim[] : A extends readonly number[] ? over<S, A, Keep, Where> : overAll<S, Keep>

export const reduce = (shape: Shape, axes: Axes, keep = false, where = 'reduce'): Checked => {
  const named = axes === 'all' ? shape.map((_, i) => i) : axes
  const at: number[] = []
  for (const axis of named) {
    const k = place(shape, axis)
    if (k === undefined) return E.left(axisOutside(where, showDim(axis), show(shape)))
    if (at.includes(k)) return E.left(axisTwice(where, show(named), show(shape)))
    at.push(k)
  }
  return E.right(keep ? shape.map((d, i) => (at.includes(i) ? 1 : d)) : shape.filter((_, i) => !at.includes(i)))
}
