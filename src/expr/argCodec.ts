import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as t from 'io-ts'
import type { Activation, Dims, Init, NoiseLaw, Op, OpArgs, Padding, Support } from './Op.ts'

const oneOf = <A extends string>(values: Readonly<Record<A, null>>): t.Type<A, A, unknown> => t.keyof(values)

/** What values a datum or a distribution can take. */
export const supportCodec: t.Type<Support, Support, unknown> = oneOf<Support>({
  real: null,
  positive: null,
  unit: null,
  binary: null,
  oneHot: null,
  count: null,
})
const law = oneOf<NoiseLaw>({ normal: null, uniform: null })
const padding = oneOf<Padding>({ same: null, valid: null })
const activation = oneOf<Activation>({ linear: null, relu: null, sigmoid: null, tanh: null })

const spelled: Readonly<Record<string, number>> = {
  '-0': -0,
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  '-Infinity': Number.NEGATIVE_INFINITY,
}

/** A number with what JSON has no numeral for (−0, NaN, ±∞) spelled as a string, so that it comes back exactly. */
export const exactNumber: t.Type<number, number | string, unknown> = new t.Type<number, number | string, unknown>(
  'a number',
  t.number.is,
  (value, context) => {
    if (typeof value === 'number') return t.success(value)
    const meant = typeof value === 'string' && Object.hasOwn(spelled, value) ? spelled[value] : undefined
    return meant === undefined ? t.failure(value, context) : t.success(meant)
  },
  (x) => (Number.isFinite(x) && !Object.is(x, -0) ? x : Object.is(x, -0) ? '-0' : String(x)),
)

const whole = (name: string, least: number): t.Type<number, number, unknown> => {
  const is = (value: unknown): value is number =>
    typeof value === 'number' && Number.isSafeInteger(value) && value >= least && !Object.is(value, -0)
  return new t.Type(
    name,
    is,
    (value, context) => (is(value) ? t.success(value) : t.failure(value, context)),
    t.identity,
  )
}

/** A place: an axis, an index, a count of zeros. */
export const place: t.Type<number, number, unknown> = whole('a whole number from 0', 0)
const extent = whole('a whole number from 1', 1)
const places: t.Type<Dims, Dims, unknown> = t.readonlyArray(place, 'a list of whole numbers from 0')
/** A shape: no extent is 0. */
export const extents: t.Type<Dims, Dims, unknown> = t.readonlyArray(extent, 'a list of whole numbers from 1')

/** An object with these fields and no others: a field this version does not know could mean anything. */
const fields = <P extends t.Props>(props: P): t.Type<t.TypeOf<t.TypeC<P>>, t.OutputOf<t.TypeC<P>>, unknown> => {
  const open = t.type(props, `an object of ${Object.keys(props).join(', ') || 'no fields'}`)
  return new t.Type(
    open.name,
    open.is,
    (value, context) => {
      const decoded = open.validate(value, context)
      const stranger =
        E.isRight(decoded) && typeof value === 'object' && value !== null
          ? Object.keys(value).find((key) => !Object.hasOwn(props, key))
          : undefined
      return stranger === undefined ? decoded : t.failure(value, context, `unknown field '${stranger}'`)
    },
    open.encode,
  )
}

const anyInit: t.Type<Init, unknown, unknown> = t.union([
  fields({ tag: t.literal('constant'), value: exactNumber }),
  fields({ tag: t.literal('uniform'), limit: exactNumber }),
  fields({ tag: t.literal('normal'), stddev: exactNumber }),
])
/** The union with one error of its own: io-ts would complain about each alternative in turn. */
const init: t.Type<Init, unknown, unknown> = new t.Type(
  'constant with value, uniform with limit or normal with stddev',
  anyInit.is,
  (value, context) =>
    pipe(
      anyInit.validate(value, context),
      E.orElse(() => t.failure<Init>(value, context)),
    ),
  anyInit.encode,
)

const none = fields({})
const convolution = { stride: extent, padding }

/** The JSON of every op's static argument. */
export const argCodecs: { readonly [O in Op]: t.Type<OpArgs[O], unknown, unknown> } = {
  const: fields({ shape: extents, values: t.readonlyArray(exactNumber, 'a list of numbers') }),
  data: fields({ name: t.string, shape: extents, support: supportCodec }),
  param: fields({ name: t.string, shape: extents, init }),
  state: fields({ name: t.string, shape: extents, fill: exactNumber }),
  noise: fields({ name: t.string, shape: extents, law }),
  scalar: fields({ name: t.string }),
  neg: none,
  exp: none,
  expm1: none,
  log: none,
  log1p: none,
  sqrt: none,
  tanh: none,
  sigmoid: none,
  softplus: none,
  lgamma: none,
  digamma: none,
  relu: none,
  abs: none,
  sign: none,
  floor: none,
  stopGradient: none,
  add: none,
  sub: none,
  mul: none,
  div: none,
  max: none,
  min: none,
  less: none,
  equal: none,
  select: none,
  countQuantile: none,
  matmul: fields({ transposeA: t.boolean, transposeB: t.boolean }),
  conv2d: fields(convolution),
  conv2dInput: fields({ ...convolution, inputShape: extents }),
  conv2dFilter: fields({ ...convolution, filterShape: extents }),
  sum: fields({ axes: places }),
  maximum: fields({ axes: places }),
  reshape: fields({ shape: extents }),
  transpose: fields({ perm: places }),
  broadcast: fields({ shape: extents }),
  slice: fields({ begin: places, size: extents }),
  pad: fields({ before: places, after: places }),
  concat: fields({ axis: place }),
  reverse: fields({ axes: places }),
  dense: fields({ activation }),
  sigmoidCrossEntropy: none,
}
