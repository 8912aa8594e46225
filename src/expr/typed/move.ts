import { each, expression, number, optional } from '../../call/Kind.ts'
import { takes } from '../../call/takes.ts'
import * as E from 'fp-ts/lib/Either.js'
import { place } from '../../shape/axis.ts'
import { concat as concatShape } from '../../shape/concat.ts'
import * as reshapes from '../../shape/reshape.ts'
import type { Arg, Checked, Ok, Shape } from '../../shape/Shape.ts'
import { slice as sliceShape } from '../../shape/slice.ts'
import { transpose as transposeShape } from '../../shape/transpose.ts'
import * as b from '../build.ts'
import { type AnyExpr, type Expr, lift } from '../Expr.ts'
import type { Node } from '../Op.ts'

/** An argument that a shape rule judges is, where it compiles, an expression. */
const moved = <R>(
  given: unknown,
  rule: (shape: Shape) => Checked,
  construct: (x: Node, to: Shape) => Node,
): Expr<Ok<R>> => {
  const x = given as AnyExpr
  return lift<Ok<R>>([x], () => E.map((to: Shape) => construct(x.node, to))(rule(x.shape)))
}

const makeFlatten = <S extends Shape>(x: Expr<S>): Expr<reshapes.flatten<S>> =>
  moved<reshapes.flatten<S>>(x, reshapes.flatten, b.reshape)

/** All elements in a row: [28, 28, 1] → [784]. */
export const flatten: typeof makeFlatten = takes('flatten', makeFlatten, [expression])

const makeReshape =
  <const T extends number[]>(...to: T) =>
  <S extends Shape>(x: Arg<reshapes.reshape<S, T>, Expr<S>>): Expr<Ok<reshapes.reshape<S, T>>> =>
    moved<reshapes.reshape<S, T>>(x, (shape) => reshapes.reshape(shape, to), b.reshape)

/**
 * The same elements in the same order under another shape: `reshape(28, 28, 1)`.
 *
 * Errors    `reshape: cannot view [1568] (1568 elements) as [7, 7, 30] (1470 elements)`
 */
export const reshape: typeof makeReshape = takes('reshape', makeReshape, [each(number)], [expression])

const makeTranspose =
  <const Order extends number[]>(...order: Order) =>
  <S extends Shape>(x: Arg<transposeShape<S, Order>, Expr<S>>): Expr<Ok<transposeShape<S, Order>>> =>
    moved<transposeShape<S, Order>>(
      x,
      (shape) => transposeShape(shape, order),
      (node) => b.transpose(node, order.length === 0 ? b.allAxes(node).toReversed() : order),
    )

/** Axes in another order; reversed where none is given. */
export const transpose: typeof makeTranspose = takes('transpose', makeTranspose, [each(number)], [expression])

const makeConcat =
  <B extends Shape, const Axis extends number = -1>(y: Expr<B>, axis?: Axis) =>
  <A extends Shape>(x: Arg<concatShape<A, B, Axis>, Expr<A>>): Expr<Ok<concatShape<A, B, Axis>>> => {
    const left = x as AnyExpr
    return lift<Ok<concatShape<A, B, Axis>>>([left, y], () =>
      E.map(() => b.concat([left.node, y.node], place(left.shape, axis ?? -1) ?? 0))(
        concatShape(left.shape, y.shape, axis ?? -1),
      ),
    )
  }

/** Joined along an axis, the last where none is named: `pipe(z, concat(y))`. */
export const concat: typeof makeConcat = takes('concat', makeConcat, [expression, optional(number)], [expression])

const makeSlice =
  <const Axis extends number, const Begin extends number, const End extends number>(
    axis: Axis,
    begin: Begin,
    end: End,
  ) =>
  <S extends Shape>(x: Arg<sliceShape<S, Axis, Begin, End>, Expr<S>>): Expr<Ok<sliceShape<S, Axis, Begin, End>>> =>
    moved<sliceShape<S, Axis, Begin, End>>(
      x,
      (shape) => sliceShape(shape, axis, begin, end),
      (node) => b.sliceAxis(node, place(node.shape, axis) ?? 0, begin, end - begin),
    )

/** The elements begin … end − 1 along an axis: `slice(-1, 0, 10)`. */
export const slice: typeof makeSlice = takes('slice', makeSlice, [number, number, number], [expression])
