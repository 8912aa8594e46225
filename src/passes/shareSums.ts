import * as b from '../expr/build.ts'
import type { Node } from '../expr/Op.ts'
import { sizeOf } from '../expr/Tensor.ts'
import { type Pass, rewritingWith } from './Pass.ts'
import { usesOf } from './uses.ts'

/**
 * Σ over some axes from Σ over fewer of them, where that one is there too: a loss and its value for each datum read the data once. And
 * Σ −x = −Σ x.
 */
export const shareSums: Pass = rewritingWith(
  'share sums',
  'a sum reads all of its operand, and a smaller sum of the same has done so',
  (roots) => {
    const { readers } = usesOf(roots)
    /** The sum of the same operand that leaves the least to add. */
    const smaller = (old: Node): Node | undefined => {
      if (old.op !== 'sum') return undefined
      const { axes } = old.arg
      const candidates = readers(old.src[0] ?? old).filter(
        (other) =>
          other.op === 'sum' && other.arg.axes.length < axes.length && other.arg.axes.every((a) => axes.includes(a)),
      )
      return candidates.sort((p, q) => sizeOf(p.shape) - sizeOf(q.shape))[0]
    }
    return (node, old) => {
      const [x] = node.src
      if (node.op !== 'sum' || old.op !== 'sum' || x === undefined) return undefined
      const part = smaller(old)
      const within = (from: Node): Node => {
        if (part?.op !== 'sum') return b.sum(from, node.arg.axes)
        const gone = part.arg.axes
        const rest = node.arg.axes.filter((a) => !gone.includes(a))
        return b.sum(
          b.sum(from, gone),
          rest.map((a) => a - gone.filter((g) => g < a).length),
        )
      }
      const negated = x.op === 'neg' ? x.src[0] : undefined
      if (negated !== undefined) return b.neg(within(negated))
      return part === undefined ? undefined : within(x)
    }
  },
)
