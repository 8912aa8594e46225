import * as fc from 'fast-check'
import * as O from 'fp-ts/lib/Option.js'
import { describe, expect, test } from 'vitest'
import { bernoulli } from '../../../src/dist/Bernoulli.ts'
import { categorical } from '../../../src/dist/Categorical.ts'
import { continuousBernoulli } from '../../../src/dist/ContinuousBernoulli.ts'
import type { AnyDist } from '../../../src/dist/Dist.ts'
import { klTerms, logProb, meanOf, sampleOf, varianceOf } from '../../../src/dist/family.ts'
import { laplaceFromLogScale } from '../../../src/dist/Laplace.ts'
import { logNormalFromLogScale } from '../../../src/dist/LogNormal.ts'
import { normalFromLogScale } from '../../../src/dist/Normal.ts'
import { sum } from '../../../src/expr/build.ts'
import { type Expr, exprOf } from '../../../src/expr/Expr.ts'
import { node } from '../../../src/expr/node.ts'
import type { Node } from '../../../src/expr/Op.ts'
import { grad } from '../../../src/transform/grad.ts'
import { entropyOf, valuesOf } from './values.ts'

const size = 3
const leaf = (name: string): Expr<[3]> =>
  exprOf(node('param', { name, shape: [size], init: { tag: 'constant', value: 0 } }))
const [a, b, c, d, x] = [leaf('a'), leaf('b'), leaf('c'), leaf('d'), leaf('x')]
type Point = Readonly<Record<'a' | 'b' | 'c' | 'd' | 'x', readonly number[]>>

const entries = (min: number, max: number): fc.Arbitrary<readonly number[]> =>
  fc.array(fc.double({ min, max, noNaN: true }), { minLength: size, maxLength: size })
const real = entries(-2, 2)
const anyPoint = fc.record({ a: real, b: entries(-1, 1), c: real, d: entries(-1, 1), x: real })
const unitPoint = fc.record({ a: entries(-9, 9), b: real, c: entries(-9, 9), d: real, x: entries(0, 1) })
const positivePoint = fc.record({ a: real, b: entries(-1, 1), c: real, d: entries(-1, 1), x: entries(0.2, 4) })

/** Fourth-order central differences, coordinate by coordinate: their own error is about 1e-10 here. */
const slopes = (f: Node, at: Point, name: keyof Point): readonly number[] =>
  at[name].map((_, i) => {
    const h = 1e-3
    const moved = (by: number): number =>
      valuesOf(f, { ...at, [name]: at[name].map((v, j) => (i === j ? v + by : v)) })[0] ?? NaN
    return (8 * (moved(h) - moved(-h)) - (moved(2 * h) - moved(-2 * h))) / (12 * h)
  })

/** A point where the gradient is not the slope, in words, or nothing. */
const failure = (
  f: Node,
  leaves: readonly (keyof Point)[],
  points: fc.Arbitrary<Point>,
  smooth: (p: Point) => boolean = () => true,
): string | undefined => {
  const exprs = { a, b, c, d, x }
  const gradients = grad(
    f,
    leaves.map((name) => exprs[name].node),
  )
  const property = fc.property(points.filter(smooth), (point) => {
    leaves.forEach((name, i) => {
      const gradient = gradients[i]
      const got = gradient === undefined ? [] : valuesOf(gradient, point)
      slopes(f, point, name).forEach((want, j) =>
        expect(Math.abs((got[j] ?? NaN) - want)).toBeLessThan(1e-6 * Math.max(1, Math.abs(want))),
      )
    })
  })
  return fc.defaultReportMessage(fc.check(property, { seed: 20261122, numRuns: 20 }))
}

/** Laplace has a kink at its location, which finite differences would step over. */
const apart = (p: readonly number[], q: readonly number[]): boolean =>
  p.every((v, i) => Math.abs(v - (q[i] ?? v)) > 0.01)

const one = normalFromLogScale(a, b)
const closedForm = (q: AnyDist, p: AnyDist): Node => {
  const terms = klTerms(q, p)
  if (O.isNone(terms)) throw new Error('no closed form')
  return sum(terms.value)
}

describe('gradients equal finite differences', () => {
  test('Normal', () => {
    expect(failure(logProb(one, x.node), ['x', 'a', 'b'], anyPoint)).toBeUndefined()
    expect(failure(sum(entropyOf(one)), ['b'], anyPoint)).toBeUndefined()
    expect(failure(closedForm(one, normalFromLogScale(c, d)), ['a', 'b', 'c', 'd'], anyPoint)).toBeUndefined()
  })

  test('Laplace', () => {
    const [q, p] = [laplaceFromLogScale(a, b), laplaceFromLogScale(c, d)]
    expect(failure(logProb(q, x.node), ['x', 'a', 'b'], anyPoint, (at) => apart(at.x, at.a))).toBeUndefined()
    expect(failure(closedForm(q, p), ['a', 'b', 'c', 'd'], anyPoint, (at) => apart(at.a, at.c))).toBeUndefined()
    expect(failure(closedForm(q, normalFromLogScale(c, d)), ['a', 'b', 'c', 'd'], anyPoint)).toBeUndefined()
  })

  test('LogNormal', () => {
    const q = logNormalFromLogScale(a, b)
    expect(failure(logProb(q, x.node), ['x', 'a', 'b'], positivePoint)).toBeUndefined()
    expect(failure(sum(entropyOf(q)), ['a', 'b'], positivePoint)).toBeUndefined()
  })

  test('Bernoulli', () => {
    expect(failure(logProb(bernoulli(a), x.node), ['a', 'x'], anyPoint)).toBeUndefined()
    expect(failure(sum(entropyOf(bernoulli(a))), ['a'], anyPoint, (at) => apart(at.a, [0, 0, 0]))).toBeUndefined()
    expect(failure(closedForm(bernoulli(a), bernoulli(c)), ['a', 'c'], anyPoint)).toBeUndefined()
  })

  test('ContinuousBernoulli', () => {
    const [q, p] = [continuousBernoulli(a), continuousBernoulli(c)]
    expect(failure(logProb(q, x.node), ['a', 'x'], unitPoint)).toBeUndefined()
    for (const f of [entropyOf(q), meanOf(q), varianceOf(q)]) expect(failure(sum(f), ['a'], unitPoint)).toBeUndefined()
    expect(failure(closedForm(q, p), ['a', 'c'], unitPoint)).toBeUndefined()
  })

  test('Categorical', () => {
    expect(failure(logProb(categorical(a), x.node), ['a', 'x'], anyPoint)).toBeUndefined()
    expect(failure(sum(entropyOf(categorical(a))), ['a'], anyPoint)).toBeUndefined()
    expect(failure(closedForm(categorical(a), categorical(c)), ['a', 'c'], anyPoint)).toBeUndefined()
  })
})

describe('gradients are finite at the edges', () => {
  test.each([-1000, -104, -30, 0, 30, 104, 1000])('Bernoulli with logit %d', (logit) => {
    const point = { a: [logit, logit, logit], x: [0, 1, 0], c: [0, 0, 0] }
    const [byLogit] = grad(logProb(bernoulli(a), x.node), [a.node])
    const [byPosterior] = grad(closedForm(bernoulli(a), bernoulli(c)), [a.node])
    const [byEntropy] = grad(sum(entropyOf(bernoulli(a))), [a.node])
    for (const g of [byLogit, byPosterior, byEntropy]) expect(g && valuesOf(g, point).every(Number.isFinite)).toBe(true)
  })

  test.each([-1000, -104, -4, -1, -0.25, -5e-324, 0, 5e-324, 0.25, 1, 4, 35, 104, 1000])(
    'ContinuousBernoulli with logit %d',
    (logit) => {
      const [q, p] = [continuousBernoulli(a), continuousBernoulli(c)]
      const point = { a: [logit, logit, logit], x: [0, 0.5, 1], c: [0, logit, -logit], z: [0, 0.5, 1 - 2 ** -23] }
      for (const f of [
        logProb(q, x.node),
        entropyOf(q),
        meanOf(q),
        varianceOf(q),
        sampleOf(q, 'z'),
        closedForm(q, p),
        closedForm(p, q),
      ]) {
        const [slope] = grad(sum(f), [a.node])
        expect(slope && valuesOf(slope, point).every(Number.isFinite)).toBe(true)
      }
    },
  )

  test.each([-20, -12, 0, 12, 20])('KL to the standard Normal with log scale %d', (logScale) => {
    const gradients = grad(closedForm(one, normalFromLogScale(c, d)), [a.node, b.node])
    const point = { a: [0, 1e4, 1e-8], b: [logScale, logScale, logScale], c: [0, 0, 0], d: [0, 0, 0] }
    for (const g of gradients) expect(valuesOf(g, point).every(Number.isFinite)).toBe(true)
  })
})
