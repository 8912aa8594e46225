import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, test } from 'vitest'
import { attempt, dataError } from '../../src/error.ts'

describe('attempt', () => {
  test('an exception becomes an error value that keeps the text of its cause', () => {
    const parsed = attempt(
      () => JSON.parse('{') as unknown,
      (cause) => dataError(`not JSON: ${cause.message}`),
    )
    expect(parsed).toMatchObject(E.left({ tag: 'Data', message: expect.stringMatching(/^not JSON: ./) }))
  })
  test('a thrown value that is no Error is shown as text', () => {
    const failed = attempt(
      () => {
        throw 'a string'
      },
      (cause) => dataError(cause.message),
    )
    expect(failed).toEqual(E.left({ tag: 'Data', message: 'a string' }))
  })
  test('a result passes through', () => {
    expect(
      attempt(
        () => 7,
        () => dataError('never'),
      ),
    ).toEqual(E.right(7))
  })
})
