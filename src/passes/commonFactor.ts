import * as b from '../expr/build.ts'
import type { Node } from '../expr/Op.ts'
import { type Pass, type Rule, rewriting } from './Pass.ts'
import { splat, splatOf } from './splat.ts'

/** x · c, with c one number. */
const scaled = (node: Node | undefined): { readonly of: Node; readonly by: number } | undefined => {
  const [of, factor] = node?.op === 'mul' ? node.src : []
  const by = splatOf(factor)
  return of === undefined || by === undefined ? undefined : { of, by }
}

/** x·c + y·(−c) = (x − y)·c, and the like: exact where c is a power of two, as the mean over a minibatch of 128 has it. */
const rule: Rule = ({ op, src: [p, q], shape }) => {
  const [x, y] = [scaled(p), scaled(q)]
  if ((op !== 'add' && op !== 'sub') || x === undefined || y === undefined || Math.abs(x.by) !== Math.abs(y.by))
    return undefined
  const plus = (op === 'add') === (x.by === y.by)
  return b.mul(plus ? b.add(x.of, y.of) : b.sub(x.of, y.of), splat(x.by, shape))
}

export const commonFactor: Pass = rewriting('common factor', 'one product instead of two', [rule])
