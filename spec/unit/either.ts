import * as E from 'fp-ts/lib/Either.js'

/** What is on the right, or a failed test that shows what is on the left. */
export const right = <A>(either: E.Either<unknown, A>): A => {
  if (E.isLeft(either)) throw new Error(`left: ${JSON.stringify(either.left)}`)
  return either.right
}

/** The message on the left, or a failed test. */
export const messageOf = (either: E.Either<{ readonly message: string }, unknown>): string => {
  if (E.isRight(either)) throw new Error('right')
  return either.left.message
}
