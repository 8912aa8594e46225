import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as b from '../expr/build.ts'
import { type AnyExpr, type Expr, lift } from '../expr/Expr.ts'
import { node } from '../expr/node.ts'
import type { Node } from '../expr/Op.ts'
import { conv2d as convShape, type ConvOptions, paddingOf, strideOf } from '../shape/conv2d.ts'
import { conv2dTranspose as transposeShape } from '../shape/conv2dTranspose.ts'
import type { Arg, Checked, Ok, Shape } from '../shape/Shape.ts'
import { glorot, zeros } from './init.ts'
import { applyLayer, type NewParam } from './trace.ts'

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

/**
 * A convolution over height and width with a square kernel.
 *
 * Shapes    [H, W, C] → [H′, W′, filters]      Parameters  kernel [k, k, C, filters] (Glorot), bias [filters] (zeros)
 * Errors    `conv2d expects [height, width, channels] but got [784]`, `kernelTooLarge`, `notNatural`
 * @example  pipe(x, conv2d({ filters: 32, kernel: 3, stride: 2 }), relu)
 */
export const conv2d =
  <const C extends ConvOptions>(options: C) =>
  <S extends Shape>(x: Arg<convShape<S, C>, Expr<S>>): Expr<Ok<convShape<S, C>>> => {
    // `Arg` is decided where the function is called.
    const image = x as AnyExpr
    return convolution<convShape<S, C>>(
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
 * The transposed convolution: what a convolution of these options does to shapes, undone.
 *
 * Shapes    [H, W, C] → [H · stride, W · stride, filters] (same)      Parameters  kernel [k, k, filters, C] (Glorot), bias [filters] (zeros)
 * Errors    `conv2dTranspose expects [height, width, channels] but got [20]`, `notNatural`
 * Source    Dumoulin & Visin 2016, arXiv:1603.07285, ch. 4
 */
export const conv2dTranspose =
  <const C extends ConvOptions>(options: C) =>
  <S extends Shape>(x: Arg<transposeShape<S, C>, Expr<S>>): Expr<Ok<transposeShape<S, C>>> => {
    const image = x as AnyExpr
    return convolution<transposeShape<S, C>>(
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
