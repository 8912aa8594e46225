import { describe, expect, it } from 'vitest'
import { normals, uniforms } from '../../../src/diagnose/draws.ts'
import { dimensionOfRatios, linearDimension, neighbourRatios, twoNN } from '../../../src/diagnose/intrinsicDimension.ts'
import { type Rows, rowsFrom } from '../../../src/diagnose/Rows.ts'

const n = 1000
/** Uniform in d dimensions, put into `width` by a fixed linear map, bent where asked. */
const planted = (d: number, width: number, curved: boolean, seed: number): Rows => {
  const z = uniforms(n * d, { seed, step: 0, name: 'z' })
  const map = normals(d * width, { seed: 9, step: 0, name: 'map' })
  return rowsFrom(
    Array.from({ length: n }, (_, i) =>
      Array.from({ length: width }, (_w, j) => {
        let sum = 0
        for (let k = 0; k < d; k++) sum += (z[i * d + k] ?? 0) * (map[k * width + j] ?? 0)
        return curved ? Math.sin(sum) + sum / 4 : sum
      }),
    ),
  )
}

describe('intrinsic dimension', () => {
  it.each([1, 2, 5, 10])('of exact Pareto ratios is their %i, trimmed or not', (d) => {
    const quantiles = Float64Array.from({ length: 5000 }, (_, i) => (1 - (i + 0.5) / 5000) ** (-1 / d))
    for (const trim of [0, 0.1, 0.5]) expect(dimensionOfRatios(quantiles, trim).value / d).toBeCloseTo(1, 2)
    expect(dimensionOfRatios(quantiles).standardError).toBeCloseTo(d / Math.sqrt(4500), 2)
  })

  it.each([
    [1, false],
    [2, false],
    [2, true],
    [4, false],
    [4, true],
  ])('of %i dimensions in 20 (bent: %s) is found', (d, curved) => {
    const found = twoNN(planted(d, 20, curved, d))
    // boundaries take a little away, the more the higher the dimension: 5 % at 4 and 1,000 data
    expect(Math.abs(found.value - d)).toBeLessThan(6 * found.standardError + 0.05 * d)
    expect(Math.round(found.value)).toBe(d)
  })

  it('leaves twins out', () => {
    expect(neighbourRatios(rowsFrom([[0], [0], [1], [3]])).length).toBe(2)
  })

  it('linear: how many components hold the variance', () => {
    const flat = linearDimension(planted(3, 20, false, 1))
    expect(flat.for99).toBe(3)
    expect(flat.variances[3]).toBeLessThan(1e-10)
    expect(linearDimension(planted(3, 20, true, 1)).for99).toBeGreaterThan(3)
    const cross = rowsFrom([
      [1, 0],
      [-1, 0],
      [0, 1],
      [0, -1],
    ])
    expect(linearDimension(cross).participationRatio).toBeCloseTo(2, 12)
    expect(linearDimension(cross).for90).toBe(2)
  })
})
