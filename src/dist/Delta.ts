import { expression } from '../call/Kind.ts'
import { takes } from '../call/takes.ts'
import { constant, equal, select } from '../expr/build.ts'
import type { Expr } from '../expr/Expr.ts'
import type { Node } from '../expr/Op.ts'
import type { Shape } from '../shape/Shape.ts'
import { type Dist, distOf, type Family, klRow } from './Dist.ts'

/** All mass on one value: a distribution that is none, for codes without noise. */
export interface Delta<S extends Shape> extends Dist<'Delta', S, 'real', 'deterministic', 'Delta', 'values'> {
  readonly params: Loc
}
type Loc = { readonly loc: Node }

/** 0 or ∞: a point lies on the other or it does not. */
const betweenDeltas = (q: Loc, p: Loc): Node => select(equal(q.loc, p.loc), 0, Infinity)

/**
 * Densities are relative to the counting measure at `loc`: log p is 0 there and −∞ elsewhere, and the entropy is 0. They do not compare
 * with densities on the real line, so there is no KL between a Delta and a continuous family.
 */
export const deltaFamily: Family<'Delta', 'real', 'deterministic', Loc, 'Delta'> = {
  name: 'Delta',
  support: 'real',
  sampling: 'deterministic',
  params: ['loc'],
  logProb: ({ loc }, x) => select(equal(x, loc), 0, -Infinity),
  draw: ({ loc }) => loc,
  mean: ({ loc }) => loc,
  variance: ({ loc }) => constant(0, loc.shape),
  entropy: ({ loc }) => constant(0, loc.shape),
  klTo: { Delta: klRow(['loc'], betweenDeltas) },
}

const makeDelta = <S extends Shape>(loc: Expr<S>): Delta<S> =>
  distOf(deltaFamily, loc.node, { loc: loc.node }, loc.problems)

/**
 * The value itself, as a distribution.
 *
 * @example  pipe(z, dense(2), delta) // => a Delta over [2]
 */
export const delta: typeof makeDelta = takes('delta', makeDelta, [expression])
