import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { begun, resumed } from './begin.ts'
import { appendHistory } from './history.ts'
import type { Keeper } from './Keeper.ts'
import { holding, locked } from './lock.ts'
import { checkFree, readRun, runFiles, writeCheckpoint, writeWeights } from './runFolder.ts'

const files = (folder: string): Pick<Keeper, 'folder' | 'checkpoint' | 'weights' | 'history'> => ({
  folder,
  checkpoint: (which, checkpoint) =>
    pipe(
      writeCheckpoint(folder, runFiles[which], checkpoint),
      TE.map(() => runFiles[which]),
    ),
  weights: (weights) => writeWeights(folder, weights),
  history: (event) => appendHistory(folder, event),
})

/** A new run in a folder that is new or empty. */
export const keptIn = (folder: string, limit: number | null, versions: Readonly<Record<string, string>>): Keeper => ({
  ...files(folder),
  resumed: false,
  hold: (work) => holding(folder, checkFree(folder), work),
  begin: (p) => begun(p, folder, limit, versions),
})

/** The run in this folder goes on. */
export const goingOnIn = (folder: string, acceptData: boolean): Keeper => ({
  ...files(folder),
  resumed: true,
  hold: (work) =>
    pipe(
      readRun(folder),
      TE.chain(() => locked(folder, work)),
    ),
  begin: (p) => resumed(p, folder, acceptData),
})
