import type * as E from 'fp-ts/lib/Either.js'
import type { times } from './arith.ts'
import type { Dim, meet } from './Dim.ts'

/** The shape of one datum; there is no batch axis. `number[]` is a shape whose rank is known late. */
export type Shape = readonly Dim[]

/** What a shape rule answers when a program is built: a shape, or the message that the same rule has in types. */
export type Checked = E.Either<string, Shape>

/** The shape that a rule's type answered, or `never` where it answered a message. */
export type Ok<R> = R extends Shape ? R : never

/**
 * The type of an argument that the rule R judges: T, or the message itself, so that the compiler prints it. After a mistake the shape is
 * `never`; what follows it is not blamed again. `${R}` rather than R, else the compiler prints the name of the rule.
 */
export type Arg<R, T> = [R] extends [never] ? T : [R] extends [string] ? `${R}` : T

/** {@link Arg} for a check that answers a message, or `never` where all is well. */
export type ArgE<M extends string, T> = [M] extends [never] ? T : `${M}`

/** The number of elements. */
export type elements<S extends Shape, P extends number = 1> = number extends S['length']
  ? number
  : S extends readonly [infer H extends Dim, ...infer T extends Dim[]]
    ? elements<T, times<P, H>>
    : P

export const elements = (shape: Shape): number => shape.reduce((n, d) => n * d, 1)

/** Whether two shapes are equal, or can be when sizes known late are there. */
export type isSame<A extends Shape, B extends Shape> = number extends A['length'] | B['length']
  ? true
  : A extends readonly [infer a extends Dim, ...infer A2 extends Dim[]]
    ? B extends readonly [infer b extends Dim, ...infer B2 extends Dim[]]
      ? [meet<a, b>] extends [never]
        ? false
        : isSame<A2, B2>
      : false
    : B extends readonly []
      ? true
      : false

export const isSame = (a: Shape, b: Shape): boolean => a.length === b.length && a.every((d, i) => d === b[i])
