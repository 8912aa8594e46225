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

type Complaint = t.ValidationError
const keysOf = ({ context }: Complaint): readonly string[] => context.map(({ key }) => key)

/** Where a complaint is. io-ts numbers the alternatives of unions too; a number is shown only where the value is a list's. */
const pathOf = ({ context }: Complaint): string =>
  context
    .filter(({ key }, i) => key !== '' && (!/^\d+$/.test(key) || Array.isArray(context[i - 1]?.actual)))
    .map(({ key }) => key)
    .join('.')

const tellBy = (complaint: Complaint, expected: string): string => {
  const path = pathOf(complaint)
  const found = complaint.message ?? `expected ${cut(expected, 80)} but found ${spelled(complaint.value)}`
  return path === '' ? found : `${path}: ${found}`
}
/** Of equals the first. */
const deepest = (errors: t.Errors): Complaint | undefined =>
  errors.reduce<Complaint | undefined>(
    (found, error) => (found !== undefined && found.context.length >= error.context.length ? found : error),
    undefined,
  )
const expectedBy = ({ context }: Complaint): string => context.at(-1)?.type.name ?? 'something else'

/**
 * Of a union, io-ts complains about every alternative. One whose tag is another was not meant; of the one that was, the complaint that lies
 * deepest is told. Where none was meant, the tags that there are, of the innermost union.
 */
const describe = (errors: t.Errors): string => {
  const tags = errors.filter((error) => error.context.at(-1)?.key === 'tag')
  const others = tags.map((error) => keysOf(error).slice(0, -1))
  const meant = errors.filter((error) => !others.some((prefix) => prefix.every((key, i) => key === keysOf(error)[i])))
  const told = deepest(meant)
  if (told !== undefined) return tellBy(told, expectedBy(told))
  const tag = deepest(tags)
  if (tag === undefined) return 'it is not what was expected'
  const known = tags.filter((error) => pathOf(error) === pathOf(tag)).map(expectedBy)
  return tellBy(tag, [...new Set(known)].join(' or '))
}

/** What a codec makes of JSON, or one error that says of `what` it is, where it is wrong, what was expected and what is there. */
export const decoded = <A>(what: string, codec: t.Decoder<unknown, A>, json: unknown): E.Either<ElboError, A> =>
  pipe(
    codec.decode(json),
    E.mapLeft((errors) => codecError(`${what}: ${describe(errors)}`)),
  )

export const parsed = (what: string, text: string): E.Either<ElboError, unknown> =>
  attempt<unknown>(
    () => JSON.parse(text),
    ({ message }) => codecError(`${what} is not JSON: ${message}`),
  )
