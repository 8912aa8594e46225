import { readFile } from 'node:fs/promises'
import { pipe } from 'fp-ts/lib/function.js'
import * as E from 'fp-ts/lib/Either.js'
import { type ElboError, quantile, type Trained, usageError } from 'elbo-ts'
import type weather from '../06-table.ts'

/** What a service makes of a model: days of weather as embeddings, the days most like a given one, and which are out of the ordinary. */

export type Model = Trained<(typeof weather)['vae']>
/** precipitation, highest and lowest temperature, wind */
type Row = readonly number[]

/** What the service answers of a day; built once from the days that are known. */
export interface Service {
  readonly similar: (day: Row) => E.Either<ElboError, readonly { readonly day: Row; readonly distance: number }[]>
  readonly unusual: (day: Row) => E.Either<ElboError, { readonly score: number; readonly unusual: boolean }>
}

const embeddings = (model: Model, days: readonly Row[]): E.Either<ElboError, readonly Row[]> =>
  pipe(
    model.encode({ x: days }),
    E.map(({ z }) => days.map((_, i) => Array.from(z.data.subarray(2 * i, 2 * i + 2)))),
  )

const distance = (a: Row, b: Row): number => Math.hypot(...a.map((v, i) => v - (b[i] ?? 0)))

export const service = (model: Model, known: readonly Row[]): E.Either<ElboError, Service> =>
  pipe(
    E.Do,
    E.apS('placed', embeddings(model, known)),
    E.apS('scores', model.score({ x: known })),
    E.map(({ placed, scores }) => {
      // One known day in a hundred is called unusual.
      const threshold = quantile(scores, 0.99)
      return {
        similar: (day) =>
          pipe(
            embeddings(model, [day]),
            E.map(([at = []]) =>
              known
                .map((other, i) => ({ day: other, distance: distance(at, placed[i] ?? []) }))
                .toSorted((a, b) => a.distance - b.distance)
                .slice(0, 5),
            ),
          ),
        unusual: (day) =>
          pipe(
            model.score({ x: [day] }),
            E.map(([score = 0]) => ({ score, unusual: score > threshold })),
          ),
      }
    }),
  )

const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i

/** A day in a query, such as '0,25,15,3'. `Number` alone would read '' as 0 and '0x10' as 16. Errors  the first part that is not a number */
export const dayIn = (text: string): E.Either<ElboError, Row> => {
  const parts = text.split(',')
  const wrong = parts.findIndex((part) => !DECIMAL.test(part))
  return wrong < 0
    ? E.right(parts.map(Number))
    : E.left(usageError(`day, number ${wrong + 1}: '${parts[wrong]}' is not a number; write it as day=0,25,15,3`))
}

/** The four columns that the model reads, of every day in the file. Throws where one is not a number. */
export const daysIn = async (file: string): Promise<readonly Row[]> =>
  (await readFile(file, 'utf8'))
    .trim()
    .split(/\r?\n/)
    .slice(1)
    .map((line, i) =>
      pipe(
        dayIn(line.split(',').slice(1, 5).join(',')),
        E.getOrElse<ElboError, Row>(({ message }) => {
          throw new Error(`'${file}', line ${i + 2}: ${message}`)
        }),
      ),
    )
