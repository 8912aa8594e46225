import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type * as t from 'io-ts'
import { attempt, codecError, type ElboError } from '../error.ts'

const cut = (text: string, length: number): string => (text.length > length ? `${text.slice(0, length - 1)}…` : text)

const spelled = (value: unknown): string =>
  value === undefined
    ? 'nothing'
    : pipe(
        attempt(
          () => cut(JSON.stringify(value) ?? String(value), 60),
          ({ message }) => codecError(message),
        ),
        E.getOrElse(() => 'something that is no JSON'),
      )

/** The complaint that lies deepest: of a union, the alternative that was meant most probably. */
const deepest = (errors: t.Errors): t.ValidationError | undefined =>
  errors.reduce<t.ValidationError | undefined>(
    (found, error) => (found === undefined || error.context.length > found.context.length ? error : found),
    undefined,
  )

const describe = (errors: t.Errors): string => {
  const error = deepest(errors)
  const entries = error?.context ?? []
  // The places inside unions and intersections are numbers that io-ts made up, unless the value there is a list's.
  const path = entries
    .filter((entry, i) => entry.key !== '' && (!/^\d+$/.test(entry.key) || Array.isArray(entries[i - 1]?.actual)))
    .map((entry) => entry.key)
    .join('.')
  const at = path === '' ? '' : `${path}: `
  return `${at}${error?.message ?? `expected ${cut(entries.at(-1)?.type.name ?? 'something else', 80)} but found ${spelled(error?.value)}`}`
}

/** What a codec makes of JSON, or one error that says of `what` it is, where it is wrong, what was expected and what is there. */
export const decoded = <A>(what: string, codec: t.Type<A, unknown, unknown>, json: unknown): E.Either<ElboError, A> =>
  pipe(
    codec.decode(json),
    E.mapLeft((errors) => codecError(`${what}: ${describe(errors)}`)),
  )

export const parsed = (what: string, text: string): E.Either<ElboError, unknown> =>
  attempt<unknown>(
    () => JSON.parse(text),
    ({ message }) => codecError(`${what} is not JSON: ${message}`),
  )
