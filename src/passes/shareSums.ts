import * as b from '../expr/build.ts'
import type { Dims, Node } from '../expr/Op.ts'
import { operandsOf } from '../expr/operands.ts'
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
    /** The axes of that sum of the same operand which leaves the least to add. */
    const smaller = (old: Node, axes: Dims): Dims => {
      const candidates = old.src
        .flatMap(readers)
        .filter((other) => other.op === 'sum')
        .filter(({ arg }) => arg.axes.length < axes.length && arg.axes.every((a) => axes.includes(a)))
      return candidates.toSorted((p, q) => sizeOf(p.shape) - sizeOf(q.shape))[0]?.arg.axes ?? []
    }
    return (node, old) => {
      if (node.op !== 'sum') return undefined
      const [x] = operandsOf(node)
      const gone = smaller(old, node.arg.axes)
      const rest = node.arg.axes.filter((a) => !gone.includes(a)).map((a) => a - gone.filter((g) => g < a).length)
      const within = (from: Node): Node => b.sum(b.sum(from, gone), rest)
      return x.op === 'neg' ? b.neg(within(operandsOf(x)[0])) : within(x)
    }
  },
)
