import { describe, expect, it } from 'vitest'
import { normals } from '../../../src/diagnose/draws.ts'
import { meanDiscrepancy, medianDistance, twoSampleTest } from '../../../src/diagnose/meanDiscrepancy.ts'
import {
  copyCheck,
  coverage,
  expectedCoverage,
  neighbourDistances,
  precisionRecall,
} from '../../../src/diagnose/neighbours.ts'
import { type Rows, rowsFrom, rowsAt, stacked } from '../../../src/diagnose/Rows.ts'

const gaussian = (count: number, width: number, seed: number, shift = 0, scale = 1): Rows => ({
  count,
  width,
  data: normals(count * width, { seed, step: 0, name: 'rows' }).map((z) => shift + scale * z),
})

describe('neighbours', () => {
  it('by hand', () => {
    const line = rowsFrom([[0], [1], [5]])
    expect([...neighbourDistances(rowsFrom([[2]]), line)]).toEqual([1])
    expect([...neighbourDistances(line, line, 2)]).toEqual([1, 1, 4])
  })

  it('find copies, and only copies', () => {
    const [train, heldOut] = [gaussian(400, 3, 1), gaussian(400, 3, 2)]
    const copies = copyCheck(rowsAt(train, [0, 1, 2, 3]), train, heldOut)
    expect(copies.ratio).toBe(0)
    expect(copies.suspicious).toBe(1)
    const honest = copyCheck(gaussian(400, 3, 3), train, heldOut)
    expect(honest.ratio).toBeCloseTo(1, 0.7)
    // 4 of 400 are expected; 6 standard deviations are 12 more
    expect(honest.suspicious).toBeLessThan(0.05)
    expect(copyCheck(gaussian(400, 3, 4, 6), train, heldOut).ratio).toBeGreaterThan(3)
  })

  it('are not found in samples that are merely crowded', () => {
    // one datum in ten lies in a place that is dense: samples from there alone are all nearer to data than data mostly are
    const data = (seed: number): Rows => stacked(gaussian(40, 2, seed, 0, 0.05), gaussian(360, 2, seed + 1, 0, 3))
    const crowded = copyCheck(gaussian(400, 2, 5, 0, 0.05), data(1), data(3))
    expect(crowded.suspicious).toBeGreaterThan(0.05)
    expect(Math.abs(crowded.suspicious - crowded.byChance)).toBeLessThan(0.05)
    const copies = copyCheck(rowsAt(data(1), [0, 1, 2, 3]), data(1), data(3))
    expect(copies.suspicious - copies.byChance).toBeGreaterThan(0.5)
  })
})

describe('coverage', () => {
  it('by hand', () => {
    // reaches to the nearest other datum: 1, 1, 4
    const line = rowsFrom([[0], [1], [5]])
    expect(coverage(rowsFrom([[8]]), line, 1)).toBeCloseTo(1 / 3, 12)
    expect(coverage(rowsFrom([[0.5], [8]]), line, 1)).toBe(1)
    expect(coverage(rowsFrom([[100]]), line, 1)).toBe(0)
  })
  it.each([
    [100, 100, 3],
    [80, 20, 3],
    [60, 120, 1],
  ])('of %i data by %i samples of one law, k = %i, is on average what is expected', (data, samples, k) => {
    const found = Array.from({ length: 100 }, (_, i) =>
      coverage(gaussian(samples, 2, 2 * i + 1), gaussian(data, 2, 2 * i + 2), k),
    )
    const mean = found.reduce((sum, v) => sum + v / 100, 0)
    const error = Math.sqrt(found.reduce((sum, v) => sum + (v - mean) ** 2, 0) / 99 / 100)
    expect(Math.abs(mean - expectedCoverage(data, samples, k))).toBeLessThan(6 * error)
    expect(error).toBeLessThan(0.01)
  })
  it('is not raised by noise, as recall is', () => {
    const data = gaussian(200, 2, 1)
    const wide = gaussian(200, 2, 2, 0, 30)
    expect(coverage(wide, data)).toBeLessThan(0.1)
    expect(precisionRecall(wide, data).recall).toBeGreaterThan(0.9)
  })
})

describe('precision and recall', () => {
  const data = stacked(gaussian(150, 2, 1), gaussian(150, 2, 2, 20))
  it('are 1 of the data themselves, and 0 of samples elsewhere', () => {
    expect(precisionRecall(data, data)).toEqual({ precision: 1, recall: 1 })
    expect(precisionRecall(gaussian(100, 2, 3, -50), data)).toEqual({ precision: 0, recall: 0 })
  })
  it('tell a mode that is missing from samples that are wrong', () => {
    const half = precisionRecall(gaussian(300, 2, 4), data)
    expect(half.precision).toBeGreaterThan(0.85)
    expect(Math.abs(half.recall - 0.5)).toBeLessThan(0.1)
    const more = precisionRecall(stacked(data, gaussian(300, 2, 5, -50)), data)
    expect(Math.abs(more.precision - 0.5)).toBeLessThan(0.1)
    expect(more.recall).toBe(1)
  })
})

describe('the two-sample test', () => {
  it('estimates the closed form of two Normals', () => {
    // E k(x, y) of x − y ~ N(δ, 2): s / √(s² + 2) · exp(−δ² / 2(s² + 2))
    const [s, delta, n] = [1.3, 0.8, 1500]
    const kernel = (d: number): number => (s / Math.sqrt(s * s + 2)) * Math.exp((-d * d) / (2 * (s * s + 2)))
    const wanted = 2 * kernel(0) - 2 * kernel(delta)
    const got = meanDiscrepancy(gaussian(n, 1, 1), gaussian(n, 1, 2, delta), s)
    expect(Math.abs(got - wanted)).toBeLessThan(0.03)
    expect(wanted).toBeGreaterThan(0.1)
    expect(Math.abs(meanDiscrepancy(gaussian(n, 1, 3), gaussian(n, 1, 4), s))).toBeLessThan(0.005)
  })

  it('is unbiased: over many pairs from one law its mean is 0 within 6 errors, where the biased one is not', () => {
    const values = Array.from({ length: 200 }, (_, i) =>
      meanDiscrepancy(gaussian(10, 1, 2 * i), gaussian(10, 1, 2 * i + 1), 1),
    )
    const mean = values.reduce((sum, v) => sum + v, 0) / 200
    const error = Math.sqrt(values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / 200 / 200)
    expect(Math.abs(mean)).toBeLessThan(6 * error)
    // with the diagonal in, it would be off by about 2 (1 − E k) / 10
    expect((2 * (1 - 1 / Math.sqrt(3))) / 10).toBeGreaterThan(12 * error)
  })

  it('rejects another law, and its p is uniform under one', () => {
    const p = (shift: number, seed: number) =>
      twoSampleTest(gaussian(60, 2, 100 + seed), gaussian(60, 2, 500 + seed, shift), { permutations: 99, seed }).p
    expect(p(1.5, 1)).toBe(0.01)
    const under = Array.from({ length: 60 }, (_, i) => p(0, i))
    // 60 uniforms: their mean has a standard deviation of 0.037
    expect(Math.abs(under.reduce((sum, v) => sum + v, 0) / 60 - 0.505)).toBeLessThan(6 * 0.037)
    expect(under.filter((v) => v <= 0.1).length).toBeLessThan(6 + 6 * Math.sqrt(60 * 0.09))
  })

  it('takes the median distance as its width', () => {
    expect(medianDistance(rowsFrom([[0], [1], [3]]))).toBe(2)
  })
})
