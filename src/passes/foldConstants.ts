import { literal } from '../expr/build.ts'
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

/** Movement of one repeated number, or of a list that keeps its order. */
const movement: Rule = (node) => {
  const [from] = node.src
  if (from?.op !== 'const') return undefined
  if (node.op === 'reshape') return literal(from.arg.values, node.shape)
  const value = splatOf(from)
  if (value === undefined) return undefined
  switch (node.op) {
    case 'broadcast':
    case 'transpose':
    case 'slice':
    case 'reverse':
    case 'maximum':
      return splat(value, node.shape)
    case 'pad':
      return value === 0 ? splat(0, node.shape) : undefined
    case 'sum':
      return splat((value * sizeOf(from.shape)) / sizeOf(node.shape), node.shape)
    default:
      return undefined
  }
}

export const foldConstants: Pass = rewriting(
  'fold constants',
  'what follows from constants alone is computed once, here, in float64',
  [elementwise, movement],
)
