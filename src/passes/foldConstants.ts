import { literal } from '../expr/build.ts'
import type { Op } from '../expr/Op.ts'
import { sizeOf } from '../expr/Tensor.ts'
import { isElementwise, meaningOf } from './meaning.ts'
import { type Pass, type Rule, rewriting } from './Pass.ts'
import { splat, splatOf } from './splat.ts'

/** Longer lists of numbers stay expressions: as constants they would be written into the graph. */
const MOST_NUMBERS = 4096

const elementwise: Rule = (node) => {
  if (!isElementwise(node)) return undefined
  const lists = node.src.flatMap((s) => (s.op === 'const' ? [s.arg.values] : []))
  const length = Math.max(...lists.map((list) => list.length))
  if (lists.length < node.src.length || length > MOST_NUMBERS) return undefined
  // A list of one number stands for as many as there are.
  const at = (i: number): number[] => lists.map((list) => list[i % list.length] ?? Number.NaN)
  return literal(
    Array.from({ length }, (_, i) => meaningOf(node.op, at(i))),
    node.shape,
  )
}

/** Whose results hold numbers of their operand alone. */
const moving: ReadonlySet<Op> = new Set<Op>(['broadcast', 'transpose', 'slice', 'reverse', 'maximum'])

/** Movement of one repeated number, or of a list that keeps its order. */
const movement: Rule = (node) => {
  const [from] = node.src
  if (from?.op !== 'const') return undefined
  if (node.op === 'reshape') return literal(from.arg.values, node.shape)
  const value = splatOf(from)
  if (value === undefined) return undefined
  if (moving.has(node.op) || (node.op === 'pad' && value === 0)) return splat(value, node.shape)
  return node.op === 'sum' ? splat((value * sizeOf(from.shape)) / sizeOf(node.shape), node.shape) : undefined
}

export const foldConstants: Pass = rewriting(
  'fold constants',
  'what follows from constants alone is computed once, here, in float64',
  [elementwise, movement],
)
