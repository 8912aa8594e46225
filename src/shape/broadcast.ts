import * as E from 'fp-ts/lib/Either.js'
import type { Dim, meet } from './Dim.ts'
import { cannotBroadcast, clash } from './messages.ts'
import type { Checked, Shape } from './Shape.ts'
import { show, showDim } from './show.ts'

/** One dimension for two, or `never`. Late against 5 is 5: whatever it turns out to be, only 1 and 5 pass. */
type repeat<A extends Dim, B extends Dim> = [A] extends [1]
  ? B
  : [B] extends [1]
    ? A
    : 1 extends A
      ? 1 extends B
        ? number
        : B
      : 1 extends B
        ? A
        : meet<A, B>

const repeat = (a: Dim, b: Dim): Dim | undefined => (a === 1 ? b : b === 1 || a === b ? a : undefined)

/** The common shape, or the two dimensions that clash, for a rule that has its own words for it. Ranks are known. */
export type align<A extends Shape, B extends Shape, O extends Dim[] = []> = A extends readonly [
  ...infer A2 extends Dim[],
  infer a extends Dim,
]
  ? B extends readonly [...infer B2 extends Dim[], infer b extends Dim]
    ? [repeat<a, b>] extends [never]
      ? clash<showDim<a>, showDim<b>>
      : align<A2, B2, [repeat<a, b>, ...O]>
    : [...A, ...O]
  : [...B, ...O]

/** The extent at a place counted from the right. */
const from = (s: Shape, right: number): Dim => s[s.length - 1 - right] ?? 1

export const align = (a: Shape, b: Shape): Checked => {
  const rank = Math.max(a.length, b.length)
  const places = Array.from({ length: rank }, (_, right) => right)
  const bad = places.find((i) => repeat(from(a, i), from(b, i)) === undefined)
  return bad === undefined
    ? E.right(places.map((i) => repeat(from(a, i), from(b, i)) ?? 1).reverse())
    : E.left(clash(showDim(from(a, bad)), showDim(from(b, bad))))
}

/**
 * The shape that two operands repeat into, by numpy's rule: aligned at the right, an extent of 1 or an absent axis repeats.
 *
 * Errors    `cannotBroadcast`
 */
export type broadcast<A extends Shape, B extends Shape> = number extends A['length'] | B['length']
  ? Dim[]
  : align<A, B> extends infer R
    ? R extends string
      ? cannotBroadcast<show<A>, show<B>, R>
      : R
    : never

export const broadcast = (a: Shape, b: Shape): Checked =>
  E.mapLeft((where: string) => cannotBroadcast(show(a), show(b), where))(align(a, b))
