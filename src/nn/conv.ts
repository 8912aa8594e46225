import { expression, record } from '../call/Kind.ts'
import { takes } from '../call/takes.ts'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as b from '../expr/build.ts'
import { type AnyExpr, type Expr, lift } from '../expr/Expr.ts'
import { node } from '../expr/node.ts'
import type { Node } from '../expr/Op.ts'
import { conv2d as convShape, type ConvOptions, type Padding, paddingOf, strideOf } from '../shape/conv2d.ts'
import { conv2dTranspose as transposeShape } from '../shape/conv2dTranspose.ts'
import type { Dim } from '../shape/Dim.ts'
import type { Arg, Checked, Ok, Shape } from '../shape/Shape.ts'
import { glorot, zeros } from './init.ts'
import { applyLayer, type NewParam } from './trace.ts'

/** What a user writes; a word that is none of these is refused, and so told apart from an option left out. */
interface Options<F extends Dim, K extends Dim, T extends Dim, P extends Padding> {
  readonly filters: F
  readonly kernel: K
  readonly stride?: T
  readonly padding?: P
}
/** The options with those that were left out. */
interface Conv<F extends Dim, K extends Dim, T extends Dim, P extends Padding> {
  readonly filters: F
  readonly kernel: K
  readonly stride: T
  readonly padding: P
}

type Construct = (
  image: Node,
  to: Shape,
  options: { readonly stride: number; readonly padding: 'same' | 'valid' },
  param: NewParam,
) => Node

/** The parts that both convolutions share: an image as a batch of one, the bias, the name. */
const convolution = <R>(kind: string, x: AnyExpr, c: ConvOptions, rule: Checked, construct: Construct): Expr<Ok<R>> =>
  lift<Ok<R>>([x], () =>
    pipe(
      rule,
      E.flatMap((to) =>
        applyLayer(kind, JSON.stringify(c), [x.node], (param) => {
          const one = construct(
            b.reshape(x.node, [1, ...x.shape]),
            to,
            { stride: strideOf(c), padding: paddingOf(c) },
            param,
          )
          return E.right(b.reshape(b.add(one, param('bias', [c.filters], zeros)), to))
        }),
      ),
    ),
  )

const makeConv2d =
  <const F extends Dim, const K extends Dim, const T extends Dim = 1, const P extends Padding = 'same'>(
    options: Options<F, K, T, P>,
  ) =>
  <S extends Shape>(x: Arg<convShape<S, Conv<F, K, T, P>>, Expr<S>>): Expr<Ok<convShape<S, Conv<F, K, T, P>>>> => {
    // `Arg` is decided where the function is called.
    const image = x as AnyExpr
    return convolution<convShape<S, Conv<F, K, T, P>>>(
      'conv2d',
      image,
      options,
      convShape(image.shape, options),
      (one, _to, arg, param) => {
        const [channels, area] = [image.shape[2] ?? 1, options.kernel ** 2]
        const filter = param(
          'kernel',
          [options.kernel, options.kernel, channels, options.filters],
          glorot(area * channels, area * options.filters),
        )
        return node('conv2d', arg, one, filter)
      },
    )
  }

/**
 * A convolution over height and width with a square kernel.
 *
 * Shapes    [H, W, C] → [H′, W′, filters]      Parameters  kernel [k, k, C, filters] (Glorot), bias [filters] (zeros)
 * Errors    `conv2d expects [height, width, channels] but got [784]`, `kernelTooLarge`, `notNatural`
 * @example  pipe(x, conv2d({ filters: 32, kernel: 3, stride: 2 }), relu)
 */
export const conv2d: typeof makeConv2d = takes('conv2d', makeConv2d, [record], [expression])

const makeConv2dTranspose =
  <const F extends Dim, const K extends Dim, const T extends Dim = 1, const P extends Padding = 'same'>(
    options: Options<F, K, T, P>,
  ) =>
  <S extends Shape>(
    x: Arg<transposeShape<S, Conv<F, K, T, P>>, Expr<S>>,
  ): Expr<Ok<transposeShape<S, Conv<F, K, T, P>>>> => {
    const image = x as AnyExpr
    return convolution<transposeShape<S, Conv<F, K, T, P>>>(
      'conv2dTranspose',
      image,
      options,
      transposeShape(image.shape, options),
      (one, to, arg, param) => {
        const [channels, area] = [image.shape[2] ?? 1, options.kernel ** 2]
        const filter = param(
          'kernel',
          [options.kernel, options.kernel, options.filters, channels],
          glorot(area * channels, area * options.filters),
        )
        return node('conv2dInput', { ...arg, inputShape: [1, ...to] }, filter, one)
      },
    )
  }

/**
 * The transposed convolution: what a convolution of these options does to shapes, undone.
 *
 * Shapes    [H, W, C] → [H · stride, W · stride, filters] (same)      Parameters  kernel [k, k, filters, C] (Glorot), bias [filters] (zeros)
 * Errors    `conv2dTranspose expects [height, width, channels] but got [20]`, `notNatural`
 * Source    Dumoulin & Visin 2016, arXiv:1603.07285, ch. 4
 */
export const conv2dTranspose: typeof makeConv2dTranspose = takes(
  'conv2dTranspose',
  makeConv2dTranspose,
  [record],
  [expression],
)
