import { sizeOf } from '../../expr/Tensor.ts'
import type { Dims, Node } from '../../expr/Op.ts'
import type { Pattern } from './machine.ts'

/** The vertex whose numbers these are: a reshape shows the same numbers in the same order, stopGradient the same altogether. */
export const baseOf = (node: Node): Node => {
  let base = node
  while (base.op === 'reshape' || base.op === 'stopGradient') base = base.src[0] ?? base
  return base
}

/** The one number that fills a constant. */
export const splatOf = (node: Node): number | undefined =>
  node.op === 'const' && node.arg.values.length === 1 ? node.arg.values[0] : undefined

/** How a vertex reaches the elements of the group that reads it. `columns` is what the pattern needs the inner loop to be. */
export interface Reach {
  readonly base: Node
  readonly pattern: Pattern
  readonly columns: number | undefined
}

/** The pattern in which `from` repeats into `to`; undefined where it is none of rows, columns, or one number. */
const patternOf = (
  from: Dims,
  to: Dims,
): { readonly pattern: Pattern; readonly columns: number | undefined } | undefined => {
  const missing = to.length - from.length
  const extents = to
    .map((d, i) => ({ d, repeats: i < missing || (from[i - missing] === 1 && d !== 1) }))
    .filter(({ d }) => d !== 1)
  if (sizeOf(from) === 1) return { pattern: sizeOf(to) === 1 ? 'full' : 'splat', columns: undefined }
  if (extents.every((e) => !e.repeats)) return { pattern: 'full', columns: undefined }
  const split = extents.findIndex((e, i) => i > 0 && e.repeats !== extents[i - 1]?.repeats)
  const [front, back] = [extents.slice(0, split), extents.slice(split)]
  if (back.some((e) => e.repeats !== back[0]?.repeats)) return undefined
  const columns = sizeOf(back.map((e) => e.d))
  return { pattern: front[0]?.repeats === true ? 'row' : 'column', columns }
}

/** Looks through movement that a loop can do by itself. */
export const reachOf = (node: Node): Reach => {
  const base = baseOf(node)
  const from = base.src[0]
  if (base.op === 'broadcast' && from !== undefined) {
    const repeats = patternOf(from.shape, base.shape)
    if (repeats !== undefined) return { base: baseOf(from), ...repeats }
  }
  return { base, pattern: 'full', columns: undefined }
}
