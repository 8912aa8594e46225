import type { Minus, Plus, Times } from './arithTables.ts'

/**
 * Arithmetic of natural numbers in types, digit by digit. `number` (a size known late) absorbs: any result with it is `number`, and so
 * is a result that digits cannot express (a fraction, an exponent), which leaves the question to the check at run time.
 */

type reverse<S extends string, O extends string = ''> = S extends `${infer H}${infer T}` ? reverse<T, `${H}${O}`> : O
type trim<S extends string> = S extends `0${infer T}` ? (T extends '' ? '0' : trim<T>) : S
/** `T[K & keyof T]` on a table this size costs a second; this costs milliseconds. */
type look<T, K> = K extends keyof T ? T[K] : never
type toNumber<S extends string> = S extends `${infer N extends number}` ? N : never
type orLate<N extends number> = [N] extends [never] ? number : N

// In what follows X and Y hold the lowest digit first, O the highest.
type plusDigits<
  X extends string,
  Y extends string,
  C extends string = '0',
  O extends string = '',
> = X extends `${infer a}${infer X2}`
  ? Y extends `${infer b}${infer Y2}`
    ? look<Plus, `${a}${b}${C}`> extends `${infer c}${infer d}`
      ? plusDigits<X2, Y2, c, `${d}${O}`>
      : never
    : C extends '0'
      ? `${reverse<X>}${O}`
      : plusDigits<X, '0', C, O>
  : Y extends ''
    ? C extends '0'
      ? O
      : `1${O}`
    : C extends '0'
      ? `${reverse<Y>}${O}`
      : plusDigits<'0', Y, C, O>

/** `'negative'` where X < Y */
type minusDigits<
  X extends string,
  Y extends string,
  C extends string = '0',
  O extends string = '',
> = X extends `${infer a}${infer X2}`
  ? Y extends `${infer b}${infer Y2}`
    ? look<Minus, `${a}${b}${C}`> extends `${infer c}${infer d}`
      ? minusDigits<X2, Y2, c, `${d}${O}`>
      : never
    : C extends '0'
      ? `${reverse<X>}${O}`
      : minusDigits<X, '0', C, O>
  : Y extends ''
    ? C extends '0'
      ? O
      : 'negative'
    : 'negative'

type timesDigit<
  X extends string,
  D extends string,
  C extends string = '0',
  O extends string = '',
> = X extends `${infer a}${infer X2}`
  ? look<Times, `${a}${D}${C}`> extends `${infer c}${infer d}`
    ? timesDigit<X2, D, c, `${d}${O}`>
    : never
  : C extends '0'
    ? O
    : `${C}${O}`

/** Horner's rule over Y, highest digit first. */
type timesDigits<X extends string, Y extends string, O extends string = ''> = Y extends `${infer d}${infer Y2}`
  ? d extends '0'
    ? timesDigits<X, Y2, `${O}0`>
    : timesDigits<X, Y2, plusDigits<reverse<`${O}0`>, reverse<timesDigit<X, d>>>>
  : O

export type plus<X extends number, Y extends number> = number extends X | Y
  ? number
  : X extends 0
    ? Y
    : Y extends 0
      ? X
      : orLate<toNumber<plusDigits<reverse<`${X}`>, reverse<`${Y}`>>>>

/** X − Y, or `never` where that is negative. */
export type minus<X extends number, Y extends number> = number extends X | Y
  ? number
  : Y extends 0
    ? X
    : X extends Y
      ? 0
      : minusDigits<reverse<`${X}`>, reverse<`${Y}`>> extends infer R extends string
        ? [R] extends ['negative']
          ? never
          : orLate<toNumber<trim<R>>>
        : number

export type times<X extends number, Y extends number> = number extends X | Y
  ? number
  : X extends 1
    ? Y
    : Y extends 1
      ? X
      : 0 extends X | Y
        ? 0
        : orLate<toNumber<timesDigits<reverse<`${X}`>, `${Y}`>>>

/** How often D goes into R, with what is left: `[quotient, remainder]`. */
type quotientDigit<R extends number, D extends number, Q extends 0[] = []> =
  minus<R, D> extends infer L extends number
    ? [L] extends [never]
      ? [Q['length'], R]
      : quotientDigit<L, D, [...Q, 0]>
    : never
/** Long division, highest digit first: `[digits of the quotient, remainder]`. */
type divide<
  X extends string,
  D extends number,
  R extends number = 0,
  O extends string = '',
> = X extends `${infer d}${infer X2}`
  ? toNumber<trim<`${R}${d}`>> extends infer N extends number
    ? quotientDigit<N, D> extends [infer q extends number, infer r extends number]
      ? divide<X2, D, r, `${O}${q}`>
      : never
    : never
  : [O, R]

/** ⌊X / D⌋; `number` where D is 0 */
export type floorDivide<X extends number, D extends number> = number extends X | D
  ? number
  : D extends 1
    ? X
    : D extends 0
      ? number
      : divide<`${X}`, D> extends [infer q extends string, number]
        ? orLate<toNumber<trim<q>>>
        : number

/** ⌈X / D⌉; `number` where D is 0 */
export type ceilDivide<X extends number, D extends number> = number extends X | D
  ? number
  : D extends 1
    ? X
    : D extends 0
      ? number
      : divide<`${X}`, D> extends [infer q extends string, infer r]
        ? r extends 0
          ? orLate<toNumber<trim<q>>>
          : plus<orLate<toNumber<trim<q>>>, 1>
        : number
