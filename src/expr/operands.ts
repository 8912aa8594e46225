import type { Node, Op } from './Op.ts'

type None = 'const' | 'data' | 'param' | 'state' | 'noise' | 'scalar'
type Two =
  | ('add' | 'sub' | 'mul' | 'div' | 'max' | 'min' | 'less' | 'equal' | 'sigmoidCrossEntropy')
  | ('matmul' | 'conv2d' | 'conv2dInput' | 'conv2dFilter')
type Three = 'select' | 'countQuantile' | 'dense'

/** As many vertices as the op takes; most take one. The signatures demand these lengths. */
export type Operands<O extends Op> = O extends None
  ? readonly []
  : O extends Two
    ? readonly [Node, Node]
    : O extends Three
      ? readonly [Node, Node, Node]
      : O extends 'concat'
        ? readonly Node[]
        : readonly [Node]

/** The operands of a vertex, as a tuple of the length that its signature has checked. */
export const operandsOf = <O extends Op>({ src }: { readonly op: O; readonly src: readonly Node[] }): Operands<O> =>
  src as Operands<O>
