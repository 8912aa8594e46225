import * as E from 'fp-ts/lib/Either.js'
import type { Dim, meet } from './Dim.ts'
import { dimensions } from './dimensions.ts'
import { cannotView } from './messages.ts'
import { elements, type Checked, type Shape } from './Shape.ts'
import { show, showDim } from './show.ts'

/** All elements in a row: [H, W, C] to [H · W · C]; a scalar becomes [1]. */
export type flatten<S extends Shape> = [elements<S>]

export const flatten = (shape: Shape): Checked => E.right([elements(shape)])

type viewed<S extends Shape, T extends Shape, N extends Dim, M extends Dim> = [meet<N, M>] extends [never]
  ? cannotView<show<S>, showDim<N>, show<T>, showDim<M>>
  : T

/**
 * The same elements, in the same (row-major) order, under another shape. Not a transpose.
 *
 * Errors    `notNatural`, `cannotView`
 */
export type reshape<S extends Shape, T extends Shape> =
  dimensions<T, 'reshape'> extends infer M extends string ? M : viewed<S, T, elements<S>, elements<T>>

export const reshape = (shape: Shape, to: Shape): Checked => {
  const checked = dimensions(to, 'reshape')
  const [n, m] = [elements(shape), elements(to)]
  return E.isLeft(checked) || n === m ? checked : E.left(cannotView(show(shape), showDim(n), show(to), showDim(m)))
}
