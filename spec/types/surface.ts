import type { broadcast } from '../../src/shape/broadcast.ts'
import type { concat } from '../../src/shape/concat.ts'
import type { conv2d, ConvOptions } from '../../src/shape/conv2d.ts'
import type { conv2dTranspose } from '../../src/shape/conv2dTranspose.ts'
import type { dense, linear } from '../../src/shape/dense.ts'
import type { Dim } from '../../src/shape/Dim.ts'
import type { dimensions } from '../../src/shape/dimensions.ts'
import type { matmul } from '../../src/shape/matmul.ts'
import type { Axes, reduce } from '../../src/shape/reduce.ts'
import type { flatten, reshape } from '../../src/shape/reshape.ts'
import type { same } from '../../src/shape/same.ts'
import type { Arg, Ok, Shape } from '../../src/shape/Shape.ts'
import type { slice } from '../../src/shape/slice.ts'
import type { transpose } from '../../src/shape/transpose.ts'
import type { twice } from '../../src/shape/twice.ts'

/**
 * The least that a mistake about shapes can be made with: something that has a shape, and one declared function a rule, in the form that
 * the library's own builders have. Types only; nothing here runs.
 */
export interface Shaped<S extends Shape> {
  readonly shape: S
}

/** Equal as types: also tells `never` and `number` from a literal, which assignment does not. */
export type equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false

/** Accepts only what has exactly this shape. */
export declare const hasShape: <E extends Shape>() => <S extends Shape>(
  x: equal<S, E> extends true ? Shaped<S> : { readonly expected: E; readonly found: S },
) => void

export declare const input: <const N extends string, const S extends Dim[]>(
  name: Arg<dimensions<S, `input '${N}'`>, N>,
  ...shape: S
) => Shaped<S>
export declare const relu: <S extends Shape>(x: Shaped<S>) => Shaped<S>
export declare const layer: <O extends Dim>(
  out: O,
) => <S extends Shape>(x: Arg<dense<S, O>, Shaped<S>>) => Shaped<Ok<dense<S, O>>>
export declare const layerOf: <I extends Dim, O extends Dim>(
  input: I,
  out: O,
) => <S extends Shape>(x: Arg<linear<S, I, O>, Shaped<S>>) => Shaped<Ok<linear<S, I, O>>>
export declare const convolve: <const C extends ConvOptions>(
  options: C,
) => <S extends Shape>(x: Arg<conv2d<S, C>, Shaped<S>>) => Shaped<Ok<conv2d<S, C>>>
export declare const spread: <const C extends ConvOptions>(
  options: C,
) => <S extends Shape>(x: Arg<conv2dTranspose<S, C>, Shaped<S>>) => Shaped<Ok<conv2dTranspose<S, C>>>
export declare const flat: <S extends Shape>(x: Arg<flatten<S>, Shaped<S>>) => Shaped<Ok<flatten<S>>>
export declare const view: <const T extends Dim[]>(
  ...to: T
) => <S extends Shape>(x: Arg<reshape<S, T>, Shaped<S>>) => Shaped<Ok<reshape<S, T>>>
export declare const turn: <const P extends number[]>(
  ...order: P
) => <S extends Shape>(x: Arg<transpose<S, P>, Shaped<S>>) => Shaped<Ok<transpose<S, P>>>
export declare const add: <B extends Shape>(
  y: Shaped<B>,
) => <A extends Shape>(x: Arg<broadcast<A, B>, Shaped<A>>) => Shaped<Ok<broadcast<A, B>>>
export declare const times: <B extends Shape>(
  y: Shaped<B>,
) => <A extends Shape>(x: Arg<matmul<A, B>, Shaped<A>>) => Shaped<Ok<matmul<A, B>>>
export declare const join: <B extends Shape, K extends number = -1>(
  y: Shaped<B>,
  axis?: K,
) => <A extends Shape>(x: Arg<concat<A, B, K>, Shaped<A>>) => Shaped<Ok<concat<A, B, K>>>
export declare const matching: <B extends Shape>(
  y: Shaped<B>,
) => <A extends Shape>(x: Arg<same<A, B, 'select'>, Shaped<A>>) => Shaped<Ok<same<A, B, 'select'>>>
export declare const part: <K extends number, L extends number, H extends number>(
  axis: K,
  begin: L,
  end: H,
) => <S extends Shape>(x: Arg<slice<S, K, L, H>, Shaped<S>>) => Shaped<Ok<slice<S, K, L, H>>>
export declare const sum: <const K extends Axes>(
  axes: K,
) => <S extends Shape>(x: Arg<reduce<S, K, false, 'sum'>, Shaped<S>>) => Shaped<Ok<reduce<S, K, false, 'sum'>>>
export declare const sumKeeping: <const K extends Axes>(
  axes: K,
) => <S extends Shape>(x: Arg<reduce<S, K, true, 'sum'>, Shaped<S>>) => Shaped<Ok<reduce<S, K, true, 'sum'>>>
export declare const normal: <E extends Dim>(
  event: E,
) => <S extends Shape>(x: Arg<twice<S, E, 'Normal'>, Shaped<S>>) => Shaped<Ok<twice<S, E, 'Normal'>>>
