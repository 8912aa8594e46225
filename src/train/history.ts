import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import type { ElboError } from '../error.ts'
import { decoded, parsed } from '../model/decoded.ts'
import { type Done, type EpochDone, epochCodec } from './events.ts'
import { appendWhole, namesIn, readLines, writeWhole } from './files.ts'
import { runFiles } from './runFolder.ts'

const fileOf = (folder: string): string => join(folder, runFiles.metrics)
const lineOf = (event: EpochDone | Done): string => `${JSON.stringify(event)}\n`

export const appendHistory = (folder: string, event: EpochDone | Done): TE.TaskEither<ElboError, void> =>
  appendWhole(fileOf(folder), lineOf(event))

/** The epochs that a run's folder tells of. The line of the end, and one that a crash cut short, are none. */
export const readHistory = (folder: string): TE.TaskEither<ElboError, readonly EpochDone[]> =>
  pipe(
    namesIn(folder),
    TE.chain((names) => (names?.includes(runFiles.metrics) === true ? readLines(fileOf(folder)) : TE.right(''))),
    TE.map((text) =>
      text.split('\n').flatMap((line) =>
        pipe(
          parsed('a line', line),
          E.chain((json) => decoded('a line', epochCodec, json)),
          E.match(
            () => [],
            (epoch) => [epoch],
          ),
        ),
      ),
    ),
  )

/** Cut the history back to what a checkpoint knows, so that a resumed run tells no epoch twice. */
export const cutHistory = (folder: string, epochs: number): TE.TaskEither<ElboError, readonly EpochDone[]> =>
  pipe(
    readHistory(folder),
    TE.map((history) => history.filter(({ epoch }) => epoch <= epochs)),
    TE.chainFirst((kept) => writeWhole(fileOf(folder), kept.map(lineOf).join(''))),
  )
