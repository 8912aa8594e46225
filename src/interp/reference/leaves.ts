import { sizeOf } from '../../expr/Tensor.ts'
import type { Rules } from './Rule.ts'

export const leaves: Rules<'const' | 'data' | 'param' | 'state' | 'noise' | 'scalar'> = {
  const: ({ arg }) => {
    const [first = 0] = arg.values
    return arg.values.length === 1 ? new Float64Array(sizeOf(arg.shape)).fill(first) : Float64Array.from(arg.values)
  },
  data: (node, { leaf }) => leaf(node),
  param: (node, { leaf }) => leaf(node),
  state: (node, { leaf }) => leaf(node),
  noise: (node, { leaf }) => leaf(node),
  scalar: (node, { leaf }) => leaf(node),
}
