import { describe, expect, it } from 'vitest'
import { dci, lasso } from '../../../src/diagnose/dci.ts'
import { mig, sap } from '../../../src/diagnose/disentanglement.ts'
import { normals, uniforms } from '../../../src/diagnose/draws.ts'
import { binned, classesOf, entropyOf, informationOf } from '../../../src/diagnose/mutualInformation.ts'
import { roc } from '../../../src/diagnose/roc.ts'
import { type Rows, rowsFrom } from '../../../src/diagnose/Rows.ts'

describe('the ROC', () => {
  it('by hand, with a tie', () => {
    // pairs: (3 beats 1, 2), (2 beats 1, ties 2) → 3.5 of 4
    const { auc, curve } = roc([1, 2], [2, 3])
    expect(auc).toBe(3.5 / 4)
    expect(curve.map((p) => [p.falseAlarms, p.found])).toEqual([
      [0, 0],
      [0, 0.5],
      [0.5, 1],
      [1, 1],
    ])
  })

  it('is 1, 0 and ½ where it must be, and the area under its curve', () => {
    expect(roc([0, 1], [2, 3]).auc).toBe(1)
    expect(roc([2, 3], [0, 1]).auc).toBe(0)
    expect(roc([5, 5, 5], [5, 5]).auc).toBe(0.5)
    const [a, b] = [1, 2].map((seed) => normals(300, { seed, step: 0, name: 'scores' }))
    const r = roc(
      a ?? [],
      (b ?? new Float64Array(0)).map((x) => Math.round(4 * x) / 4 + 0.5),
    )
    const area = r.curve.reduce((sum, p, i) => {
      const q = r.curve[i - 1]
      return q === undefined ? 0 : sum + ((p.found + q.found) / 2) * (p.falseAlarms - q.falseAlarms)
    }, 0)
    expect(area).toBeCloseTo(r.auc, 12)
  })

  it('of two Normals is Φ(δ / √2), within 6 of its own errors, which are of the right size', () => {
    const delta = 1
    const wanted = 0.7602499389065233
    const scores = Array.from({ length: 60 }, (_, i) => {
      const normal = normals(200, { seed: i, step: 0, name: 'normal' })
      return roc(
        normal,
        normals(100, { seed: i, step: 0, name: 'anomalous' }).map((x) => x + delta),
      )
    })
    const z = scores.map((r) => (r.auc - wanted) / r.standardError)
    expect(Math.max(...z.map(Math.abs))).toBeLessThan(6)
    const size = Math.sqrt(z.reduce((sum, v) => sum + v * v, 0) / z.length)
    expect(size).toBeGreaterThan(0.5)
    expect(size).toBeLessThan(1.6)
  })
})

describe('plug-in information', () => {
  it('by hand', () => {
    expect(entropyOf(Uint32Array.of(0, 1, 0, 1))).toBeCloseTo(Math.LN2, 12)
    expect(informationOf(Uint32Array.of(0, 1, 0, 1), Uint32Array.of(1, 0, 1, 0))).toBeCloseTo(Math.LN2, 12)
    expect(informationOf(Uint32Array.of(0, 1, 0, 1), Uint32Array.of(0, 0, 1, 1))).toBeCloseTo(0, 12)
    expect([...binned([0, 0.5, 1], 2)]).toEqual([0, 1, 1])
    expect([...binned([3, 3], 5)]).toEqual([0, 0])
    expect([...classesOf([7, -1, 7])]).toEqual([1, 0, 1])
  })
})

/** Three factors of four values each, and codes made of them. */
const n = 3000
const factorRows = Array.from({ length: n }, (_, i) => [0, 1, 2].map((k) => Math.floor(4 * (draws(k)[i] ?? 0))))
const factors = rowsFrom(factorRows)
function draws(k: number): Float64Array {
  return uniforms(n, { seed: 1, step: 0, name: `factor ${k}` })
}
const noise = normals(n * 4, { seed: 2, step: 0, name: 'noise' })
const codesOf = (make: (f: readonly number[], i: number) => readonly number[]): Rows => rowsFrom(factorRows.map(make))
const ideal = codesOf(([a = 0, b = 0, c = 0], i) => [-c, noise[i] ?? 0, 2 * a, 1 - b])
const useless = codesOf((_, i) => [0, 1, 2, 3].map((j) => noise[4 * i + j] ?? 0))
const duplicated = codesOf(([a = 0, b = 0, c = 0]) => [a, a, b, b, c, c])
const mixedUp = codesOf(([a = 0, b = 0, c = 0]) => [a + b + c, a - b, a + b - 2 * c])
const kinds = ['number', 'number', 'number'] as const

describe('disentanglement', () => {
  it('of an ideal code is 1', () => {
    expect(mig(ideal, factors).score).toBeGreaterThan(0.95)
    expect(mig(ideal, factors).factors.map((f) => f.best)).toEqual([2, 3, 0])
    expect(sap(ideal, factors, kinds).score).toBeGreaterThan(0.98)
    expect(sap(ideal, factors, ['class', 'class', 'class']).score).toBeGreaterThan(0.98)
    const d = dci(ideal, factors)
    expect(d.disentanglement).toBeGreaterThan(0.9)
    expect(d.completeness).toBeGreaterThan(0.9)
    expect(d.informativeness).toBeGreaterThan(0.99)
  })

  it('of a useless code is 0', () => {
    // plug-in bias (20 − 1)(4 − 1) / 2n = 0.01 nats of log 4
    expect(mig(useless, factors).score).toBeLessThan(0.02)
    expect(sap(useless, factors, kinds).score).toBeLessThan(0.01)
    expect(dci(useless, factors).informativeness).toBeLessThan(0.01)
  })

  it('of a duplicated code has no gap, no completeness, but all the rest', () => {
    expect(mig(duplicated, factors).score).toBeCloseTo(0, 12)
    expect(sap(duplicated, factors, kinds).score).toBeCloseTo(0, 12)
    expect(dci(duplicated, factors).disentanglement).toBeGreaterThan(0.9)
    expect(dci(duplicated, factors).informativeness).toBeGreaterThan(0.99)
  })

  it('of a mixture tells everything and takes nothing apart', () => {
    const d = dci(mixedUp, factors)
    expect(d.informativeness).toBeGreaterThan(0.99)
    expect(d.disentanglement).toBeLessThan(0.5)
    expect(mig(mixedUp, factors).score).toBeLessThan(0.4)
  })

  it('fits a lasso: by hand of one column, none where the penalty is more than the correlation', () => {
    const x = Float64Array.of(1, -1, 1, -1)
    const y = Float64Array.of(2, -2, 2, -2)
    expect([...lasso([x], y, 0)]).toEqual([2])
    expect([...lasso([x], y, 0.5)]).toEqual([1.5])
    expect([...lasso([x], y, 3)]).toEqual([0])
  })
})
