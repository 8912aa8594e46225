import type { Node, Op, Table } from '../../expr/Op.ts'

/** What a rule may read: the numbers of its operands, or, for a leaf, its own from outside. Row-major; never written to. */
export interface Environment {
  readonly valueOf: (operand: Node | undefined) => Float64Array
  readonly leaf: (node: Node) => Float64Array
}

/** The rules of one group of ops; the groups together are the total table. */
export type Rules<O extends Op> = Pick<Table<Environment, Float64Array>, O>
