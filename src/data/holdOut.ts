import * as E from 'fp-ts/lib/Either.js'
import { dataError, type ElboError } from '../error.ts'
import type { Column, Dataset, Field } from './Field.ts'
import { divide, rowsOf } from './split.ts'
import { heldOutStream } from './streams.ts'

interface HeldOut {
  /** the rows to train with */
  readonly kept: Uint32Array
  readonly dataset: (all: Readonly<Record<string, { readonly field: Field; readonly column: Column }>>) => Dataset
}

/**
 * Test data for a source that comes without: a share of its rows. Which rows is a property of the source, not of a run, so that every
 * run of every seed is tested on the same ones.
 */
export const heldOut = (size: number, share: number, of: string): E.Either<ElboError, HeldOut> => {
  if (size < 2)
    return E.left(dataError(`${of}: two rows are needed, one to train and one to test with, but there is ${size}`))
  const { kept, apart } = divide(size, share, heldOutStream)
  return E.right({
    kept,
    dataset: (all) => {
      const fields = Object.fromEntries(Object.entries(all).map(([name, { field }]) => [name, field]))
      const whole = {
        size,
        columns: Object.fromEntries(Object.entries(all).map(([name, { column }]) => [name, column])),
      }
      return {
        fields,
        train: rowsOf(fields, whole, kept),
        validation: rowsOf(fields, whole, new Uint32Array()),
        test: rowsOf(fields, whole, apart),
      }
    },
  })
}
