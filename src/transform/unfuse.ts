import * as b from '../expr/build.ts'
import type { Activation, Node, NodeOf } from '../expr/Op.ts'

const activations: { readonly [A in Activation]: (x: Node) => Node } = {
  linear: (x) => x,
  relu: b.relu,
  sigmoid: b.sigmoid,
  tanh: b.tanh,
}

/** The primitives that a fused dense layer stands for. */
export const unfuseDense = (arg: NodeOf<'dense'>['arg'], x: Node, kernel: Node, bias: Node): Node =>
  activations[arg.activation](b.add(b.matmul(x, kernel), bias))
