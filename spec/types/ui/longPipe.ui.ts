import { pipe } from 'fp-ts/lib/function.js'
import { dense, type Expr, full, relu } from 'elbo-ts'

const x = full(0, 4)

export const nineteen: Expr<[4]> = pipe(
  pipe(x, relu, relu, relu, relu, relu, relu, relu, relu, relu, relu, relu, relu, relu, relu, relu, relu, relu, relu, relu),
  dense(4),
)

// a step more, of the same kind or of another, and many
//~ "pipe takes at most 19 steps; put some of them into a pipe of their own: pipe(pipe(x, dense(400), relu), dense(20))"
export const a = pipe(x, relu, relu, relu, relu, relu, relu, relu, relu, relu, relu, relu, relu, relu, relu, relu, relu, relu, relu, relu, relu)
//~ "pipe takes at most 19 steps; put some of them into a pipe of their own: pipe(pipe(x, dense(400), relu), dense(20))"
export const b = pipe(x, relu, relu, relu, relu, relu, relu, relu, relu, relu, relu, relu, relu, relu, relu, relu, relu, relu, relu, relu, dense(3), relu)
