import type { Node } from '../../expr/Op.ts'
import type { Attrs } from './graphdef/GraphDef.ts'
import type { Operation } from './graphdef/operations.ts'
import type { Ref, Scope } from './graphdef/scope.ts'

/** What a lowering rule builds with. */
export interface Emitter {
  readonly scope: Scope
  /** float32 in, float32 out; `attrs` besides the type */
  readonly float: (op: Operation, inputs: readonly Ref[], attrs?: Attrs) => Ref
  /** An operand in its full shape. */
  readonly ref: (node: Node | undefined) => Ref
  /** Operands of an elementwise operation, which repeats them to one shape itself: broadcasts are left out where that shape still comes about. */
  readonly together: (operands: readonly Node[], shape: readonly number[]) => readonly Ref[]
  /** Whether an operand is not 0, as bool. */
  readonly truth: (node: Node | undefined) => Ref
  /** A leaf's tensor. */
  readonly leaf: (node: Node) => Ref
}
