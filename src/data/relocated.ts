import * as E from 'fp-ts/lib/Either.js'
import { type ElboError, usageError } from '../error.ts'
import type { DataSource } from './DataSource.ts'

/**
 * The same data in another place: a table's file, or the folder of a source of several files.
 *
 * Errors    data that are in no file
 */
export const relocated = (source: DataSource, path: string): E.Either<ElboError, DataSource> =>
  source.tag === 'inline'
    ? E.left(usageError('the data are part of the experiment; they are in no file that could be elsewhere'))
    : E.right('file' in source ? { ...source, file: path } : { ...source, folder: path })

/** What a source says but for its place. Two that agree in it may still hold different data: their numbers tell. */
export const placeless = (source: DataSource): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(source).filter(([key]) => key !== 'file' && key !== 'folder'))
