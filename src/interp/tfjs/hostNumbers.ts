import type { Node } from '../../expr/Op.ts'
import { sizeOf } from '../../expr/Tensor.ts'
import { isElementwise, meaningOf } from '../../passes/meaning.ts'

/**
 * What is one number and follows from numbers that the host feeds (the step, so a learning rate, Adam's corrections) is computed by the
 * host, in float64: a kernel for each would cost more than the arithmetic, and lose the digits that 1 − β^t needs.
 */
export interface HostNumbers {
  /** position among the numbers that `evaluate` gives */
  readonly indexOf: (node: Node) => number | undefined
  readonly evaluate: (scalars: Readonly<Record<string, number>>) => readonly number[]
}

type Compute = (known: readonly number[], scalars: Readonly<Record<string, number>>) => number

export const hostNumbers = (order: readonly Node[]): HostNumbers => {
  const index = new Map<Node, number>()
  const computes: Compute[] = []
  const add = (node: Node, compute: Compute): void => {
    index.set(node, computes.push(compute) - 1)
  }
  for (const node of order) {
    if (sizeOf(node.shape) !== 1) continue
    const operands = node.src.map((s) => index.get(s) ?? -1)
    if (operands.includes(-1)) continue
    if (node.op === 'const') add(node, () => node.arg.values[0] ?? Number.NaN)
    else if (node.op === 'scalar') add(node, (_, scalars) => scalars[node.arg.name] ?? Number.NaN)
    else if (isElementwise(node))
      add(node, (known) =>
        meaningOf(
          node.op,
          operands.map((i) => known[i] ?? Number.NaN),
        ),
      )
    else if (node.op === 'reshape' || node.op === 'broadcast')
      add(node, (known) => known[operands[0] ?? -1] ?? Number.NaN)
  }
  return {
    indexOf: (node) => index.get(node),
    evaluate: (scalars) => {
      const known: number[] = []
      for (const compute of computes) known.push(compute(known, scalars))
      return known
    },
  }
}
