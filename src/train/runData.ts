import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import type { Dataset, Fields } from '../data/Field.ts'
import { load } from '../data/load.ts'
import { relocated } from '../data/relocated.ts'
import { dataError, type ElboError } from '../error.ts'
import type { RunRecord } from './RunRecord.ts'

/** The mean and scale that rows were standardised by tell one table from another of as many rows. */
const sameFields = (a: Fields, b: Fields): boolean => JSON.stringify(a) === JSON.stringify(b)

/** In what data, before any are set aside for validation, are not those of a run. */
export const otherData = ({ data }: RunRecord, { fields, train, validation, test }: Dataset): string | undefined => {
  const [before, now] = [data.train + data.validation, train.size + validation.size]
  if (before !== now || data.test !== test.size)
    return `trained on ${before} data and tested on ${data.test}, now there are ${now} and ${test.size}`
  return sameFields(data.fields, fields)
    ? undefined
    : 'trained on other values: names, classes or the numbers that rows are standardised by are not the same'
}

/**
 * The data that a run was trained on, from where they were then, or from `at`.
 *
 * Errors    those of `load`; data that are not those of the run
 */
export const runData = (record: RunRecord, at?: string): TE.TaskEither<ElboError, Dataset> => {
  const { experiment, limit } = record
  return pipe(
    TE.fromEither(at === undefined ? E.right(experiment.data) : relocated(experiment.data, at)),
    TE.chain((source) => load(source, limit === null ? {} : { limit })),
    TE.chainEitherK((dataset) => {
      const differs = otherData(record, dataset)
      return differs === undefined
        ? E.right(dataset)
        : E.left(dataError(`not the data of the run, which was ${differs}`))
    }),
  )
}
