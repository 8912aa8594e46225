import { constant, equal, select } from '../expr/build.ts'
import type { Expr } from '../expr/Expr.ts'
import type { Shape } from '../shape/Shape.ts'
import { distOf, type DistOf, type FamilyRules } from './Dist.ts'

/** All mass on one value: a distribution that is none, for codes without noise. */
export type Delta<S extends Shape> = DistOf<'Delta', S>

/**
 * Densities are relative to the counting measure at `loc`: log p is 0 there and −∞ elsewhere, and the entropy is 0. They do not compare
 * with densities on the real line, so there is no KL between a Delta and a continuous family.
 */
export const deltaRules: FamilyRules<'Delta'> = {
  family: 'Delta',
  support: 'real',
  sampling: 'deterministic',
  logProb: ({ loc }, x) => select(equal(x, loc), 0, -Infinity),
  sample: ({ loc }) => loc,
  mean: ({ loc }) => loc,
  variance: ({ loc }) => constant(0, loc.shape),
  entropy: ({ loc }) => constant(0, loc.shape),
}

/**
 * The value itself, as a distribution.
 *
 * @example  pipe(z, dense(2), delta) // => a Delta over [2]
 */
export const delta = <S extends Shape>(loc: Expr<S>): Delta<S> =>
  distOf<'Delta', S>(deltaRules, loc.node, { loc: loc.node }, loc.problems)
