import type * as TE from 'fp-ts/lib/TaskEither.js'
import type { ElboError } from '../error.ts'
import { type EpochsOptions, type Run, trainKept } from './epochs.ts'
import type { Experiment } from './Experiment.ts'
import { type Keeper, keptNowhere } from './Keeper.ts'
import { goingOnIn, keptIn } from './keptIn.ts'

export type { Run } from './epochs.ts'

export interface TrainOptions extends EpochsOptions {
  /** keep the run in this folder, which is new or empty */
  readonly out?: string | undefined
  /** go on with the run in this folder, to the same numbers as if it had never stopped */
  readonly resume?: string | undefined
  /** resume with other data than the run has had: as many, with the same fields of the program */
  readonly acceptData?: boolean | undefined
  /** how many data the loading was limited to, for the record */
  readonly limit?: number | undefined
  /** of whatever else took part, for the record */
  readonly versions?: Readonly<Record<string, string>> | undefined
}

const keeperFor = ({ out, resume, acceptData, limit, versions }: TrainOptions): Keeper =>
  resume !== undefined
    ? goingOnIn(resume, acceptData ?? false)
    : out !== undefined
      ? keptIn(out, limit ?? null, versions ?? {})
      : keptNowhere

/**
 * Train an experiment: epochs of shuffled minibatches, validation, early stopping, checkpoints, and at the end the test data. Everything
 * random follows from the seed, so a run that is interrupted anywhere and resumed ends in the same numbers, bit for bit on one target.
 *
 * Errors    whatever is wrong with the experiment, before anything is written; a run's folder that cannot be written or resumed; numbers that
 *           are not finite, with the vertex, the step and the target. The last good checkpoint stays
 * @example  await train(digits, { session, dataset, out: 'runs/mnist-1', onEvent: (e) => console.log(JSON.stringify(e)) })()
 */
export const train = (experiment: Experiment, options: TrainOptions): TE.TaskEither<ElboError, Run> =>
  trainKept(experiment, options, keeperFor(options))
