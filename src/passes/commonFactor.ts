import * as b from '../expr/build.ts'
import type { Node } from '../expr/Op.ts'
import { operandsOf } from '../expr/operands.ts'
import { type Pass, type Rule, rewriting } from './Pass.ts'
import { splat, splatOf } from './splat.ts'

/** x · c; of what is no product with a number, c is NaN, which equals nothing. */
const scaled = (node: Node): { readonly of: Node; readonly by: number } => {
  if (node.op !== 'mul') return { of: node, by: Number.NaN }
  const [of, factor] = operandsOf(node)
  return { of, by: splatOf(factor) ?? Number.NaN }
}

/** x·c + y·(−c) = (x − y)·c, and the like: exact where c is a power of two, as the mean over a minibatch of 128 has it. */
const rule: Rule = (node) => {
  if (node.op !== 'add' && node.op !== 'sub') return undefined
  const [p, q] = operandsOf(node)
  const [x, y] = [scaled(p), scaled(q)]
  if (Math.abs(x.by) !== Math.abs(y.by)) return undefined
  const plus = (node.op === 'add') === (x.by === y.by)
  return b.mul(plus ? b.add(x.of, y.of) : b.sub(x.of, y.of), splat(x.by, node.shape))
}

export const commonFactor: Pass = rewriting('common factor', 'one product instead of two', [rule])
