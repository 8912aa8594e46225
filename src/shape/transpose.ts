import * as E from 'fp-ts/lib/Either.js'
import type { Dim } from './Dim.ts'
import { notAnOrder } from './messages.ts'
import type { Checked, Shape } from './Shape.ts'
import { show } from './show.ts'

type reversed<S extends Shape, O extends Dim[] = []> = S extends readonly [
  infer H extends Dim,
  ...infer T extends Dim[],
]
  ? reversed<T, [H, ...O]>
  : O

/** The dimensions in the order P, or `never` where P leaves the axes of S or repeats one. */
type ordered<S extends Shape, P extends readonly number[], Seen = never, O extends Dim[] = []> = P extends readonly [
  infer p extends number,
  ...infer Rest extends number[],
]
  ? `${p}` extends Exclude<keyof S, Seen>
    ? ordered<S, Rest, Seen | `${p}`, [...O, at<S, `${p}`>]>
    : never
  : O
type at<S extends Shape, K> = K extends keyof S ? Extract<S[K], Dim> : never

type permuted<S extends Shape, P extends readonly number[]> = P['length'] extends S['length']
  ? [ordered<S, P>] extends [never]
    ? notAnOrder<show<P>, show<S>>
    : ordered<S, P>
  : notAnOrder<show<P>, show<S>>

/**
 * The axes in another order; in reverse where no order is given.
 *
 * Errors    `notAnOrder`
 */
export type transpose<S extends Shape, Order extends readonly number[] = []> = number extends
  S['length'] | Order['length'] | Order[number]
  ? Dim[]
  : Order extends readonly []
    ? reversed<S>
    : permuted<S, Order>

export const transpose = (shape: Shape, order: readonly number[] = []): Checked => {
  if (order.length === 0) return E.right([...shape].reverse())
  const isOrder = order.length === shape.length && shape.every((_, i) => order.includes(i))
  return isOrder ? E.right(order.map((i) => shape[i] ?? 1)) : E.left(notAnOrder(show(order), show(shape)))
}
