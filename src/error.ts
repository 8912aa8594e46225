import * as E from 'fp-ts/lib/Either.js'
import { namesLike } from './namesLike.ts'

/** The area of the library that an error comes from. */
type Tag = 'Shape' | 'Data' | 'Model' | 'Codec' | 'Target' | 'Train' | 'File' | 'Usage'

/** What went wrong, where, and what to do about it. Public functions return it on the left; none of them throws. */
export interface ElboError {
  readonly tag: Tag
  readonly message: string
}

const make =
  (tag: Tag) =>
  (message: string): ElboError => ({ tag, message })

export const shapeError: (message: string) => ElboError = make('Shape')
export const dataError: (message: string) => ElboError = make('Data')
export const modelError: (message: string) => ElboError = make('Model')
export const codecError: (message: string) => ElboError = make('Codec')
export const targetError: (message: string) => ElboError = make('Target')
export const trainError: (message: string) => ElboError = make('Train')
export const fileError: (message: string) => ElboError = make('File')
export const usageError: (message: string) => ElboError = make('Usage')

/**
 * What something was given besides the options that there are, the most similar of them first: a program need not have been type-checked. `written` are those that its
 * constructor puts there itself.
 */
export const unknownOptions = (
  where: string,
  given: object,
  known: readonly string[],
  written: readonly string[] = ['tag'],
): readonly string[] =>
  Object.keys(given)
    .filter((name) => !known.includes(name) && !written.includes(name))
    .map(
      (name) => `${where}: there is no '${name}'; there ${known.length === 1 ? 'is' : 'are'} ${namesLike(name, known)}`,
    )

/** Runs what may throw (a library, a file) and turns the exception into a value. Use it at the boundary only. */
export const attempt = <A>(f: () => A, onThrow: (cause: Error) => ElboError): E.Either<ElboError, A> =>
  E.tryCatch(f, (cause) => onThrow(cause instanceof Error ? cause : new Error(String(cause))))
