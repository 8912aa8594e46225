import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { heldOutStep } from '../data/streams.ts'
import type { ElboError } from '../error.ts'
import type { Graph } from '../expr/Graph.ts'
import { type Asked, inParts } from '../interp/inParts.ts'
import type { Session } from '../interp/Session.ts'
import { emptyRows, type Rows } from './Rows.ts'

/**
 * A per-datum graph's outputs over all the data, in float64: a row a datum. With several rounds, a row holds them one after another. ε is that of
 * the test of a run, so the same data give the bound that the run reports.
 */
export const perDatum = (
  session: Session,
  asked: Asked,
  graphFor: (size: number) => Graph,
): E.Either<ElboError, ReadonlyMap<string, Rows>> => {
  const rounds = asked.rounds ?? 1
  const answers = new Map<string, Rows>()
  return pipe(
    inParts(session, { step: heldOutStep.test, ...asked }, graphFor, (outputs, { from, size, round }) => {
      for (const [name, { data }] of outputs) {
        const width = data.length / size
        const rows = answers.get(name) ?? emptyRows(asked.count, width * rounds)
        answers.set(name, rows)
        for (let i = 0; i < size; i++)
          rows.data.set(data.subarray(i * width, (i + 1) * width), (from + i) * rows.width + round * width)
      }
    }),
    E.map(() => answers),
  )
}

/** The rows of an output; none where the graph had no such output. */
export const output = (answers: ReadonlyMap<string, Rows>, name: string): Rows => answers.get(name) ?? emptyRows(0, 0)
