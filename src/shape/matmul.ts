import * as E from 'fp-ts/lib/Either.js'
import { align } from './broadcast.ts'
import type { Dim, meet } from './Dim.ts'
import { clash, innerMismatch, leadingMismatch, scalarOperand } from './messages.ts'
import type { Checked, Shape } from './Shape.ts'
import { show, showDim } from './show.ts'

// An operand as [leading axes, the axis that stays (none in a vector), the axis that is summed over].
type left<A extends Shape> = A extends readonly [infer k extends Dim]
  ? [[], [], k]
  : A extends readonly [...infer L extends Dim[], infer m extends Dim, infer k extends Dim]
    ? [L, [m], k]
    : never
type right<B extends Shape> = B extends readonly [infer k extends Dim]
  ? [[], [], k]
  : B extends readonly [...infer L extends Dim[], infer k extends Dim, infer n extends Dim]
    ? [L, [n], k]
    : never

type product<A extends Shape, B extends Shape, X, Y> = X extends [
  infer L extends Dim[],
  infer m extends Dim[],
  infer k extends Dim,
]
  ? Y extends [infer M extends Dim[], infer n extends Dim[], infer k2 extends Dim]
    ? [meet<k, k2>] extends [never]
      ? innerMismatch<show<A>, show<B>, clash<showDim<k>, showDim<k2>>>
      : align<L, M> extends infer R
        ? R extends Dim[]
          ? [...R, ...m, ...n]
          : R extends string
            ? leadingMismatch<show<A>, show<B>, R>
            : never
        : never
    : never
  : never

/**
 * The matrix product by numpy's rule: the last axis of A against the last but one of B; leading axes broadcast; a vector counts as a
 * single row (left) or column (right), and that axis does not appear in the result.
 *
 * Shapes    [..., m, k] × [..., k, n] → [..., m, n];  [k] × [k, n] → [n];  [m, k] × [k] → [m];  [k] × [k] → []
 * Errors    `scalarOperand`, `innerMismatch`, `leadingMismatch`
 */
export type matmul<A extends Shape, B extends Shape> = number extends A['length'] | B['length']
  ? Dim[]
  : A extends readonly []
    ? scalarOperand<show<A>, show<B>>
    : B extends readonly []
      ? scalarOperand<show<A>, show<B>>
      : product<A, B, left<A>, right<B>>

export const matmul = (a: Shape, b: Shape): Checked => {
  const k = a.at(-1)
  const k2 = b.length === 1 ? b[0] : b.at(-2)
  if (k === undefined || k2 === undefined) return E.left(scalarOperand(show(a), show(b)))
  if (k !== k2) return E.left(innerMismatch(show(a), show(b), clash(showDim(k), showDim(k2))))
  const lead = align(a.slice(0, -2), b.slice(0, -2))
  const stay = [...a.slice(-2, -1), ...(b.length === 1 ? [] : b.slice(-1))]
  return E.isLeft(lead) ? E.left(leadingMismatch(show(a), show(b), lead.left)) : E.right([...lead.right, ...stay])
}
