import { number } from '../call/Kind.ts'
import { takes } from '../call/takes.ts'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { bijector, type Bijector } from '../dist/Bijector.ts'
import * as b from '../expr/build.ts'
import { type Expr, exprOf, lift, problemsOf } from '../expr/Expr.ts'
import type { Node } from '../expr/Op.ts'
import { dimensions } from '../shape/dimensions.ts'
import { applyLayer } from './trace.ts'

const dot = (x: Node, y: Node): Node => b.sum(b.mul(x, y))

/** One layer's parameters in a row: u, w and the bias. */
const split = (all: Node, size: number): { readonly u: Node; readonly w: Node; readonly bias: Node } => ({
  u: b.sliceAxis(all, 0, 0, size),
  w: b.sliceAxis(all, 0, size, size),
  bias: b.reshape(b.sliceAxis(all, 0, 2 * size, 1), []),
})

/** û·w = −1 + softplus(u·w) > −1, which makes the map invertible; û differs from u along w alone. */
const reach = (u: Node, w: Node): Node => b.sub(b.softplus(dot(u, w)), 1)

const makePlanar = <const N extends number>(size: N): Bijector<'planar', [N], 'real', 'real', false> => {
  const all = lift<[number]>([], () =>
    pipe(
      dimensions([size], 'planar'),
      E.flatMap(() =>
        applyLayer('planar', `${size}`, [], (param) =>
          E.right(param('weights', [2 * size + 1], { tag: 'normal', stddev: 0.1 })),
        ),
      ),
    ),
  )
  const isBroken = all.problems.length > 0
  const { u, w, bias } = isBroken ? { u: all.node, w: all.node, bias: all.node } : split(all.node, size)
  const bent = (x: Expr<[N]>): Node => b.tanh(b.add(dot(w, x.node), bias))
  // Where w is 0 the map is a shift, and û is u.
  const toHat = b.div(b.sub(reach(u, w), dot(u, w)), b.max(dot(w, w), 1e-30))
  const hat = b.add(u, b.mul(w, toHat))
  const made = bijector<'planar', [N]>({
    name: 'planar',
    event: [size],
    forward: (x) => (isBroken ? x : exprOf<[N]>(b.add(x.node, b.mul(hat, bent(x))), problemsOf(x))),
    logAbsDet: (x) =>
      exprOf<[]>(isBroken ? all.node : b.log1p(b.mul(dot(hat, w), b.sub(1, b.square(bent(x))))), problemsOf(x)),
  })
  return { ...made, problems: [...all.problems, ...made.problems] }
}

/**
 * A planar flow: the space is stretched along one direction, across one plane. It has no inverse in closed form, so it transforms guides and cannot
 * score other values.
 *
 *   f(x) = x + û tanh(w·x + b)        log |det ∂f/∂x| = log(1 + û·w (1 − tanh²(w·x + b)))
 *   û = u + (m(u·w) − u·w) w / ‖w‖², m(a) = −1 + softplus(a)
 *
 * Shapes    of events [size]        Parameters  u, w, b together [2 · size + 1] (normal, standard deviation 0.1)
 * Errors    `notNatural`
 * Source    Rezende & Mohamed 2015, arXiv:1505.05770, eq. 10–12 and App. A.1
 * @example  pipe(standardNormal(20), transformed(planar(20)), transformed(planar(20)))
 */
export const planar: typeof makePlanar = takes('planar', makePlanar, [number])
