import type { Divide, Minus, Plus, Times } from './arithTables.ts'
import type { isNatural } from './Dim.ts'

/**
 * Arithmetic of natural numbers in types, digit by digit. `number` (a size known late) absorbs: any result with it is `number`, and so
 * is a result that digits cannot express (a fraction, an exponent, a division by 0), which leaves the question to run time.
 */

type reverse<S extends string, O extends string = ''> = S extends `${infer H}${infer T}` ? reverse<T, `${H}${O}`> : O
type trim<S extends string> = S extends `0${infer T}` ? (T extends '' ? '0' : trim<T>) : S
/** `T[K & keyof T]` on a table this size costs a second; this costs milliseconds. */
type look<T, K> = K extends keyof T ? T[K] : never
type toNumber<S extends string> = S extends `${infer N extends number}` ? N : never
/** A number as digits, lowest first, which is how a carry runs. X, Y and O below are such; C is the carry. */
type digits<N extends number> = reverse<`${N}`>
type fromDigits<S extends string> = toNumber<trim<reverse<S>>>

type plusDigits<
  X extends string,
  Y extends string,
  C extends string = '0',
  O extends string = '',
> = X extends `${infer a}${infer X2}`
  ? Y extends `${infer b}${infer Y2}`
    ? look<Plus, `${a}${b}${C}`> extends `${infer c}${infer d}`
      ? plusDigits<X2, Y2, c, `${O}${d}`>
      : never
    : C extends '0'
      ? `${O}${X}`
      : plusDigits<X, '0', C, O>
  : C extends '0'
    ? `${O}${Y}`
    : Y extends ''
      ? `${O}1`
      : plusDigits<'0', Y, C, O>

/** `never` where X < Y */
type minusDigits<
  X extends string,
  Y extends string,
  C extends string = '0',
  O extends string = '',
> = X extends `${infer a}${infer X2}`
  ? Y extends `${infer b}${infer Y2}`
    ? look<Minus, `${a}${b}${C}`> extends `${infer c}${infer d}`
      ? minusDigits<X2, Y2, c, `${O}${d}`>
      : never
    : C extends '0'
      ? `${O}${X}`
      : minusDigits<X, '0', C, O>
  : Y extends ''
    ? C extends '0'
      ? O
      : never
    : never

type timesDigit<
  X extends string,
  D extends string,
  C extends string = '0',
  O extends string = '',
> = X extends `${infer a}${infer X2}`
  ? look<Times, `${a}${D}${C}`> extends `${infer c}${infer d}`
    ? timesDigit<X2, D, c, `${O}${d}`>
    : never
  : C extends '0'
    ? O
    : `${O}${C}`

/** Horner's rule; Y has its highest digit first. */
type timesDigits<X extends string, Y extends string, O extends string = ''> = Y extends `${infer d}${infer Y2}`
  ? d extends '0'
    ? timesDigits<X, Y2, `0${O}`>
    : O extends ''
      ? timesDigits<X, Y2, timesDigit<X, d>>
      : timesDigits<X, Y2, plusDigits<`0${O}`, timesDigit<X, d>>>
  : O

/** Whether digits can express both. */
type areNatural<X extends number, Y extends number> = isNatural<X> extends true ? isNatural<Y> : false

export type plus<X extends number, Y extends number> = number extends X | Y
  ? number
  : X extends 0
    ? Y
    : Y extends 0
      ? X
      : areNatural<X, Y> extends true
        ? fromDigits<plusDigits<digits<X>, digits<Y>>>
        : number

/** X − Y, or `never` where that is negative. */
export type minus<X extends number, Y extends number> = number extends X | Y
  ? number
  : Y extends 0
    ? X
    : X extends Y
      ? 0
      : X extends 0
        ? never
        : areNatural<X, Y> extends true
          ? fromDigits<minusDigits<digits<X>, digits<Y>>>
          : number

export type times<X extends number, Y extends number> = number extends X | Y
  ? number
  : X extends 1
    ? Y
    : Y extends 1
      ? X
      : 0 extends X | Y
        ? 0
        : areNatural<X, Y> extends true
          ? fromDigits<timesDigits<digits<X>, `${Y}`>>
          : number

/** How often D goes into R, with what is left: `[quotient, remainder]`. */
type quotientDigit<R extends number, D extends number, Q extends 0[] = []> =
  minus<R, D> extends infer L extends number
    ? [L] extends [never]
      ? [Q['length'], R]
      : quotientDigit<L, D, [...Q, 0]>
    : never

/** Long division, highest digit first: `[digits of the quotient, remainder]`. A divisor of one digit goes by table. */
type divide<
  X extends string,
  D extends number,
  R extends number = 0,
  O extends string = '',
> = X extends `${infer d}${infer X2}`
  ? quotientDigit<toNumber<trim<`${R}${d}`>>, D> extends [infer q extends number, infer r extends number]
    ? divide<X2, D, r, `${O}${q}`>
    : never
  : [O, R]
type divideByDigit<
  X extends string,
  D extends number,
  R extends string = '0',
  O extends string = '',
> = X extends `${infer d}${infer X2}`
  ? look<Divide, `${D}${R}${d}`> extends `${infer q}${infer r}`
    ? divideByDigit<X2, D, r, `${O}${q}`>
    : never
  : [O, toNumber<R>]
type Digit = 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9

/** `[⌊X / D⌋, whether something is left]` */
type divided<X extends number, D extends number> = (
  D extends Digit ? divideByDigit<`${X}`, D> : divide<`${X}`, D>
) extends [infer q extends string, infer r]
  ? [toNumber<trim<q>>, r extends 0 ? false : true]
  : never

export type floorDivide<X extends number, D extends number> = number extends X | D
  ? number
  : D extends 1
    ? X
    : areNatural<X, D> extends true
      ? divided<X, D>[0]
      : X extends 0
        ? 0
        : number

/** ⌈X / D⌉ */
export type ceilDivide<X extends number, D extends number> = number extends X | D
  ? number
  : D extends 1
    ? X
    : areNatural<X, D> extends true
      ? divided<X, D> extends [infer Q extends number, infer More]
        ? More extends true
          ? plus<Q, 1>
          : Q
        : never
      : X extends 0
        ? 0
        : number
