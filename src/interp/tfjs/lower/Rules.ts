import type { Op, Table } from '../../../expr/Op.ts'
import type { Emitter, Value } from '../recorder.ts'

/** Turns a vertex into calls of kernels, and says where its value is. */
export type Lowering = Table<Emitter, Value>
export type Rules<O extends Op> = Pick<Lowering, O>
