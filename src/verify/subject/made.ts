import { pipe } from 'fp-ts/lib/function.js'
import * as bijectors from '../../dist/bijectors.ts'
import { type AnyBijector, bijector } from '../../dist/Bijector.ts'
import { mixture } from '../../dist/mixture.ts'
import { normal } from '../../dist/Normal.ts'
import { transformed } from '../../dist/transformed.ts'
import { type AnyExpr, type Expr, exprOf } from '../../expr/Expr.ts'
import * as b from '../../expr/build.ts'
import { add, div, maximum, mul, sub } from '../../expr/typed/binary.ts'
import { exp, log, log1p, neg, sqrt, square } from '../../expr/typed/elementwise.ts'
import { planar } from '../../nn/planar.ts'
import { traced } from '../../nn/trace.ts'
import { densityOf, type Made } from './Density.ts'

/** Distributions made of others, and what makes them, for the laws. */

const nothing = exprOf<[]>(b.constant(Number.NaN))

/** asinh of a number from 0, and of any: nothing cancels. */
const ofPositive = (a: Expr<[]>): Expr<[]> =>
  log1p(pipe(square(a), div(pipe(sqrt(pipe(square(a), add(1))), add(1))), add(a)))
const asinh = (y: Expr<[]>): Expr<[]> =>
  pipe(ofPositive(pipe(y, maximum(0))), sub(ofPositive(pipe(neg(y), maximum(0)))))

/** y = sinh x */
const sinh = bijector({
  name: 'sinh',
  forward: (x) => pipe(exp(x), sub(exp(pipe(x, mul(-1)))), mul(0.5)),
  inverse: asinh,
  logAbsDet: (x) => pipe(exp(x), add(exp(pipe(x, mul(-1)))), mul(0.5), log),
})

export const libraryBijectors: readonly AnyBijector[] = [
  bijectors.exp,
  bijectors.affine({ scale: -2.5, shift: 0.75 }),
  sinh,
  traced(['flow'], () => planar(2)).value,
]

/** Numbers in a row: [2] of two, each over its own event. */
const both = (first: AnyExpr, second: AnyExpr): Expr<[2]> => {
  const one = (x: AnyExpr): ReturnType<typeof b.reshape> => b.reshape(x.node, [1, ...x.shape.map(Number)])
  return exprOf<[2]>(b.concat([one(first), one(second)], 0))
}

/** Of one number, of parameters that are numbers. */
export const madeDensities: readonly Made[] = [
  densityOf({
    name: 'sinh(Normal)',
    parameters: { loc: [-1, 1], scale: [0.3, 0.9] },
    make: ({ loc = nothing, scale = nothing }) => pipe(normal(loc, scale), transformed(sinh)),
  }),
  densityOf({
    name: 'affine(Normal)',
    parameters: { loc: [-1, 1], scale: [0.2, 1] },
    make: ({ loc = nothing, scale = nothing }) =>
      pipe(normal(loc, scale), transformed(bijectors.affine({ scale: -2.5, shift: 0.75 }))),
  }),
  densityOf({
    name: 'mixture(Normal)',
    parameters: { logit: [-2, 2], first: [-3, 0], second: [0, 3], scale: [0.3, 1] },
    make: ({ logit = nothing, first = nothing, second = nothing, scale = nothing }) =>
      mixture(both(logit, exprOf(b.mul(logit.node, 0))), normal(both(first, second), both(scale, scale))),
  }),
]
