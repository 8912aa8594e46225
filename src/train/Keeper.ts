import * as TE from 'fp-ts/lib/TaskEither.js'
import type { ElboError } from '../error.ts'
import type { Tensor } from '../expr/Tensor.ts'
import type { Checkpoint, Counters } from './checkpoint.ts'
import type { Done, EpochDone, Failed } from './events.ts'
import { meansOf } from './means.ts'
import { noSums } from './metrics.ts'
import type { Prepared } from './prepare.ts'

type Variables = ReadonlyMap<string, Tensor>

/** Where training stands when it begins. */
export interface Beginning {
  /** the id of the run, for its checkpoints */
  readonly run: string | null
  readonly counters: Counters
  /** every variable */
  readonly values: Variables
  /** those of the best epoch so far */
  readonly best: Variables | undefined
  readonly history: readonly EpochDone[]
}

/** How a run is kept: in a folder, or not at all. Every part is written whole or not at all. */
export interface Keeper {
  readonly folder: string | null
  /** whether a run goes on */
  readonly resumed: boolean
  /** nobody else works where the run is kept while this is done */
  readonly hold: <A>(work: TE.TaskEither<ElboError, A>) => TE.TaskEither<ElboError, A>
  readonly begin: (p: Prepared) => TE.TaskEither<ElboError, Beginning>
  /** answers the name of the file; null where nothing is kept */
  readonly checkpoint: (which: 'last' | 'best', checkpoint: Checkpoint) => TE.TaskEither<ElboError, string | null>
  readonly weights: (weights: Variables) => TE.TaskEither<ElboError, void>
  readonly history: (event: EpochDone | Done | Failed) => TE.TaskEither<ElboError, void>
}

/** Before the first update. */
export const beginning = ({ initial }: Prepared): Beginning => ({
  run: null,
  counters: { epoch: 0, position: 0, step: 0, images: 0, seconds: 0, sums: noSums, best: null },
  values: initial,
  best: undefined,
  history: [],
})

const nothing: TE.TaskEither<ElboError, void> = TE.right(undefined)

export const keptNowhere: Keeper = {
  folder: null,
  resumed: false,
  hold: (work) => work,
  begin: (p) => TE.right(beginning(p)),
  checkpoint: () => TE.right(null),
  weights: () => nothing,
  history: () => nothing,
}

/** The parameters that a run is asked by, among all variables: their means where the optimiser keeps any. */
export const parametersIn = (p: Prepared, values: Variables): Variables => meansOf(p.parameters, values)

/** Whether nothing is left to train. */
export const isOver = (p: Prepared, { epoch, best }: Counters): boolean => {
  const { patience } = p.experiment.settings
  return epoch >= p.horizon.epochs || (patience !== null && best !== null && epoch - best.epoch >= patience)
}
