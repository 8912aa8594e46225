import { literal } from '../expr/build.ts'
import type { Node } from '../expr/Op.ts'
import { sizeOf } from '../expr/Tensor.ts'
import { isElementwise, meaningOf } from './meaning.ts'
import { type Pass, type Rule, rewriting } from './Pass.ts'
import { splat, splatOf } from './splat.ts'

/** Longer lists of numbers stay expressions: as constants they would be written into the graph. */
const MOST_NUMBERS = 4096

const numbersOf = (node: Node): readonly number[] | undefined => (node.op === 'const' ? node.arg.values : undefined)

const elementwise: Rule = (node) => {
  if (!isElementwise(node)) return undefined
  const lists = node.src.map(numbersOf)
  if (lists.includes(undefined)) return undefined
  const length = Math.max(...lists.map((list) => list?.length ?? 0))
  if (length > MOST_NUMBERS) return undefined
  const at = (i: number): number[] => lists.map((list) => (list?.length === 1 ? list[0] : list?.[i]) ?? Number.NaN)
  const values = Array.from({ length }, (_, i) => meaningOf(node.op, at(i)))
  return literal(values, node.shape)
}

/** Movement of one repeated number, or of a list that keeps its order. */
const movement: Rule = (node) => {
  const [from] = node.src
  const value = splatOf(from)
  switch (node.op) {
    case 'reshape':
      return from?.op === 'const' ? literal(from.arg.values, node.shape) : undefined
    case 'broadcast':
    case 'transpose':
    case 'slice':
    case 'reverse':
    case 'maximum':
      return value === undefined ? undefined : splat(value, node.shape)
    case 'pad':
      return value === 0 ? splat(0, node.shape) : undefined
    case 'sum':
      return value === undefined || from === undefined
        ? undefined
        : splat((value * sizeOf(from.shape)) / sizeOf(node.shape), node.shape)
    default:
      return undefined
  }
}

export const foldConstants: Pass = rewriting(
  'fold constants',
  'what follows from constants alone is computed once, here, in float64',
  [elementwise, movement],
)
