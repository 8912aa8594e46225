import { pipe } from 'fp-ts/lib/function.js'
import { dense, type Expr, full, relu } from 'elbo-ts'
import { expect, test } from 'vitest'

// What the compiler says of a longer pipe is in spec/types/ui/longPipe.ui.ts; the idiom is in the README.
test('a part of a long network has a name, or a pipe of its own', () => {
  const block = (x: Expr<[4]>): Expr<[4]> =>
    pipe(x, dense(4), relu, dense(4), relu, dense(4), relu, dense(4), relu, dense(4), relu, dense(4), relu, dense(4))
  const named = pipe(full(0, 4), block, relu, block, relu, dense(3))
  const nested = pipe(pipe(full(0, 4), block, relu), block, relu, dense(3))
  expect(named.shape).toEqual([3])
  expect(named.problems).toEqual([])
  expect(nested.shape).toEqual(named.shape)
})
