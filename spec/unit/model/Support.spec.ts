import { describe, expect, test } from 'vitest'
import { hasClosedForm } from '../../../src/dist/divergence.ts'
import type { Family } from '../../../src/dist/Dist.ts'
import type { Support } from '../../../src/expr/Op.ts'
import { canScore, isInside } from '../../../src/model/Support.ts'

/** Tables whose entries have the types that the rules answer: the compiler checks them against the types, the tests against the values. */
type Supports = 'real' | 'positive' | 'unit' | 'binary' | 'oneHot' | 'count'
const inside: { readonly [Q in Supports]: { readonly [P in Supports]: isInside<Q, P> } } = {
  real: { real: true, positive: false, unit: false, binary: false, oneHot: false, count: false },
  positive: { real: true, positive: true, unit: false, binary: false, oneHot: false, count: false },
  unit: { real: true, positive: true, unit: true, binary: false, oneHot: false, count: false },
  binary: { real: false, positive: false, unit: false, binary: true, oneHot: false, count: true },
  oneHot: { real: false, positive: false, unit: false, binary: false, oneHot: true, count: false },
  count: { real: false, positive: false, unit: false, binary: false, oneHot: false, count: true },
}
/** Rows are likelihoods, columns data. */
const scores: { readonly [P in Supports]: { readonly [X in Supports]: canScore<P, X> } } = {
  real: { real: true, positive: true, unit: true, binary: true, oneHot: true, count: true },
  positive: { real: false, positive: true, unit: false, binary: false, oneHot: false, count: false },
  unit: { real: false, positive: false, unit: true, binary: false, oneHot: false, count: false },
  binary: { real: false, positive: false, unit: false, binary: true, oneHot: false, count: false },
  oneHot: { real: false, positive: false, unit: false, binary: false, oneHot: true, count: false },
  count: { real: false, positive: false, unit: false, binary: true, oneHot: false, count: true },
}
const none = {
  Normal: false,
  Laplace: false,
  LogNormal: false,
  Bernoulli: false,
  Categorical: false,
  ContinuousBernoulli: false,
  Poisson: false,
  NegativeBinomial: false,
  Delta: false,
} as const
const closed: { readonly [Q in Family]: { readonly [P in Family]: hasClosedForm<Q, P> } } = {
  Normal: { ...none, Normal: true },
  Laplace: { ...none, Laplace: true, Normal: true },
  LogNormal: { ...none, LogNormal: true, Normal: true },
  Bernoulli: { ...none, Bernoulli: true },
  Categorical: { ...none, Categorical: true },
  ContinuousBernoulli: { ...none, ContinuousBernoulli: true },
  Poisson: { ...none, Poisson: true },
  NegativeBinomial: none,
  Delta: { ...none, Delta: true },
}

/** Every entry of a square table with its two names. */
const entries = <K extends string>(table: Readonly<Record<K, Readonly<Record<K, boolean>>>>) =>
  Object.keys(table).flatMap((a) =>
    Object.keys(table).map((b) => ({ a: a as K, b: b as K, expected: table[a as K][b as K] })),
  )

describe('types and values agree', () => {
  test.each(entries<Support>(inside))('$a lies within $b: $expected', ({ a, b, expected }) => {
    expect(isInside(a, b)).toBe(expected)
  })
  test.each(entries<Support>(scores))('a likelihood on $a scores data on $b: $expected', ({ a, b, expected }) => {
    expect(canScore(a, b)).toBe(expected)
  })
  test.each(entries<Family>(closed))('KL($a || $b) in closed form: $expected', ({ a, b, expected }) => {
    expect(hasClosedForm(a, b)).toBe(expected)
  })
})
