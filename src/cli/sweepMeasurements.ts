import { join } from 'node:path'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { pipe } from 'fp-ts/lib/function.js'
import { type ElboError, readPoint, type SweepMeasurement, type SweepPoint } from '../index.ts'

interface Measured {
  readonly point: SweepPoint
  readonly measured: SweepMeasurement
}

/** The points that have come to their end. */
export const measurements = (
  folder: string,
  points: readonly SweepPoint[],
): TE.TaskEither<ElboError, readonly Measured[]> =>
  pipe(
    TE.traverseSeqArray((point: SweepPoint) =>
      pipe(
        readPoint(join(folder, point.name)),
        TE.map((measured) => (measured === undefined ? [] : [{ point, measured }])),
      ),
    )(points),
    TE.map((found) => found.flat()),
  )
