import { pipe } from 'fp-ts/lib/function.js'
import { describe, expect, it } from 'vitest'
import {
  bernoulli,
  binary,
  categorical,
  dense,
  diagonalNormal,
  enumerate,
  full,
  given,
  latent,
  model,
  observe,
  portrait,
  standardNormal,
  vae,
} from 'elbo-ts'
import { activeUnits, noSpread, spreadWith } from '../../../src/diagnose/activeUnits.ts'
import { inspect, latentSummaries } from '../../../src/diagnose/inspect.ts'
import { logLikelihood } from '../../../src/diagnose/logLikelihood.ts'
import { dimensionRanges } from '../../../src/diagnose/traversal.ts'
import type { Tensor } from '../../../src/expr/Tensor.ts'
import { openReference } from '../../../src/interp/reference/index.ts'
import { right } from '../either.ts'

/** k → x, k one of three; x one coin. */
const choice = vae({
  model: pipe(
    model,
    latent('k', () => categorical(full(0, 3))),
    observe('x', ({ k }) => pipe(k, dense(1), bernoulli)),
  ),
  guide: pipe(
    given({ x: binary(1) }),
    latent('k', ({ x }) => pipe(x, dense(3), categorical, enumerate)),
  ),
})
const tensor = (shape: readonly number[], data: readonly number[]): Tensor => ({ shape, data: Float64Array.from(data) })
const sigmoid = (l: number): number => 1 / (1 + Math.exp(-l))
const decoder = [-2, 0.5, 1.5]
const session = openReference()
session.write(
  new Map([
    ['model/x/dense_0/kernel', tensor([3, 1], decoder)],
    ['model/x/dense_0/bias', tensor([1], [0])],
    ['guide/k/dense_0/kernel', tensor([1, 3], [-3, 1, 2])],
    ['guide/k/dense_0/bias', tensor([3], [1, 0, -1])],
  ]),
)
const data = new Map([['x', tensor([4, 1], [0, 1, 1, 0])]])
const evidence = (x: number): number =>
  Math.log(decoder.map((l) => (x === 1 ? sigmoid(l) : sigmoid(-l))).reduce((sum, p) => sum + p / 3, 0))

describe('a latent that is summed out', () => {
  it('leaves importance weights nothing to vary by: log p(x) is exact', () => {
    const found = right(logLikelihood(choice, session, data, { samples: 3 }))
    for (const [i, x] of [0, 1, 1, 0].entries()) {
      expect(found.data[i]?.logMean).toBeCloseTo(evidence(x), 12)
      expect(found.data[i]?.standardError).toBeCloseTo(0, 12)
    }
  })

  it('is one dimension, whose probabilities move together', () => {
    const seen = right(inspect(choice, session, data))
    const k = seen.latents['k']
    expect([k?.kl.width, k?.location.width]).toEqual([1, 3])
    const probabilities = [0, 1].map((x) => {
      const logits = [1 - 3 * x, x, -1 + 2 * x].map(Math.exp)
      const total = logits.reduce((sum, p) => sum + p, 0)
      return logits.map((p) => p / total)
    })
    expect([...(k?.location.data.subarray(0, 6) ?? [])]).toEqual(probabilities.flat().map((p) => expect.closeTo(p, 12)))
    const [summary] = latentSummaries(seen)
    const squares = [0, 1, 2].map((j) => ((probabilities[0]?.[j] ?? 0) - (probabilities[1]?.[j] ?? 0)) ** 2)
    // two data of each kind: the unbiased variance of ±d/2 over four is d²/3
    expect(summary?.dimensions).toHaveLength(1)
    expect(summary?.dimensions[0]?.meanVariance).toBeCloseTo(squares.reduce((sum, d) => sum + d, 0) / 3, 12)
    expect(summary?.active).toBe(1)
    expect(dimensionRanges(seen, latentSummaries(seen), 10)).toEqual([])
  })

  it('counts as one dimension where training counts them', () => {
    const spread = spreadWith(noSpread, tensor([2, 4], [1, 0, 0.5, 0.5, 0, 1, 0.5, 0.5]))
    expect(activeUnits(spread, [0.5, 0])).toEqual({
      dimensions: 2,
      active: 1,
      byVariance: 1,
      byKl: 1,
      variances: [0.5, 0],
    })
    expect(activeUnits(spread, undefined).dimensions).toBe(4)
  })

  it('has a portrait, beside a latent that is not', () => {
    const both = vae({
      model: pipe(
        model,
        latent('k', () => categorical(full(0, 3))),
        latent('z', () => standardNormal(2)),
        observe('x', ({ k }) => pipe(k, dense(1), bernoulli)),
      ),
      guide: pipe(
        given({ x: binary(1) }),
        latent('k', ({ x }) => pipe(x, dense(3), categorical, enumerate)),
        latent('z', ({ k }) => pipe(k, dense(4), diagonalNormal(2))),
      ),
    })
    session.write(
      new Map([
        ['guide/z/dense_0/kernel', tensor([3, 4], [1, 0, 0, 0, 0, 1, 0, 0, -1, 0, 0, 0])],
        ['guide/z/dense_0/bias', tensor([4], [0, 0, 0, 0])],
      ]),
    )
    const seen = right(portrait(both, session, data))
    expect(seen.latents.map(({ name, dimensions }) => [name, dimensions.length])).toEqual([
      ['k', 1],
      ['z', 2],
    ])
    expect(seen.planes).toHaveLength(2)
    for (const number of [seen.bound.value, seen.rate.value, seen.information.lower.value])
      expect(number).toSatisfy(Number.isFinite)
  })
})
