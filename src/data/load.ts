import * as E from 'fp-ts/lib/Either.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { pipe } from 'fp-ts/lib/function.js'
import { match } from 'ts-pattern'
import { usageError, type ElboError } from '../error.ts'
import type { Dataset } from './Field.ts'
import { loadInline } from './inlined.ts'
import { loadMnist } from './mnist.ts'
import { decodeSource, type DataSource } from './DataSource.ts'
import { loadShards } from './shards.ts'
import { firstRows } from './split.ts'
import { loadCsv } from './table.ts'

export interface LoadOptions {
  /** use the first so many training data only, for a quick look */
  readonly limit?: number | undefined
}

/** Below it a limit holds for the test data too: who trains on 200 data does not want to wait for the 10,000 of a test. */
const TEST_LIMIT = 1000

const limited =
  (limit: number | undefined) =>
  (dataset: Dataset): Dataset => {
    if (limit === undefined) return dataset
    const { fields, train, test } = dataset
    return {
      ...dataset,
      train: firstRows(fields, train, limit),
      test: limit < TEST_LIMIT ? firstRows(fields, test, limit) : test,
    }
  }

const checkLimit = (limit: number | undefined): E.Either<ElboError, void> =>
  limit === undefined || (Number.isInteger(limit) && limit >= 1)
    ? E.right(undefined)
    : E.left(usageError(`limit: ${limit} is not a number of data: a whole number from 1 on`))

/**
 * Opens a source and checks every value, but those of shards, which are checked when they are read. `limit` keeps the first so many data to train with, and, below 1,000, also of those to test with;
 * a standardisation is always that of the whole training data.
 *
 * Errors    a file that is missing, truncated, or of another format; cells that are not numbers; values that their support does not allow
 */
export const load = (source: DataSource, { limit }: LoadOptions = {}): TE.TaskEither<ElboError, Dataset> =>
  pipe(
    TE.fromEither(checkLimit(limit)),
    TE.chainEitherK(() => decodeSource(source)),
    TE.chain((valid) =>
      match(valid)
        .with({ tag: 'mnist' }, loadMnist)
        .with({ tag: 'csv' }, loadCsv)
        .with({ tag: 'inline' }, (inlined) => TE.fromEither(loadInline(inlined)))
        .with({ tag: 'shards' }, (source) => loadShards(source))
        .exhaustive(),
    ),
    TE.map(limited(limit)),
  )
