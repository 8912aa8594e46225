import * as E from 'fp-ts/lib/Either.js'
import type { ceilDivide, floorDivide, minus, plus } from './arith.ts'
import { isNatural, type Dim } from './Dim.ts'
import { kernelTooLarge, notAnImage, notNatural } from './messages.ts'
import type { Checked, Shape } from './Shape.ts'
import { show, showDim } from './show.ts'

export type Padding = 'same' | 'valid'

/** A square kernel; stride 1 and padding 'same' where nothing is said. */
export interface ConvOptions {
  readonly filters: Dim
  readonly kernel: Dim
  readonly stride?: Dim
  readonly padding?: Padding
}

/** The stride: said, left out, or (an option that may be there) known late. */
export type strideOf<C extends ConvOptions> = C extends { readonly stride: infer s extends Dim }
  ? s
  : 'stride' extends keyof C
    ? number
    : 1
export type paddingOf<C extends ConvOptions> = C extends { readonly padding: infer p extends Padding }
  ? p
  : 'padding' extends keyof C
    ? Padding
    : 'same'
export const strideOf = (c: ConvOptions): Dim => c.stride ?? 1
export const paddingOf = (c: ConvOptions): Padding => c.padding ?? 'same'

/** What is wrong with the options, or `never`. */
export type badOption<C extends ConvOptions, Where extends string> =
  isNatural<C['filters']> extends false
    ? notNatural<Where, 'filters', showDim<C['filters']>>
    : isNatural<C['kernel']> extends false
      ? notNatural<Where, 'kernel', showDim<C['kernel']>>
      : isNatural<strideOf<C>> extends false
        ? notNatural<Where, 'stride', showDim<strideOf<C>>>
        : never
export const badOption = (c: ConvOptions, where: string): string | undefined =>
  !isNatural(c.filters)
    ? notNatural(where, 'filters', showDim(c.filters))
    : !isNatural(c.kernel)
      ? notNatural(where, 'kernel', showDim(c.kernel))
      : !isNatural(strideOf(c))
        ? notNatural(where, 'stride', showDim(strideOf(c)))
        : undefined

/** One extent of the output, or `never` where the kernel does not fit. */
type extent<I extends Dim, K extends Dim, S extends Dim, P extends Padding> = [P] extends ['same']
  ? ceilDivide<I, S>
  : [P] extends ['valid']
    ? minus<I, K> extends infer Room extends number
      ? [Room] extends [never]
        ? never
        : plus<floorDivide<Room, S>, 1>
      : never
    : number

const extent = (input: Dim, kernel: Dim, stride: Dim, padding: Padding): Dim =>
  padding === 'same' ? Math.ceil(input / stride) : Math.floor((input - kernel) / stride) + 1

type image<S extends Shape, C extends ConvOptions, H extends Dim, W extends Dim> = [H] extends [never]
  ? kernelTooLarge<showDim<C['kernel']>, show<S>>
  : [W] extends [never]
    ? kernelTooLarge<showDim<C['kernel']>, show<S>>
    : [H, W, C['filters']]

type convolved<S extends Shape, C extends ConvOptions> = number extends S['length']
  ? [number, number, C['filters']]
  : S extends readonly [infer H extends Dim, infer W extends Dim, unknown]
    ? image<S, C, extent<H, C['kernel'], strideOf<C>, paddingOf<C>>, extent<W, C['kernel'], strideOf<C>, paddingOf<C>>>
    : notAnImage<'conv2d', show<S>>

/**
 * A convolution over height and width: [H, W, channels] to [H′, W′, filters].
 *
 *   'same'  H′ = ⌈H / stride⌉      'valid'  H′ = ⌊(H − kernel) / stride⌋ + 1
 *
 * Errors    `notNatural`, `notAnImage`, `kernelTooLarge`
 * Source    TensorFlow's tf.nn.convolution
 */
export type conv2d<S extends Shape, C extends ConvOptions> = [badOption<C, 'conv2d'>] extends [never]
  ? convolved<S, C>
  : badOption<C, 'conv2d'>

export const conv2d = (shape: Shape, options: ConvOptions): Checked => {
  const bad = badOption(options, 'conv2d')
  if (bad !== undefined) return E.left(bad)
  const [height, width] = shape
  if (shape.length !== 3 || height === undefined || width === undefined)
    return E.left(notAnImage('conv2d', show(shape)))
  const { kernel, filters } = options
  const out = [height, width].map((d) => extent(d, kernel, strideOf(options), paddingOf(options)))
  return out.some((d) => d < 1) ? E.left(kernelTooLarge(showDim(kernel), show(shape))) : E.right([...out, filters])
}
