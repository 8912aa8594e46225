import type { Support } from '../expr/Op.ts'

/** Which supports lie within a support: what KL(q‖p) needs of q to be finite. */
interface Inside {
  readonly real: 'real' | 'positive' | 'unit'
  readonly positive: 'positive' | 'unit'
  readonly unit: 'unit'
  readonly binary: 'binary'
  readonly oneHot: 'oneHot'
  readonly count: 'count' | 'binary'
}
/** Which data a likelihood of this support can score. A density on the real line scores any real vector; [0, 1] holds 0, which (0, ∞) does not. */
interface Scores {
  readonly real: Support
  readonly positive: 'positive'
  readonly unit: 'unit'
  readonly binary: 'binary'
  readonly oneHot: 'oneHot'
  readonly count: 'count' | 'binary'
}
type Lists<T> = { readonly [S in keyof T]: readonly T[S][] }
const everything: readonly Support[] = ['real', 'positive', 'unit', 'binary', 'oneHot', 'count']
const inside: Lists<Inside> = {
  real: ['real', 'positive', 'unit'],
  positive: ['positive', 'unit'],
  unit: ['unit'],
  binary: ['binary'],
  oneHot: ['oneHot'],
  count: ['count', 'binary'],
}
const scores: Lists<Scores> = {
  real: everything,
  positive: ['positive'],
  unit: ['unit'],
  binary: ['binary'],
  oneHot: ['oneHot'],
  count: ['count', 'binary'],
}

export type isInside<Q extends Support, P extends Support> = Q extends Inside[P] ? true : false
export const isInside = (q: Support, p: Support): boolean => inside[p].some((s) => s === q)

export type canScore<P extends Support, X extends Support> = X extends Scores[P] ? true : false
export const canScore = (p: Support, data: Support): boolean => scores[p].some((s) => s === data)
