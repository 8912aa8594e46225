import { describe, expect, test } from 'vitest'
import { hasClosedForm } from '../../../src/dist/divergence.ts'
import { bernoulli, type Bernoulli } from '../../../src/dist/Bernoulli.ts'
import { categorical, type Categorical } from '../../../src/dist/Categorical.ts'
import { continuousBernoulli, type ContinuousBernoulli } from '../../../src/dist/ContinuousBernoulli.ts'
import { delta, type Delta } from '../../../src/dist/Delta.ts'
import { laplace, type Laplace } from '../../../src/dist/Laplace.ts'
import { logNormal, type LogNormal } from '../../../src/dist/LogNormal.ts'
import { negativeBinomial, type NegativeBinomial } from '../../../src/dist/NegativeBinomial.ts'
import { normal, type Normal } from '../../../src/dist/Normal.ts'
import { poisson, type Poisson } from '../../../src/dist/Poisson.ts'
import { exprOf } from '../../../src/expr/Expr.ts'
import { constant } from '../../../src/expr/build.ts'
import type { Support } from '../../../src/expr/Op.ts'
import { canScore, isInside } from '../../../src/dist/Support.ts'

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
const numbers = exprOf<[2]>(constant(0.5, [2]))
interface Families {
  readonly Normal: Normal<[2]>
  readonly Laplace: Laplace<[2]>
  readonly LogNormal: LogNormal<[2]>
  readonly Bernoulli: Bernoulli<[2]>
  readonly Categorical: Categorical<[2]>
  readonly ContinuousBernoulli: ContinuousBernoulli<[2]>
  readonly Poisson: Poisson<[2]>
  readonly NegativeBinomial: NegativeBinomial<[2]>
  readonly Delta: Delta<[2]>
}
type Family = keyof Families
const families: Families = {
  Normal: normal(numbers, 1),
  Laplace: laplace(numbers, 1),
  LogNormal: logNormal(numbers, 1),
  Bernoulli: bernoulli(numbers),
  Categorical: categorical(numbers),
  ContinuousBernoulli: continuousBernoulli(numbers),
  Poisson: poisson(numbers),
  NegativeBinomial: negativeBinomial(numbers, 1),
  Delta: delta(numbers),
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
const closed: { readonly [Q in Family]: { readonly [P in Family]: hasClosedForm<Families[Q], Families[P]> } } = {
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
    expect(hasClosedForm(families[a], families[b])).toBe(expected)
  })
})
