import { pipe } from 'fp-ts/lib/function.js'
import * as e from 'elbo-ts'
import { expect, test } from 'vitest'

/** Every piece of code that a message tells its reader to write is compiled and run by spec/advice.spec.ts; here are those that were wrong. */

const guide = pipe(
  e.given({ x: e.binary(4) }),
  e.latent('z', ({ x }) => pipe(x, e.dense(16), e.diagonalNormal(8))),
)
const problemsOf = (loc: () => readonly [e.Expr<[8]>, e.Expr<[8]>]): readonly string[] => {
  const model = pipe(
    e.model,
    e.latent('z', () => {
      const [a, b] = loc()
      return e.normal(pipe(a, e.add(b)), 1)
    }),
    e.observe('x', ({ z }) => pipe(z, e.dense(4), e.bernoulli)),
  )
  return e.vae({ model, guide }).problems
}

test('two equal parameters in one callback: what the message advises is right', () => {
  expect(problemsOf(() => [e.parameter(0, 8), e.parameter(0, 8)])).toEqual([
    "'z': parameter(0, 8) is written twice, which would be one; tell them apart with named('mean', () => parameter(0, 8))(), or tie them with share('w', () => parameter(0, 8))()",
  ])
  expect(problemsOf(() => [e.named('mean', () => e.parameter(0, 8))(), e.parameter(0, 8)])).toEqual([])
  const shared = (): e.Expr<[8]> => e.share('w', () => e.parameter(0, 8))()
  expect(problemsOf(() => [shared(), shared()])).toEqual([])
})

test('a parameter that starts from draws is written as it is typed', () => {
  const twice = (): e.Expr<[8]> => e.parameter({ stddev: 0.1 }, 8)
  expect(problemsOf(() => [twice(), twice()])[0]).toContain("named('mean', () => parameter({ stddev: 0.1 }, 8))()")
})
