import type { Called } from '../../call/usage.ts'
import { expression } from '../../call/Kind.ts'
import { takes } from '../../call/takes.ts'
import * as E from 'fp-ts/lib/Either.js'
import type { Shape } from '../../shape/Shape.ts'
import * as b from '../build.ts'
import { type Expr, lift } from '../Expr.ts'
import type { Node } from '../Op.ts'

/** A function of one number, applied to every element; any shape. */
export type Elementwise = <S extends Shape>(x: Expr<S>) => Expr<S>

const elementwise = (name: Called, construct: (x: Node) => Node): Elementwise =>
  takes(name, <S extends Shape>(x: Expr<S>) => lift<S>([x], () => E.right(construct(x.node))), [expression])

export const neg: Elementwise = elementwise('neg', b.neg)
export const exp: Elementwise = elementwise('exp', b.exp)
/** eˣ − 1, exact near 0. */
export const expm1: Elementwise = elementwise('expm1', b.expm1)
export const log: Elementwise = elementwise('log', b.log)
/** log(1 + x), exact near 0. */
export const log1p: Elementwise = elementwise('log1p', b.log1p)
export const sqrt: Elementwise = elementwise('sqrt', b.sqrt)
export const square: Elementwise = elementwise('square', b.square)
export const abs: Elementwise = elementwise('abs', b.abs)
export const tanh: Elementwise = elementwise('tanh', b.tanh)
export const sigmoid: Elementwise = elementwise('sigmoid', b.sigmoid)
/** log(1 + eˣ), without overflow. */
export const softplus: Elementwise = elementwise('softplus', b.softplus)
/** log Γ(x), for x > 0. */
export const lgamma: Elementwise = elementwise('lgamma', b.lgamma)
/** ψ(x), the derivative of log Γ(x), for x > 0. */
export const digamma: Elementwise = elementwise('digamma', b.digamma)
/** max(x, 0); its derivative at 0 is 0. */
export const relu: Elementwise = elementwise('relu', b.relu)
/** x · sigmoid(x). Source  Hendrycks & Gimpel 2016, arXiv:1606.08415 */
export const silu: Elementwise = elementwise('silu', (x) => b.mul(x, b.sigmoid(x)))
/** The value unchanged; no gradient passes. */
export const stopGradient: Elementwise = elementwise('stopGradient', b.stopGradient)
