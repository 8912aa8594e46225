import { createHash } from 'node:crypto'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type { Column, Dataset, Fields, Split } from '../data/Field.ts'
import { attempt, dataError, type ElboError, fileError } from '../error.ts'
import { type DataDigests, digestDifference } from './DataDigests.ts'

/** The numbers of a field in order; of data that stay in files, block by block. */
function* columnsOf({ columns, streamed }: Split, name: string): Generator<Column> {
  if (streamed === undefined) yield columns[name] ?? new Uint8Array(0)
  else for (const block of streamed.blocks) yield streamed.reader.read(name, block)
}

const digestsOfSplit = (fields: Fields, split: Split): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.keys(fields).map((name) => {
      const hash = createHash('sha256')
      for (const column of columnsOf(split, name))
        hash.update(new Uint8Array(column.buffer, column.byteOffset, column.byteLength))
      return [name, hash.digest('hex')]
    }),
  )

/**
 * Of a dataset as loaded, before any of it is set aside for validation. Data that stay in files are read once.
 *
 * Errors    files that are no longer what they were when they were opened
 */
export const digestData = ({ fields, train, test }: Dataset): E.Either<ElboError, DataDigests> =>
  attempt(
    () => ({ train: digestsOfSplit(fields, train), test: digestsOfSplit(fields, test) }),
    ({ message }) => fileError(`cannot read the data: ${message}`),
  )

/** Errors  data of other digests than these, which a sweep began with */
export const checkSweepData = (digests: DataDigests | null, dataset: Dataset): E.Either<ElboError, void> =>
  digests === null
    ? E.right(undefined)
    : pipe(
        digestData(dataset),
        E.chain((now) => {
          const differs = digestDifference(digests, now)
          return differs === undefined
            ? E.right(undefined)
            : E.left(
                dataError(`not the data that the sweep began with: ${differs}; put them back, or begin a new sweep`),
              )
        }),
      )
