import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { activeUnits, noSpread, spreadWith, variancesOf } from '../../../src/diagnose/activeUnits.ts'

const batch = (rows: readonly (readonly number[])[]) => ({
  shape: [rows.length, rows[0]?.length ?? 0],
  data: Float64Array.from(rows.flat()),
})

describe('active units', () => {
  it('are those whose posterior mean varies over the data, and those that cost nats', () => {
    // variances 1, 0.0101 and 0.0099 of two data each
    const spread = spreadWith(
      noSpread,
      batch([
        [1, Math.sqrt(0.0101), Math.sqrt(0.0099)],
        [-1, -Math.sqrt(0.0101), -Math.sqrt(0.0099)],
      ]),
    )
    expect(activeUnits(spread, [2, 0.009, 0.011])).toMatchObject({ dimensions: 3, active: 1, byVariance: 2, byKl: 2 })
    expect(activeUnits(spread, undefined)).toMatchObject({ active: 2, byKl: null })
  })

  it('have the variance that the two-pass formula gives, in whatever batches', () => {
    const numbers = fc.array(fc.double({ min: -10, max: 10, noNaN: true }), { minLength: 1, maxLength: 30 })
    fc.assert(
      fc.property(numbers, fc.integer({ min: 0, max: 30 }), (xs, at) => {
        const shifted = xs.map((x) => [x + 1e6])
        const [first, rest] = [shifted.slice(0, at), shifted.slice(at)]
        const spread = [first, rest]
          .filter((rows) => rows.length > 0)
          .reduce((s, rows) => spreadWith(s, batch(rows)), noSpread)
        const mean = xs.reduce((a, b) => a + b, 0) / xs.length
        const variance = xs.reduce((a, x) => a + (x - mean) ** 2, 0) / xs.length
        expect(variancesOf(spread)[0]).toBeCloseTo(variance, 6)
      }),
      { seed: 1 },
    )
  })

  it('count every dimension of a latent, whatever its shape', () => {
    const spread = spreadWith(noSpread, { shape: [2, 2, 2], data: Float64Array.of(0, 0, 0, 1, 0, 0, 0, 2) })
    expect(activeUnits(spread, undefined)).toMatchObject({ dimensions: 4, byVariance: 1, variances: [0, 0, 0, 0.25] })
  })
})
