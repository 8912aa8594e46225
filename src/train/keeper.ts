import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import type { ElboError } from '../error.ts'
import type { Tensor } from '../expr/Tensor.ts'
import type { Counters } from './checkpoint.ts'
import type { Checkpointed, Done, EpochDone } from './events.ts'
import { appendHistory } from './history.ts'
import type { Prepared } from './prepare.ts'
import { type CheckpointFile, writeCheckpoint, writeWeights } from './runFolder.ts'

type Variables = ReadonlyMap<string, Tensor>

/** How a run is kept: in files where it has a folder, not at all where it has none. Every part is written whole or not at all. */
export interface Keeper {
  readonly checkpoint: (file: CheckpointFile, counters: Counters, values: Variables) => TE.TaskEither<ElboError, void>
  readonly weights: (values: Variables) => TE.TaskEither<ElboError, void>
  readonly history: (event: EpochDone | Done) => TE.TaskEither<ElboError, void>
}

/** The parameters among all variables. */
export const parametersIn = (p: Prepared, values: Variables): Variables =>
  new Map([...values].filter(([name]) => p.parameters.includes(name)))

export const keeper = (p: Prepared, folder: string | null, onEvent: (event: Checkpointed) => void): Keeper => {
  const nothing: TE.TaskEither<ElboError, void> = TE.right(undefined)
  return {
    checkpoint: (file, counters, values) =>
      folder === null
        ? nothing
        : pipe(
            writeCheckpoint(folder, file, { fingerprint: p.fingerprint, counters, values }),
            TE.map(() => onEvent({ event: 'checkpoint', file, epoch: counters.epoch, step: counters.step })),
          ),
    weights: (values) => (folder === null ? nothing : writeWeights(folder, parametersIn(p, values))),
    history: (event) => (folder === null ? nothing : appendHistory(folder, event)),
  }
}
