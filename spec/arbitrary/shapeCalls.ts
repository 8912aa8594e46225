import * as fc from 'fast-check'
import { broadcast } from '../../src/shape/broadcast.ts'
import { concat } from '../../src/shape/concat.ts'
import { conv2d, type ConvOptions } from '../../src/shape/conv2d.ts'
import { conv2dTranspose } from '../../src/shape/conv2dTranspose.ts'
import { dense, linear } from '../../src/shape/dense.ts'
import { dimensions } from '../../src/shape/dimensions.ts'
import { matmul } from '../../src/shape/matmul.ts'
import { reduce, type Axes } from '../../src/shape/reduce.ts'
import { flatten, reshape } from '../../src/shape/reshape.ts'
import { same } from '../../src/shape/same.ts'
import type { Checked, Shape } from '../../src/shape/Shape.ts'
import { slice } from '../../src/shape/slice.ts'
import { transpose } from '../../src/shape/transpose.ts'
import { twice } from '../../src/shape/twice.ts'

export type Argument = number | string | boolean | readonly number[] | object

/** A rule applied to arguments, and what its value function answers. */
export interface Call {
  readonly rule: string
  readonly args: readonly Argument[]
  readonly answer: Checked
}

const call = <A extends readonly Argument[]>(
  rule: string,
  f: (...args: A) => Checked,
  args: fc.Arbitrary<A>,
): fc.Arbitrary<Call> => args.map((a) => ({ rule, args: a, answer: f(...a) }))

const dim = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: 1, max: 6 }) },
  { weight: 3, arbitrary: fc.constantFrom(1, 7, 10, 14, 16, 20, 28, 32, 64, 100, 128, 256, 392, 400, 784, 1000, 1568) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 9999 }) },
)
/** What a user may write where a natural number belongs. */
const anyNumber = fc.oneof(
  { weight: 8, arbitrary: dim },
  { weight: 1, arbitrary: fc.constantFrom(0, -1, -20, 2.5, -0.5, 1e21, 1e-7, 1e300) },
)
const shapeOf = (minLength: number, maxLength: number): fc.Arbitrary<readonly number[]> =>
  fc.array(dim, { minLength, maxLength })
const shape = shapeOf(0, 4)
const axis = fc.oneof(
  { weight: 12, arbitrary: fc.integer({ min: -4, max: 3 }) },
  { weight: 1, arbitrary: fc.constantFrom(1.5, -0.5, 12, -12, 1e21) },
)

/** A shape and another that is often, not always, the same in most places. */
const alike = (change: fc.Arbitrary<number>): fc.Arbitrary<[Shape, Shape]> =>
  shape.chain((a) =>
    fc
      .tuple(
        fc.array(fc.option(change, { nil: undefined, freq: 3 }), { minLength: a.length, maxLength: a.length }),
        fc.integer({ min: 0, max: 5 }),
        shapeOf(0, 2),
      )
      .map(([changes, how, extra]): [Shape, Shape] => {
        const b = a.map((d, i) => changes[i] ?? d)
        return [a, how === 0 ? b.slice(1) : how === 1 ? [...extra, ...b] : how === 2 ? a : b]
      }),
  )

/** Shapes of as many elements, or nearly. */
const views: fc.Arbitrary<[Shape, Shape]> = fc
  .tuple(
    fc.array(fc.constantFrom(1, 2, 2, 3, 4, 5, 7, 8, 10), { minLength: 1, maxLength: 6 }),
    fc.nat(),
    fc.nat(),
    fc.option(anyNumber, { nil: undefined, freq: 4 }),
  )
  .map(([factors, cut, other, odd]): [Shape, Shape] => {
    const grouped = (at: number): Shape => {
      const i = at % (factors.length + 1)
      const first = factors.slice(0, i).reduce<number>((n, f) => n * f, 1)
      return [first, ...factors.slice(i)]
    }
    return [grouped(cut), odd === undefined ? grouped(other) : [...grouped(other), odd]]
  })

const options: fc.Arbitrary<ConvOptions> = fc.record(
  {
    filters: fc.oneof({ weight: 5, arbitrary: dim }, { weight: 1, arbitrary: anyNumber }),
    kernel: fc.oneof({ weight: 9, arbitrary: fc.integer({ min: 1, max: 8 }) }, { weight: 1, arbitrary: anyNumber }),
    stride: fc.oneof({ weight: 9, arbitrary: fc.integer({ min: 1, max: 5 }) }, { weight: 2, arbitrary: anyNumber }),
    padding: fc.constantFrom('same', 'valid'),
  },
  { requiredKeys: ['filters', 'kernel'] },
)
const image = fc.oneof({ weight: 6, arbitrary: shapeOf(3, 3) }, { weight: 1, arbitrary: shape })

const orders = fc.oneof(
  shape.chain((s) =>
    fc.tuple(
      fc.constant(s),
      fc.shuffledSubarray(
        s.map((_, i) => i),
        { minLength: s.length },
      ),
    ),
  ),
  fc.tuple(shape, fc.array(axis, { maxLength: 4 })),
)

/** Matrices that often, not always, fit. */
const factors: fc.Arbitrary<[Shape, Shape]> = fc
  .tuple(alike(fc.constant(1)), dim, dim, dim, fc.integer({ min: 0, max: 9 }), shape)
  .map(([[lead, lead2], m, k, n, how, odd]): [Shape, Shape] =>
    how === 0
      ? [odd, [...lead2, k, n]]
      : how === 1
        ? [[...lead, m, k], odd]
        : how === 2
          ? [[k], [...lead2, k, n]]
          : how === 3
            ? [[...lead, m, k], [k]]
            : how === 4
              ? [[k], [k]]
              : [
                  [...lead, m, k],
                  [...lead2, k, n],
                ],
  )

const joints = fc.oneof(
  shapeOf(1, 4).chain((a) =>
    fc
      .tuple(fc.integer({ min: -a.length, max: a.length - 1 }), dim)
      .map(([k, d]): [Shape, Shape, number] => [a, a.with(k, d), k]),
  ),
  fc.tuple(alike(dim), axis).map(([[a, b], k]): [Shape, Shape, number] => [a, b, k]),
)
const twins = fc
  .tuple(alike(dim), fc.constantFrom('select', 'KL'))
  .map(([[a, b], where]): [Shape, Shape, string] => [a, b, where])
const heads = fc
  .tuple(shape, anyNumber, fc.boolean())
  .map(([s, e, fits]): [Shape, number, string] => [fits ? [...s, 2 * e] : s, e, 'Normal'])
  .filter(([s]) => s.every((d) => Number.isInteger(d) && d >= 1 && d < 1e9))
const layers = fc
  .tuple(shape, anyNumber, anyNumber, fc.boolean())
  .map(([s, i, o, fits]): [Shape, number, number] => [s, fits ? (s.at(-1) ?? i) : i, o])
const axes: fc.Arbitrary<Axes> = fc.oneof(fc.constant('all' as const), fc.array(axis, { maxLength: 3 }))
const bound = fc.oneof({ weight: 9, arbitrary: fc.integer({ min: 0, max: 12 }) }, { weight: 1, arbitrary: anyNumber })
const cuts = fc.oneof(
  fc.tuple(shape, axis, bound, bound),
  fc
    .tuple(shapeOf(1, 4), fc.nat(), fc.integer({ min: 0, max: 5 }), bound)
    .map(([s, k, a, b]): [Shape, number, number, number] => [
      s,
      k % s.length,
      a,
      Math.min(a + b, s[k % s.length] ?? 0),
    ]),
)

/** Every rule, on arguments that it takes about as often as not. */
export const calls: readonly fc.Arbitrary<Call>[] = [
  call('broadcast', broadcast, alike(fc.oneof(fc.constant(1), dim))),
  call('concat', concat, joints),
  call('conv2d', conv2d, fc.tuple(image, options)),
  call('conv2dTranspose', conv2dTranspose, fc.tuple(image, options)),
  call('dense', dense, fc.tuple(shape, anyNumber)),
  call('dimensions', dimensions, fc.tuple(fc.array(anyNumber, { maxLength: 4 }), fc.constant("input 'x'"))),
  call('flatten', flatten, fc.tuple(shapeOf(0, 4))),
  call('linear', linear, layers),
  call('matmul', matmul, factors),
  call('reduce', reduce, fc.tuple(shape, axes, fc.boolean(), fc.constantFrom('sum', 'mean'))),
  call('reshape', reshape, views),
  call('same', same, twins),
  call('slice', slice, cuts),
  call('transpose', transpose, orders),
  call('twice', twice, heads),
]
