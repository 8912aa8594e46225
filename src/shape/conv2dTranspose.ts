import * as E from 'fp-ts/lib/Either.js'
import type { minus, plus, times } from './arith.ts'
import { badOption, paddingOf, strideOf, type ConvOptions, type Padding } from './conv2d.ts'
import type { Dim } from './Dim.ts'
import { notAnImage } from './messages.ts'
import type { Checked, Shape } from './Shape.ts'
import { show } from './show.ts'

/** How far the kernel reaches past the stride. */
type overhang<K extends Dim, S extends Dim> =
  minus<K, S> extends infer D extends number ? ([D] extends [never] ? 0 : D) : never

type extent<I extends Dim, K extends Dim, S extends Dim, P extends Padding> = [P] extends ['same']
  ? times<I, S>
  : [P] extends ['valid']
    ? plus<times<I, S>, overhang<K, S>>
    : number

const extent = (input: Dim, kernel: Dim, stride: Dim, padding: Padding): Dim =>
  input * stride + (padding === 'same' ? 0 : Math.max(kernel - stride, 0))

type spread<S extends Shape, C extends ConvOptions> = number extends S['length']
  ? [number, number, C['filters']]
  : S extends readonly [infer H extends Dim, infer W extends Dim, unknown]
    ? [
        extent<H, C['kernel'], strideOf<C>, paddingOf<C>>,
        extent<W, C['kernel'], strideOf<C>, paddingOf<C>>,
        C['filters'],
      ]
    : notAnImage<'conv2dTranspose', show<S>>

/**
 * A transposed convolution: [H, W, channels] to [H′, W′, filters]. With the same options conv2d goes back to height H and width W.
 *
 *   'same'  H′ = H · stride      'valid'  H′ = H · stride + max(kernel − stride, 0)
 *
 * Errors    `notNatural`, `notAnImage`
 * Source    Keras Conv2DTranspose
 */
export type conv2dTranspose<S extends Shape, C extends ConvOptions> = [badOption<C, 'conv2dTranspose'>] extends [never]
  ? spread<S, C>
  : badOption<C, 'conv2dTranspose'>

export const conv2dTranspose = (shape: Shape, options: ConvOptions): Checked => {
  const bad = badOption(options, 'conv2dTranspose')
  if (bad !== undefined) return E.left(bad)
  const [height, width] = shape
  if (shape.length !== 3 || height === undefined || width === undefined)
    return E.left(notAnImage('conv2dTranspose', show(shape)))
  const out = [height, width].map((d) => extent(d, options.kernel, strideOf(options), paddingOf(options)))
  return E.right([...out, options.filters])
}
