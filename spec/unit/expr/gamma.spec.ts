import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { countQuantile, digamma, lgamma } from '../../../src/expr/gamma.ts'

/** Rows of x, log Γ(x), ψ(x) from mpmath 1.3.0 with 50 digits, rounded to float64. */
const table: readonly (readonly [x: number, lgamma: number, digamma: number])[] = [
  [1e-300, 690.7755278982137, -9.999999999999999e299],
  [1e-10, 23.025850929882736, -10000000000.577215],
  [0.1, 2.252712651734206, -10.423754940411076],
  [0.49999, 0.5723845782717032, -1.963559374884885],
  [0.5, 0.5723649429247001, -1.9635100260214235],
  [0.75, 0.20328095143129538, -1.0858608797864722],
  [0.999999, 5.772164873855652e-7, -0.5772173098368019],
  [1.0000001, -5.772155829918507e-8, -0.5772155004081381],
  [1.4616321449683622, -0.12148629053584961, -9.241265521729427e-17],
  [1.49999, -0.12078260248824477, 0.036480625915130946],
  [1.5, -0.12078223763524522, 0.03648997397857652],
  [1.9999, -4.227520877215346e-5, 0.42271983967113097],
  [2.0001, 4.2281658112919945e-5, 0.4228488264846654],
  [2.5, 0.2846828704729192, 0.7031566406452432],
  [2.6, 0.35741186354897986, 0.7510474527734763],
  [5.0, 3.1780538303479458, 1.5061176684318005],
  [8.999, 10.602462320025602, 2.1405239590437173],
  [9.0, 10.60460290274525, 2.14064147795561],
  [10.0, 12.801827480081469, 2.251752589066721],
  [100.0, 359.1342053695754, 4.600161852738087],
  [1000000.0, 12815504.569147611, 13.815510057964191],
  [1e300, 6.897755278982137e302, 690.7755278982137],
]

/** Where series meet, beside zeros, and at both ends of the range. */
describe('log Γ and ψ in float64', () => {
  test.each(table)('at %d', (x, logGamma, psi) => {
    expect(Math.abs(lgamma(x) - logGamma)).toBeLessThanOrEqual(4e-16 * Math.abs(logGamma))
    expect(Math.abs(digamma(x) - psi)).toBeLessThanOrEqual(2e-15 * Math.max(1, Math.abs(psi)))
  })

  test('are NaN below 0, at whole numbers too, and have their limits at 0 and ∞', () => {
    expect([-0.5, -1, -1.5, NaN].map(lgamma)).toEqual([NaN, NaN, NaN, NaN])
    expect([-0.5, -1, -1.5, NaN].map(digamma)).toEqual([NaN, NaN, NaN, NaN])
    expect([lgamma(0), digamma(0), lgamma(Infinity), digamma(Infinity)]).toEqual([
      Infinity,
      -Infinity,
      Infinity,
      Infinity,
    ])
  })

  test('Γ(x + 1) = x Γ(x)', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-3, max: 40, noNaN: true }), (x) => {
        expect(Math.abs(lgamma(x + 1) - lgamma(x) - Math.log(x))).toBeLessThan(4e-14)
        expect(Math.abs((digamma(x + 1) - digamma(x)) * x - 1)).toBeLessThan(4e-14 * Math.max(1, x))
      }),
      { seed: 20261122 },
    )
  })
})

describe('the quantile of counts', () => {
  const levels = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })
  const means = fc.double({ min: 0.01, max: 60, noNaN: true })
  const dispersions = fc.oneof(fc.constant(0), fc.double({ min: 1e-6, max: 3, noNaN: true }))
  /** p(0) … p(k), from log Γ. */
  const masses = (mean: number, dispersion: number, k: number): readonly number[] => {
    const r = 1 / dispersion
    const poisson = (x: number): number => x * Math.log(mean) - mean - lgamma(x + 1)
    const negativeBinomial = (x: number): number =>
      lgamma(x + r) -
      lgamma(r) -
      lgamma(x + 1) -
      r * Math.log1p(mean / r) +
      x * (Math.log(mean) - Math.log(r) - Math.log1p(mean / r))
    return Array.from({ length: k + 1 }, (_, x) => Math.exp((dispersion === 0 ? poisson : negativeBinomial)(x)))
  }

  test('is the least count whose distribution function is above u', () => {
    fc.assert(
      fc.property(levels, means, dispersions, (u, mean, dispersion) => {
        const k = countQuantile(u, mean, dispersion)
        const p = masses(mean, dispersion, k)
        const upTo = p.reduce((a, b) => a + b, 0)
        // lgamma of a size of 10⁶ is good to a part in 10⁹
        expect(upTo).toBeGreaterThan(u - 1e-8)
        expect(upTo - (p[k] ?? 0)).toBeLessThanOrEqual(u + 1e-8)
      }),
      { seed: 20261122, numRuns: 400 },
    )
  })

  test('does not underflow where p(0) does, and ends where u is all but 1', () => {
    // scipy 1.17: poisson.ppf, nbinom.ppf
    expect(countQuantile(0.999999, 1000, 0)).toBe(1154)
    expect(countQuantile(2 ** -24, 2000, 0)).toBe(1768)
    expect(countQuantile(0.5, 1000, 0.5)).toBe(839)
    expect(countQuantile(1 - 2 ** -53, 3, 2)).toBeLessThan(400)
    expect(countQuantile(0.7, 0, 0.5)).toBe(0)
  })

  test('is NaN for what is no level, mean or dispersion', () => {
    expect([countQuantile(1, 2, 0), countQuantile(-0.1, 2, 0), countQuantile(0.5, -1, 0)]).toEqual([NaN, NaN, NaN])
    expect([countQuantile(0.5, 2, -1), countQuantile(NaN, 2, 0), countQuantile(0.5, Infinity, 0)]).toEqual([
      NaN,
      NaN,
      NaN,
    ])
  })
})
