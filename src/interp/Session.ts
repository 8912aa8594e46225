import type { Either } from 'fp-ts/lib/Either.js'
import type { ElboError } from '../error.ts'
import type { Graph } from '../expr/Graph.ts'
import type { Node } from '../expr/Op.ts'
import type { Tensor } from '../expr/Tensor.ts'

/** What one run of a plan reads besides the variables. ε comes from (seed, step, name of the noise), equally on every target. */
export interface Feeds {
  readonly data: ReadonlyMap<string, Tensor>
  readonly scalars: Readonly<Record<string, number>>
  readonly seed: number
  readonly step: number
}

/** A graph compiled for one target. A plan is for one batch size: shapes are concrete. */
export interface Plan {
  /** Evaluate, hand the outputs back, then let every variable in `graph.updates` take its new value. */
  readonly run: (feeds: Feeds) => ReadonlyMap<string, Tensor>
  /** The first vertex, operands first, that is not finite on these feeds with the variables as they are now. Updates nothing. */
  readonly firstNonFinite: (feeds: Feeds) => Node | undefined
  readonly dispose: () => void
}

export type TargetName = 'reference' | 'cpu' | 'wasm' | 'tensorflow'

/** An open target and the variables that live on it. */
export interface Session {
  readonly target: TargetName
  /** Set variables by name; others keep their values. */
  readonly write: (values: ReadonlyMap<string, Tensor>) => void
  /** All variables, on the host. */
  readonly read: () => ReadonlyMap<string, Tensor>
  /** Back to the variables before the last `run` that updated any: one generation is kept. False where there is none. */
  readonly rollback: () => boolean
  readonly prepare: (graph: Graph) => Either<ElboError, Plan>
  readonly memory: () => { readonly tensors: number; readonly bytes: number }
  readonly dispose: () => void
}
