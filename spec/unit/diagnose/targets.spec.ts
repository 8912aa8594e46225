import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { informationBounds } from '../../../src/diagnose/aggregate.ts'
import { annealedLogLikelihood } from '../../../src/diagnose/annealedLikelihood.ts'
import { crossScores } from '../../../src/diagnose/crossScores.ts'
import { inferenceGap } from '../../../src/diagnose/inferenceGap.ts'
import { inspect, latentSummaries } from '../../../src/diagnose/inspect.ts'
import { linearGaussianOf } from '../../../src/diagnose/linearGaussianOf.ts'
import { logLikelihood } from '../../../src/diagnose/logLikelihood.ts'
import { prune } from '../../../src/diagnose/prune.ts'
import { openReference } from '../../../src/interp/reference/index.ts'
import type { Session } from '../../../src/interp/Session.ts'
import { openTfjs } from '../../../src/interp/tfjs/index.ts'
import { right } from '../either.ts'
import { bestWeights, drawData, linearVae, truth } from './linear.ts'

/** The same questions in float32 on wasm and in float64: the same ε, so the same answers but for rounding. */

describe('diagnoses on wasm', () => {
  const data = drawData(truth, 45, 3)
  const single = new Map(
    [...data].map(([name, { shape, data: values }]) => [name, { shape, data: Float32Array.from(values) }]),
  )
  let wasm: Session
  const exact = openReference()
  beforeAll(async () => {
    wasm = right(await openTfjs('wasm')())
    exact.write(bestWeights(truth, 0.3))
    wasm.write(
      new Map(
        [...bestWeights(truth, 0.3)].map(([name, t]) => [name, { shape: t.shape, data: Float32Array.from(t.data) }]),
      ),
    )
  })
  afterAll(() => wasm.dispose())

  const both = <A>(ask: (session: Session, batch: typeof data) => A): readonly [A, A] => [
    ask(wasm, single),
    ask(exact, data),
  ]

  it('inspect, and summarise', () => {
    const [a, b] = both((s, d) => latentSummaries(right(inspect(linearVae, s, d))))
    a[0]?.dimensions.forEach((d, i) => {
      expect(d.kl.value).toBeCloseTo(b[0]?.dimensions[i]?.kl.value ?? 0, 5)
      expect(d.meanVariance).toBeCloseTo(b[0]?.dimensions[i]?.meanVariance ?? 0, 5)
    })
  })

  it('estimate log p(x) and the information', () => {
    const [a, b] = both((s, d) => right(logLikelihood(linearVae, s, d, { samples: 100 })))
    a.data.forEach((d, i) => expect(d.logMean).toBeCloseTo(b.data[i]?.logMean ?? 0, 4))
    const [c, e] = both((s, d) => informationBounds(right(crossScores(linearVae, s, d))))
    expect(c.lower.value).toBeCloseTo(e.lower.value, 4)
    expect(c.upper.value).toBeCloseTo(e.upper.value, 4)
  })

  it('split the inference gap, prune and read the linear model', () => {
    const [a, b] = both((s, d) => right(inferenceGap(linearVae, s, d, { steps: 50, bounds: 100, importance: 100 })))
    expect(a.amortisation.value).toBeCloseTo(b.amortisation.value, 3)
    expect(a.inference.value).toBeCloseTo(b.inference.value, 3)
    const [c, e] = both((s, d) => right(inspect(right(prune(linearVae, { z: [1] })), s, d)).bound)
    c.forEach((bound, i) => expect(bound).toBeCloseTo(e[i] ?? 0, 4))
    expect(right(linearGaussianOf(linearVae, wasm)).weights.get(2, 1)).toBeCloseTo(0.6, 6)
  })

  it('anneal, and leave no memory behind', () => {
    const ask = () =>
      right(annealedLogLikelihood(linearVae, wasm, single, { chains: 4, temperatures: 10, from: 'guide' }))
    const first = ask()
    const before = wasm.memory().tensors
    expect(ask()).toEqual(first)
    expect(wasm.memory().tensors).toBe(before)
    expect(Number.isFinite(first.mean.value)).toBe(true)
  })
})
