import { describe, expect, it } from 'vitest'
import { collapseVerdict } from '../../../src/diagnose/collapse.ts'
import { emptyRows, rowsFrom, rowsOf } from '../../../src/diagnose/Rows.ts'
import { inspect, type Inspection, latentSummaries } from '../../../src/diagnose/inspect.ts'
import { reconstructionByDimension } from '../../../src/diagnose/reconstruction.ts'
import { curveViolations, leastRate, paretoFront } from '../../../src/diagnose/rateDistortion.ts'
import { normals } from '../../../src/diagnose/draws.ts'
import { right } from '../either.ts'
import { covarianceOfX, drawData, linearVae, openLinear, orthogonal } from './linear.ts'

const planted = (locations: readonly (readonly number[])[], kl: readonly (readonly number[])[]): Inspection => {
  const location = rowsFrom(locations)
  return {
    count: location.count,
    bound: new Float64Array(location.count),
    reconstruction: new Float64Array(location.count),
    latents: { z: { location, kl: rowsFrom(kl), variance: location, draw: location } },
  }
}

describe('latent summaries', () => {
  it('by hand: one dimension that moves and costs, one that does neither, one that only costs, one that only moves', () => {
    const [z] = latentSummaries(
      planted(
        [
          [-1, 0, 3, 5],
          [1, 0, 3, -5],
        ],
        [
          [0.5, 0, 4, 0],
          [0.7, 0, 4, 0],
        ],
      ),
    )
    expect(z?.kl.value).toBeCloseTo(4.6, 12)
    expect(z?.dimensions.map((d) => d.meanVariance)).toEqual([2, 0, 0, 50])
    expect(z?.dimensions.map((d) => d.kl.value)).toEqual([expect.closeTo(0.6, 12), 0, 4, 0])
    expect([z?.byVariance, z?.byKl, z?.active]).toEqual([2, 2, 1])
  })

  it('of a linear-Gaussian guide: KL and variance of the mean are the closed forms', () => {
    const count = 20_000
    const data = drawData(orthogonal, count, 1)
    const [z] = latentSummaries(right(inspect(linearVae, openLinear(orthogonal), data)))
    // q(z_d | x) = N(m, 1/Λ_dd), and m has variance 1 − 1/Λ_dd over the population
    ;[1.2, 0.9].forEach((w, d) => {
      const variance = 1 / (1 + (w * w) / 0.25)
      const dimension = z?.dimensions[d]
      expect(Math.abs((dimension?.kl.value ?? 0) + Math.log(variance) / 2)).toBeLessThan(
        6 * (dimension?.kl.standardError ?? 0),
      )
      expect(Math.abs((dimension?.meanVariance ?? 0) - (1 - variance))).toBeLessThan(6 * Math.sqrt(2 / count))
      expect(dimension?.posteriorVariance).toBeCloseTo(variance, 12)
    })
    expect(covarianceOfX(orthogonal).rows).toBe(3)
  })
})

describe('the verdict', () => {
  const n = 200
  const noise = normals(n, { seed: 1, step: 0, name: 'noise' })
  /** Dimensions of three kinds: in use, at the prior, and off the prior but the same for all. */
  const of = (kinds: readonly ('used' | 'prior' | 'idle')[]) => {
    const at = { used: (i: number) => noise[i] ?? 0, prior: () => 0, idle: () => 2 }
    const rows = Array.from({ length: n }, (_, i) => kinds.map((kind) => at[kind](i)))
    return latentSummaries(
      planted(
        rows,
        rows.map((row) => row.map((m) => (m * m) / 2)),
      ),
    )
  }

  it.each([
    [['used', 'used'], 'none', []],
    [['used', 'prior'], 'partial', [1]],
    [['prior', 'prior'], 'full', [0, 1]],
    [['idle', 'prior'], 'full', [0, 1]],
    [['idle', 'used'], 'partial', [0]],
  ] as const)('of %j is %s, at %j', (kinds, verdict, collapsed) => {
    const found = collapseVerdict(of(kinds))
    expect(found.verdict).toBe(verdict)
    expect(found.latents[0]?.collapsed).toEqual(collapsed)
    expect(found.latents[0]?.idle).toEqual(kinds.flatMap((kind, i) => (kind === 'idle' ? [i] : [])))
    expect(found.remedy.length > 0).toBe(verdict !== 'none')
    expect(found.evidence.length).toBeGreaterThan(0)
  })

  it('of two latents is partial where one of them has collapsed', () => {
    const [a] = of(['used'])
    const [b] = of(['prior', 'prior'])
    if (a === undefined || b === undefined) throw new Error('missing')
    const found = collapseVerdict([
      { ...a, name: 'a' },
      { ...b, name: 'b' },
    ])
    expect(found.verdict).toBe('partial')
    expect(found.latents.map((l) => l.verdict)).toEqual(['none', 'full'])
  })

  it('tells the information, and where it contradicts', () => {
    const between = (lower: number) => ({
      lower: { value: lower, standardError: 0.01 },
      upper: { value: lower + 0.1, standardError: 0.01 },
    })
    expect(collapseVerdict(of(['prior']), between(0)).evidence.join()).not.toContain('yet z tells')
    expect(collapseVerdict(of(['prior']), between(1)).evidence.join()).toContain('yet z tells')
  })
})

describe('reconstruction by dimension', () => {
  it('of a linear-Gaussian model: squared errors are the noise and the posterior’s spread', () => {
    const count = 20_000
    const data = drawData(orthogonal, count, 2)
    const session = openLinear(orthogonal)
    const { x } = right(reconstructionByDimension(linearVae, session, data))
    // x − W z with z from the exact posterior is again ε: the joint is the model's own
    x?.squaredError.forEach((e) => expect(Math.abs(e - 0.25)).toBeLessThan(6 * 0.25 * Math.sqrt(2 / count)))
    const total = right(inspect(linearVae, session, data)).reconstruction.reduce((sum, r) => sum + r / count, 0)
    expect(x?.logProb.reduce((sum, l) => sum + l, 0)).toBeCloseTo(total, 9)
  })
})

describe('the rate–distortion plane', () => {
  const at = (rate: number, distortion: number) => ({ rate, distortion, label: `${rate}` })
  it('keeps the points that no other beats', () => {
    const front = paretoFront([at(3, 1), at(1, 5), at(2, 6), at(2, 2), at(4, 1)])
    expect(front.map((p) => p.rate)).toEqual([1, 2, 3])
  })
  it('sees a rise and a bump', () => {
    expect(curveViolations([at(0, 4), at(1, 2), at(3, 0)])).toEqual({ rise: 0, bump: 0 })
    expect(curveViolations([at(0, 4), at(1, 4.5), at(3, 0)])).toEqual({
      rise: 0.5,
      bump: expect.closeTo(4.5 - (4 - 4 / 3), 12),
    })
  })
  it('knows the least rate', () => {
    expect(leastRate(10, 4)).toBe(6)
    expect(leastRate(10, 14)).toBe(0)
  })
})

describe('rows', () => {
  it('keep the first axis', () => {
    const rows = rowsOf({ shape: [2, 2, 1], data: Float32Array.of(1, 2, 3, 4) })
    expect([rows.count, rows.width]).toEqual([2, 2])
    expect(emptyRows(0, 0).data.length).toBe(0)
  })
})
