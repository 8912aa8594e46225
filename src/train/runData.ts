import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import type { Dataset, Fields } from '../data/Field.ts'
import { load } from '../data/load.ts'
import { relocated } from '../data/relocated.ts'
import { dataError, type ElboError } from '../error.ts'
import { digestDifference } from './DataDigests.ts'
import { digestData } from './digestData.ts'
import type { RunRecord } from './RunRecord.ts'

/** The mean and scale that rows were standardised by tell one table from another of as many rows. */
const sameFields = (a: Fields, b: Fields): boolean => JSON.stringify(a) === JSON.stringify(b)

/** How data are not those of a run: how many there are, what they are, or only their numbers. */
export interface DataDifference {
  readonly kind: 'size' | 'fields' | 'numbers'
  readonly was: string
}

/**
 * In what data as loaded are not those of a run; undefined where they are. Runs of before digests were written down are told from others by
 * sizes and fields alone.
 *
 * Errors    files that cannot be read any more
 */
export const otherData = ({ data }: RunRecord, dataset: Dataset): E.Either<ElboError, DataDifference | undefined> => {
  const { fields, train, test } = dataset
  const before = data.train + data.validation
  if (before !== train.size || data.test !== test.size)
    return E.right({
      kind: 'size',
      was: `trained on ${before} data and tested on ${data.test}, now there are ${train.size} and ${test.size}`,
    })
  if (!sameFields(data.fields, fields))
    return E.right({
      kind: 'fields',
      was: 'trained on other values: names, classes or the numbers that rows are standardised by are not the same',
    })
  const { digests } = data
  if (digests === null) return E.right(undefined)
  return pipe(
    digestData(dataset),
    E.map((now) => {
      const differs = digestDifference(digests, now)
      return differs === undefined ? undefined : { kind: 'numbers', was: `trained on other data: ${differs}` }
    }),
  )
}

export interface RunDataOptions {
  /** where the data are now */
  readonly at?: string | undefined
  /** whether other numbers than those of the run will do: as many, of the same fields */
  readonly acceptData?: boolean | undefined
}

/**
 * The data that a run was trained on, from where they were then, or from `at`.
 *
 * Errors    those of `load`; data that are not those of the run
 */
export const runData = (
  record: RunRecord,
  { at, acceptData = false }: RunDataOptions = {},
): TE.TaskEither<ElboError, Dataset> => {
  const { experiment, limit } = record
  return pipe(
    TE.fromEither(at === undefined ? E.right(experiment.data) : relocated(experiment.data, at)),
    TE.chain((source) => load(source, limit === null ? {} : { limit })),
    TE.chainFirstEitherK((dataset) =>
      pipe(
        otherData(record, dataset),
        E.chain((differs) => {
          if (differs === undefined || (acceptData && differs.kind === 'numbers')) return E.right(undefined)
          const advice = differs.kind === 'numbers' ? '; to use these all the same, accept them: --accept-data' : ''
          return E.left(dataError(`not the data of the run, which was ${differs.was}${advice}`))
        }),
      ),
    ),
  )
}
