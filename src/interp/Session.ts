import type { Either } from 'fp-ts/lib/Either.js'
import type { Fields, Split } from '../data/Field.ts'
import type { ElboError } from '../error.ts'
import type { Graph } from '../expr/Graph.ts'
import type { Node } from '../expr/Op.ts'
import type { Tensor } from '../expr/Tensor.ts'

/**
 * What one run of a plan reads besides the variables. ε comes from (seed, step, name of the noise), equally on every target: datum b of the
 * minibatch takes that of row `row` + b of the stream, so whoever measures data by their rows gets the same numbers in minibatches of any size.
 */
export interface Feeds {
  readonly data: ReadonlyMap<string, Tensor>
  readonly scalars: Readonly<Record<string, number>>
  readonly seed: number
  readonly step: number
  /** 0 where absent */
  readonly row?: number
}

/** A graph compiled for one target. A plan is for one batch size: shapes are concrete. */
export interface Plan {
  /** Evaluate, hand the outputs back, then let every variable in `graph.updates` take its new value. */
  readonly run: (feeds: Feeds) => ReadonlyMap<string, Tensor>
  /** The first vertex, operands first, that is not finite on these feeds with the variables as they are now; a constant that is infinite is meant. Updates nothing. */
  readonly firstNonFinite: (feeds: Feeds) => Node | undefined
  readonly dispose: () => void
}

/** Training data for a target to keep, and how many of them make a minibatch. */
export interface Resident {
  readonly fields: Fields
  readonly split: Split
  readonly batch: number
}

/** Many updates in one call, on data that the target keeps. The numbers are those of as many runs of a plan. */
export interface Loop {
  /** Updates `step`, `step + 1`, …: one for each minibatch of rows. The outputs of each, in order. */
  readonly run: (feeds: {
    readonly step: number
    readonly seed: number
    readonly rows: readonly Uint32Array[]
  }) => readonly ReadonlyMap<string, Tensor>[]
  readonly dispose: () => void
}

/** Every target, fastest first; the last is the oracle. */
export const targetNames = ['graph', 'tensorflow', 'wasm', 'cpu', 'reference'] as const
export type TargetName = (typeof targetNames)[number]

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
  /** Where a call costs much: the graph as a loop over minibatches. What it updates cannot be rolled back. */
  readonly prepareLoop?: (graph: Graph, data: Resident) => Either<ElboError, Loop>
  readonly memory: () => { readonly tensors: number; readonly bytes: number }
  readonly dispose: () => void
}
