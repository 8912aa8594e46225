import * as O from 'fp-ts/lib/Option.js'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { AnyDist } from '../../../src/dist/Dist.ts'
import { klTerms, logProbTerms, meanOf, varianceOf } from '../../../src/dist/family.ts'
import { literal } from '../../../src/expr/build.ts'
import { dot } from './quadrature.ts'
import {
  bernoullis,
  categoricalRows,
  continuousBernoullis,
  laplaces,
  logits,
  logNormals,
  normals,
  type Subject,
} from './subjects.ts'
import { entropyOf, valuesOf } from './values.ts'

/** A counterexample in words, or nothing. */
const failure = <P>(parameters: fc.Arbitrary<P>, law: (p: P) => void): string | undefined => {
  const property = fc.property(parameters, (p) => {
    law(p)
  })
  return fc.defaultReportMessage(fc.check(property, { seed: 20261122, numRuns: 60 }))
}

/** Relative above 1, absolute below. */
const close = (got: number, want: number, tolerance = 1e-10): void => {
  expect(Math.abs(got - want)).toBeLessThanOrEqual(tolerance * Math.max(1, Math.abs(want)))
}

const divergence = (q: AnyDist, p: AnyDist): readonly number[] => {
  const terms = klTerms(q, p)
  if (O.isNone(terms)) throw new Error(`no KL(${q.family} || ${p.family})`)
  return valuesOf(terms.value)
}
const first = (values: readonly number[]): number => values[0] ?? NaN
const total = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0)

const familyLaws = <P>({ name, parameters, make, support }: Subject<P>): void => {
  const atSupport = (p: P) => {
    const { points, weights } = support(p)
    const dist = make(p, points.length)
    const logP = valuesOf(logProbTerms(dist, literal(points, [points.length])))
    return { dist, points, logP, mass: logP.map((l, i) => Math.exp(l) * (weights[i] ?? NaN)) }
  }
  describe(`${name}`, () => {
    test('the density integrates to 1', () =>
      expect(failure(parameters, (p) => close(total(atSupport(p).mass), 1))).toBeUndefined())

    test('mean and variance are the density’s moments', () =>
      expect(
        failure(parameters, (p) => {
          const { dist, points, mass } = atSupport(p)
          const mean = dot(mass, points)
          const squares = points.map((x) => (x - mean) ** 2)
          close(first(valuesOf(meanOf(dist))), mean)
          close(first(valuesOf(varianceOf(dist))), dot(mass, squares))
        }),
      ).toBeUndefined())

    test('entropy is −E log p', () =>
      expect(
        failure(parameters, (p) => {
          const { dist, logP, mass } = atSupport(p)
          close(first(valuesOf(entropyOf(dist))), -dot(mass, logP))
        }),
      ).toBeUndefined())

    test('KL(q‖q) is exactly 0', () =>
      expect(
        failure(parameters, (p) => {
          expect(divergence(make(p, 1), make(p, 1)).map(Math.abs)).toEqual([0])
        }),
      ).toBeUndefined())
  })
}

describe('laws of a family', () => {
  familyLaws(normals)
  familyLaws(laplaces)
  familyLaws(logNormals)
  familyLaws(bernoullis)
  familyLaws(continuousBernoullis)
})

const pairLaws = <Q>(q: Subject<Q>, p: Subject<Q>): void => {
  const both = fc.tuple(q.parameters, p.parameters)
  describe(`KL(${q.name}‖${p.name})`, () => {
    test('is E_q[log q − log p]', () =>
      expect(
        failure(both, ([a, b]) => {
          const { points, weights } = q.support(a, b)
          const n = points.length
          const [posterior, prior, x] = [q.make(a, n), p.make(b, n), literal(points, [n])]
          const [logQ, logP] = [valuesOf(logProbTerms(posterior, x)), valuesOf(logProbTerms(prior, x))]
          const terms = logQ.map((l, i) => Math.exp(l) * (l - (logP[i] ?? NaN)))
          close(first(divergence(posterior, prior)), dot(weights, terms))
        }),
      ).toBeUndefined())

    // Pinsker: KL is at least ½ (∫ |q − p|)², which the quadrature bounds from below by any difference of probabilities
    test('is not negative, and 0 only where the densities are equal', () =>
      expect(
        failure(both, ([a, b]) => {
          const { points, weights } = q.support(a, b)
          const n = points.length
          const x = literal(points, [n])
          const [qs, ps] = [q.make(a, n), p.make(b, n)].map((d) => valuesOf(logProbTerms(d, x)).map(Math.exp))
          const distance = total((qs ?? []).map((v, i) => Math.abs(v - (ps?.[i] ?? NaN)) * (weights[i] ?? NaN)))
          const kl = first(divergence(q.make(a, 1), p.make(b, 1)))
          expect(kl).toBeGreaterThanOrEqual(0.5 * distance ** 2 * 0.9 - 1e-15)
        }),
      ).toBeUndefined())
  })
}

describe('laws of a pair', () => {
  pairLaws(normals, normals)
  pairLaws(laplaces, laplaces)
  pairLaws(laplaces, normals)
  pairLaws(logNormals, logNormals)
  pairLaws(logNormals, normals)
  pairLaws(bernoullis, bernoullis)
  pairLaws(continuousBernoullis, continuousBernoullis)

  test('two ContinuousBernoullis are never below 0 apart, as near as they may be', () =>
    expect(
      failure(
        fc.tuple(continuousBernoullis.parameters, fc.double({ min: -1e-6, max: 1e-6, noNaN: true })),
        ([l, nudge]) => {
          const { make } = continuousBernoullis
          expect(first(divergence(make(l + nudge, 1), make(l, 1)))).toBeGreaterThanOrEqual(0)
        },
      ),
    ).toBeUndefined())

  test('neither Normals nor Laplaces are ever below 0 apart, not by an ulp, as near as they may be', () =>
    expect(
      failure(fc.tuple(normals.parameters, fc.double({ min: -1e-6, max: 1e-6, noNaN: true })), ([p, nudge]) => {
        const near = { loc: p.loc * (1 + nudge), scale: p.scale * (1 - nudge) }
        for (const { make } of [normals, laplaces])
          expect(first(divergence(make(near, 1), make(p, 1)))).toBeGreaterThanOrEqual(0)
      }),
    ).toBeUndefined())
})

describe('Categorical', () => {
  const logProbabilities = (row: readonly number[]): readonly number[] => {
    const { dist, every } = categoricalRows(row)
    return valuesOf(logProbTerms(dist, every))
  }

  test('the probabilities of all choices sum to 1', () =>
    expect(failure(logits, (row) => close(total(logProbabilities(row).map(Math.exp)), 1, 1e-14))).toBeUndefined())

  test('mean, variance and entropy are those of the one-hot vector', () =>
    expect(
      failure(logits, (row) => {
        const { dist } = categoricalRows(row)
        const logP = logProbabilities(row)
        const p = logP.map(Math.exp)
        const [mean, variance] = [valuesOf(meanOf(dist)), valuesOf(varianceOf(dist))]
        p.forEach((x, i) => close(mean[i] ?? NaN, x, 1e-14))
        p.forEach((x, i) => close(variance[i] ?? NaN, x - x * x, 1e-14))
        expect(valuesOf(entropyOf(dist))).toHaveLength(row.length)
        close(first(valuesOf(entropyOf(dist))), -dot(p, logP), 1e-14)
      }),
    ).toBeUndefined())

  test('KL is E_q[log q − log p], not negative, 0 on itself', () =>
    expect(
      failure(fc.tuple(logits, logits), ([a, b]) => {
        const k = Math.min(a.length, b.length)
        const [q, p] = [a.slice(0, k), b.slice(0, k)]
        const [logQ, logP] = [logProbabilities(q), logProbabilities(p)]
        const want = total(logQ.map((l, i) => Math.exp(l) * (l - (logP[i] ?? NaN))))
        const kl = divergence(categoricalRows(q).dist, categoricalRows(p).dist)
        expect(kl).toHaveLength(k)
        close(first(kl), want, 1e-14)
        expect(first(kl)).toBeGreaterThanOrEqual(-1e-15)
        expect(divergence(categoricalRows(q).dist, categoricalRows(q).dist).map(Math.abs)).toEqual(q.map(() => 0))
      }),
    ).toBeUndefined())
})
