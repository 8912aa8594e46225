import { expression } from '../../call/Kind.ts'
import { takes } from '../../call/takes.ts'
import * as E from 'fp-ts/lib/Either.js'
import { matmul as matmulShape } from '../../shape/matmul.ts'
import type { Arg, Ok, Shape } from '../../shape/Shape.ts'
import * as b from '../build.ts'
import { type AnyExpr, type Expr, lift } from '../Expr.ts'
import type { Node } from '../Op.ts'

/** Vectors as matrices, leading axes repeated, as the primitive wants them; `to` is the shape of the result. */
const product = (x: Node, y: Node, to: Shape): Node => {
  const [m, n] = [x.shape.length === 1 ? 1 : (x.shape.at(-2) ?? 1), y.shape.length === 1 ? 1 : (y.shape.at(-1) ?? 1)]
  const k = x.shape.at(-1) ?? 1
  const kept = (x.shape.length === 1 ? 0 : 1) + (y.shape.length === 1 ? 0 : 1)
  const lead = to.slice(0, to.length - kept)
  const left = b.broadcastTo(b.reshape(x, x.shape.length === 1 ? [1, k] : x.shape), [...lead, m, k])
  const right = b.broadcastTo(b.reshape(y, y.shape.length === 1 ? [k, 1] : y.shape), [...lead, k, n])
  return b.reshape(b.matmul(left, right), to)
}

const makeMatmul =
  <B extends Shape>(y: Expr<B>) =>
  <A extends Shape>(x: Arg<matmulShape<A, B>, Expr<A>>): Expr<Ok<matmulShape<A, B>>> => {
    // `Arg` is decided where the function is called.
    const left = x as AnyExpr
    return lift<Ok<matmulShape<A, B>>>([left, y], () =>
      E.map((to: Shape) => product(left.node, y.node, to))(matmulShape(left.shape, y.shape)),
    )
  }

/**
 * The matrix product, data last: `pipe(a, matmul(b))` is a · b. Vectors lose the axis that is summed; leading axes repeat.
 *
 * Errors    `innerMismatch`, `leadingMismatch`, `scalarOperand`
 */
export const matmul: typeof makeMatmul = takes('matmul', makeMatmul, [expression], [expression])
