import { Matrix } from 'ml-matrix'
import { probabilisticPca, type Rows, rowsFrom } from 'elbo-ts'
import { describe, expect, it } from 'vitest'
import { errorsByColumn, fitByEm, meanLogLikelihood, reconstructedBy } from '../../examples/classical/em.ts'
import { normals } from '../../src/diagnose/draws.ts'

/** 2,000 data of six outputs from two factors, with noise as given. */
const planted = (noise: readonly number[]): Rows => {
  const weights = new Matrix([
    [2, 0],
    [1, 1],
    [0, 2],
    [-1, 0.5],
    [0.5, -1],
    [1, 0],
  ])
  const n = 2000
  const z = normals(n * 2, { seed: 1, step: 0, name: 'z' })
  const e = normals(n * 6, { seed: 1, step: 0, name: 'e' })
  return rowsFrom(
    Array.from({ length: n }, (_, i) =>
      noise.map(
        (s, j) =>
          weights.get(j, 0) * (z[2 * i] ?? 0) + weights.get(j, 1) * (z[2 * i + 1] ?? 0) + j + s * (e[6 * i + j] ?? 0),
      ),
    ),
  )
}

describe('probabilistic PCA by EM', () => {
  const rows = planted([0.5, 0.5, 0.5, 0.5, 0.5, 0.5])
  const fit = fitByEm(rows, 2, 'shared')

  it('never loses likelihood, and ends at the closed form', () => {
    fit.history.slice(1).forEach((l, i) => expect(l - (fit.history[i] ?? 0)).toBeGreaterThan(-1e-9))
    expect(fit.history.at(-1)).toBeCloseTo(probabilisticPca(rows, 2).logLikelihood, 6)
    expect(fit.history.at(-1)).toBeCloseTo(meanLogLikelihood(fit.model, rows), 12)
  })

  it('has the closed form’s W Wᵀ and noise', () => {
    const exact = probabilisticPca(rows, 2).model
    const product = (w: Matrix): Matrix => w.mmul(w.transpose())
    expect(Matrix.sub(product(fit.model.weights), product(exact.weights)).norm()).toBeLessThan(1e-3)
    expect(fit.model.noise[0]).toBeCloseTo(exact.noise[0] ?? 0, 5)
  })
})

describe('factor analysis by EM', () => {
  const noise = [0.1, 0.5, 1, 2, 0.3, 0.7]
  const rows = planted(noise)
  const fit = fitByEm(rows, 2, 'perOutput', 500)

  it('never loses likelihood, and ends above pPCA, which has one noise for all', () => {
    fit.history.slice(1).forEach((l, i) => expect(l - (fit.history[i] ?? 0)).toBeGreaterThan(-1e-9))
    expect((fit.history.at(-1) ?? 0) - probabilisticPca(rows, 2).logLikelihood).toBeGreaterThan(0.5)
  })

  it('finds each output’s own noise', () => {
    // a variance from 2,000 data is known to 3 %; 6 of those, and more where factors take part of it
    noise.slice(1).forEach((s, j) => expect(Math.abs((fit.model.noise[j + 1] ?? 0) / s ** 2 - 1)).toBeLessThan(0.3))
    const errors = errorsByColumn(reconstructedBy(fit.model, rows), rows)
    expect(errors[3]).toBeGreaterThan(3 * (errors[1] ?? 0))
  })
})
