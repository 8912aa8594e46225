import { expression, number } from '../call/Kind.ts'
import { takes } from '../call/takes.ts'
import { pipe } from 'fp-ts/lib/function.js'
import * as E from 'fp-ts/lib/Either.js'
import * as b from '../expr/build.ts'
import { type AnyExpr, type Expr, lift } from '../expr/Expr.ts'
import type { Dim } from '../shape/Dim.ts'
import * as shapes from '../shape/dense.ts'
import type { Arg, Checked, Ok, Shape } from '../shape/Shape.ts'
import { glorot, zeros } from './init.ts'
import { applyLayer } from './trace.ts'

const affine = <R>(x: AnyExpr, out: Dim, rule: Checked): Expr<Ok<R>> =>
  lift<Ok<R>>([x], () =>
    pipe(
      rule,
      E.flatMap((to) =>
        applyLayer('dense', `${out}`, [x.node], (param) => {
          const last = x.shape.at(-1) ?? 1
          const kernel = param('kernel', [last, out], glorot(last, out))
          const rows = b.reshape(x.node, [x.shape.slice(0, -1).reduce((n, d) => n * d, 1), last])
          return E.right(b.reshape(b.add(b.matmul(rows, kernel), param('bias', [out], zeros)), to))
        }),
      ),
    ),
  )

const makeDense =
  <const O extends Dim>(out: O) =>
  <S extends Shape>(x: Arg<shapes.dense<S, O>, Expr<S>>): Expr<Ok<shapes.dense<S, O>>> => {
    // `Arg` is decided where the function is called.
    const input = x as AnyExpr
    return affine<shapes.dense<S, O>>(input, out, shapes.dense(input.shape, out))
  }

/**
 * A fully connected layer on the last axis, x · W + b. It says nothing about its input, so it fits after anything.
 *
 * Shapes    [..., I] → [..., out]      Parameters  kernel [I, out] (Glorot), bias [out] (zeros)
 * Errors    `notNatural`, `noLast`
 * @example  pipe(x, flatten, dense(400), relu)
 */
export const dense: typeof makeDense = takes('dense', makeDense, [number], [expression])

const makeLinear =
  <const I extends Dim, const O extends Dim>(input: I, out: O) =>
  <S extends Shape>(x: Arg<shapes.linear<S, I, O>, Expr<S>>): Expr<Ok<shapes.linear<S, I, O>>> => {
    const from = x as AnyExpr
    return affine<shapes.linear<S, I, O>>(from, out, shapes.linear(from.shape, input, out))
  }

/**
 * {@link dense} that also says what it takes.
 *
 * Errors    `Dense expects last dimension 400 but got 392`
 */
export const linear: typeof makeLinear = takes('linear', makeLinear, [number, number], [expression])
