import { describe, expect, test } from 'vitest'
import { fillNormal, fillUniform } from '../../../src/data/seeds.ts'
import { bernoulli } from '../../../src/dist/Bernoulli.ts'
import { categorical } from '../../../src/dist/Categorical.ts'
import { continuousBernoulli } from '../../../src/dist/ContinuousBernoulli.ts'
import { delta } from '../../../src/dist/Delta.ts'
import type { AnyDist } from '../../../src/dist/Dist.ts'
import { logProbTerms, meanOf, sampleOf, varianceOf } from '../../../src/dist/family.ts'
import { laplace } from '../../../src/dist/Laplace.ts'
import { logNormal } from '../../../src/dist/LogNormal.ts'
import { normal } from '../../../src/dist/Normal.ts'
import { broadcastTo, constant, literal } from '../../../src/expr/build.ts'
import { exprOf } from '../../../src/expr/Expr.ts'
import { node } from '../../../src/expr/node.ts'
import type { Node } from '../../../src/expr/Op.ts'
import { sizeOf } from '../../../src/expr/Tensor.ts'
import { topological } from '../../../src/expr/walk.ts'
import { grad } from '../../../src/transform/grad.ts'
import { panels } from './quadrature.ts'
import { valuesOf, vector } from './values.ts'

/**
 * Every bound below holds for at least 1 − 2e-9 of all seeds (Dvoretzky, Kiefer & Wolfowitz's inequality with Massart's constant,
 * P(√n D > 3.2) ≤ 2 exp(−2 · 3.2²) = 2.6e-9, and 6 standard errors), so the file’s false-alarm rate is below 6e-8. With n draws it
 * catches a shift of 2 % of a standard deviation and a variance that is 3 % off.
 */
const n = 200_000
const worstDistance = 3.2 / Math.sqrt(n)

/** The noise that a target would draw for the leaves of this vertex. */
const drawnFor = (root: Node): Readonly<Record<string, readonly number[]>> =>
  Object.fromEntries(
    topological([root]).flatMap((leaf) => {
      if (leaf.op !== 'noise') return []
      const { name, law, shape } = leaf.arg
      const out = new Float32Array(sizeOf(shape))
      const fill = law === 'normal' ? fillNormal : fillUniform
      fill(out, { seed: 11, step: 0, name })
      return [[name, [...out]]]
    }),
  )
const repeated = (value: number, size = n) => exprOf<[number]>(constant(value, [size]))
const draws = (dist: AnyDist): readonly number[] => {
  const sample = sampleOf(dist, 'z')
  return valuesOf(sample, drawnFor(sample))
}
const average = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length

interface Continuous {
  readonly name: string
  readonly make: (size: number) => AnyDist
  /** fourth central moment over the squared variance */
  readonly kurtosis: number
  /** where the distribution function is compared, from the far left; it has a kink nowhere else */
  readonly places: readonly number[]
}
const steps = (from: number, to: number): readonly number[] =>
  Array.from({ length: 121 }, (_, i) => from + ((to - from) * i) / 120)
const shrunk = Math.exp(0.3 ** 2)

const continuous: readonly Continuous[] = [
  {
    name: 'Normal',
    make: (size) => normal(repeated(1.5, size), 0.7),
    kurtosis: 3,
    places: steps(1.5 - 8 * 0.7, 1.5 + 8 * 0.7),
  },
  {
    name: 'Laplace',

    make: (size) => laplace(repeated(-1, size), 2),
    kurtosis: 6,
    places: steps(-61, 59),
  },
  {
    name: 'LogNormal',
    make: (size) => logNormal(repeated(0.5, size), 0.3),
    kurtosis: shrunk ** 4 + 2 * shrunk ** 3 + 3 * shrunk ** 2 - 3,
    places: steps(0.5 - 8 * 0.3, 0.5 + 8 * 0.3).map(Math.exp),
  },
  {
    name: 'ContinuousBernoulli',
    make: (size) => continuousBernoulli(repeated(2.5, size)),
    // by quadrature, as the next
    kurtosis: 2.8035826194145663,
    places: steps(0, 1),
  },
  {
    name: 'a ContinuousBernoulli that is nearly uniform',
    make: (size) => continuousBernoulli(repeated(-0.1, size)),
    kurtosis: 1.8016570761623223,
    places: steps(0, 1),
  },
]

describe('draws follow the density', () => {
  test.each(continuous)('$name: distribution function', ({ make, places }) => {
    const sorted = draws(make(n)).toSorted((a, b) => a - b)
    const { points, weights } = panels(places)
    const density = valuesOf(logProbTerms(make(points.length), literal(points, [points.length]))).map(Math.exp)
    const perPanel = points.length / (places.length - 1)
    let [below, mass] = [0, 0]
    places.slice(1).forEach((place, panel) => {
      for (let i = panel * perPanel; i < (panel + 1) * perPanel; i++) mass += (density[i] ?? NaN) * (weights[i] ?? NaN)
      while (below < n && (sorted[below] ?? Infinity) <= place) below++
      expect(Math.abs(below / n - mass)).toBeLessThan(worstDistance)
    })
    expect(mass).toBeCloseTo(1, 6)
  })

  test.each(continuous)('$name: mean and variance', ({ make, kurtosis }) => {
    const dist = make(n)
    const [mean, variance] = [valuesOf(meanOf(dist))[0] ?? NaN, valuesOf(varianceOf(dist))[0] ?? NaN]
    const values = draws(dist)
    expect(Math.abs(average(values) - mean)).toBeLessThan(6 * Math.sqrt(variance / n))
    const spread = average(values.map((x) => (x - mean) ** 2))
    expect(Math.abs(spread - variance)).toBeLessThan(6 * variance * Math.sqrt((kurtosis - 1) / n))
  })

  test.each([-3, 0, 0.4, 6])('Bernoulli with logit %d: frequency', (logit) => {
    const values = draws(bernoulli(repeated(logit)))
    expect(values.every((x) => x === 0 || x === 1)).toBe(true)
    expect(Math.abs(average(values) - 1 / (1 + Math.exp(-logit)))).toBeLessThan(worstDistance)
  })

  test('Categorical: frequencies, and every draw is one-hot', () => {
    const [row, rows] = [[1, -0.5, 0, 2.5], n / 4]
    const dist = categorical(exprOf(broadcastTo(literal(row, [4]), [rows, 4])))
    const values = draws(dist)
    const p = valuesOf(meanOf(dist)).slice(0, 4)
    p.forEach((probability, k) => {
      const frequency = average(values.filter((_, i) => i % 4 === k))
      expect(Math.abs(frequency - probability)).toBeLessThan(3.2 / Math.sqrt(rows))
    })
    const perRow = values.filter((_, i) => i % 4 === 0).map((_, i) => values.slice(4 * i, 4 * i + 4))
    expect(perRow.every((r) => r.filter((x) => x === 1).length === 1 && r.filter((x) => x === 0).length === 3)).toBe(
      true,
    )
  })

  test('Delta is its location', () => expect(valuesOf(sampleOf(delta(vector([1, -2])), 'z'))).toEqual([1, -2]))
})

describe('the ends of the uniform noise', () => {
  const [lowest, highest] = [0, 1 - 2 ** -23]

  test('Laplace: finite and symmetric, and 0 is not among the draws', () => {
    const at = (u: number): number => valuesOf(sampleOf(laplace(0, 1), 'z'), { z: u })[0] ?? NaN
    expect(at(lowest)).toBe(-at(highest))
    expect(at(highest)).toBeCloseTo(23 * Math.LN2, 12)
    expect(at(0.5)).toBe(-Math.log1p(-(2 ** -23)))
    expect(at(0.5 - 2 ** -23)).toBe(-at(0.5))
  })

  test('Categorical: one-hot when all noise is equal, at both ends, and with tied logits', () => {
    for (const u of [lowest, highest, 0.25])
      expect(valuesOf(sampleOf(categorical(vector([0, 0, 0])), 'z'), { z: u })).toEqual([1, 0, 0])
  })

  // the level is in the middle of the noise's cell
  test.each([lowest, 2 ** -23, 0.01, 0.5, highest])('ContinuousBernoulli: within (0, 1), with %d below', (u) => {
    const logits = [-1000, -40, -8, -0.26, -0.24, 1e-9, 0.1, 0.24, 0.26, 8, 34.9, 35.1, 60, 1000]
    const below = (l: number, x: number): number =>
      l < 0 ? Math.expm1(l * x) / Math.expm1(l) : (Math.exp(l * (x - 1)) * Math.expm1(-l * x)) / Math.expm1(-l)
    const values = valuesOf(sampleOf(continuousBernoulli(vector(logits)), 'z'), { z: u })
    expect(values.filter((x) => !(x > 0 && x < 1))).toEqual([])
    logits.forEach((l, i) => expect(Math.abs(below(l, values[i] ?? NaN) / (u + 2 ** -24) - 1)).toBeLessThan(1e-12))
  })

  test('ContinuousBernoulli: with a logit of 0 a draw is its level', () => {
    expect(valuesOf(sampleOf(continuousBernoulli(vector([0])), 'z'), { z: 0.3 })).toEqual([0.3 + 2 ** -24])
  })

  test('Bernoulli: a certain coin is certain', () => {
    for (const u of [lowest, highest])
      expect(valuesOf(sampleOf(bernoulli(vector([-1000, 1000])), 'z'), { z: u })).toEqual([0, 1])
  })
})

describe('the gradient of a draw', () => {
  const param = (name: string) => exprOf<[]>(node('param', { name, shape: [], init: { tag: 'constant', value: 0 } }))
  const [loc, logit] = [param('loc'), param('logit')]

  test('passes through a reparameterised one', () => {
    const [slope] = grad(sampleOf(normal(loc, 2), 'z'), [loc.node])
    expect(slope && valuesOf(slope, { loc: 3, z: 0.5 })).toEqual([1])
  })

  test('is 0 through a discrete one', () => {
    const [slope] = grad(sampleOf(bernoulli(logit), 'z'), [logit.node])
    expect(slope && valuesOf(slope, { logit: 0.3, z: 0.5 })).toEqual([0])
  })
})
