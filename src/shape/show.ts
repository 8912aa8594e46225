import type { Dim, isUnion } from './Dim.ts'
import type { Shape } from './Shape.ts'

/** A dimension in a message; `?` where it is known late. */
export type showDim<D extends Dim> = number extends D ? '?' : isUnion<D> extends false ? `${D}` : '?'

export const showDim = (d: Dim): string => String(d)

type list<S extends Shape> = S extends readonly [infer H extends Dim, ...infer T extends Dim[]]
  ? T extends []
    ? showDim<H>
    : `${showDim<H>}, ${list<T>}`
  : ''

/** A shape in a message: `[28, 28, 1]`. */
export type show<S extends Shape> = number extends S['length'] ? '[...]' : `[${list<S>}]`

export const show = (shape: Shape): string => `[${shape.map(showDim).join(', ')}]`
