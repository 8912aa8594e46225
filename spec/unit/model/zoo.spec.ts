import { afterAll, describe, expect, test, vi } from 'vitest'
import { adam, type Experiment, experiment, mnist, trainGraph, vaeParams, zoo } from 'elbo-ts'
import type { Tensor } from '../../../src/expr/Tensor.ts'
import { openTarget } from '../../../src/interp/openTarget.ts'
import { inferredBackward } from '../../../src/model/backward.ts'
import { adoptExperiment } from '../../../src/train/codec.ts'
import { experimentProblems } from '../../../src/train/Experiment.ts'
import { initialValues, variablesOf } from '../../../src/train/initialize.ts'
import { explain, runLaw } from '../../../src/verify/index.ts'
import { verifyExperiment } from '../../../src/verify/laws/experiment.ts'
import { right } from '../either.ts'

vi.setConfig({ testTimeout: 60_000 })

const recipes: readonly Experiment[] = [
  zoo.betaVae,
  zoo.iwae,
  zoo.conditional,
  zoo.mixture,
  zoo.vampPrior,
  zoo.ladder,
].map((recipe) => experiment({ ...recipe, data: mnist(), optimizer: adam(1e-3) }))
const { session } = right(await openTarget('wasm')())
afterAll(() => session.dispose())

/** Sixteen digits of two kinds, each a block of ink. */
const SIZE = 16
const digits: Tensor = {
  shape: [SIZE, 28, 28, 1],
  data: Float32Array.from({ length: SIZE * 784 }, (_, i) => {
    const [datum, row, column] = [Math.floor(i / 784), Math.floor((i % 784) / 28), i % 28]
    return (datum % 2 === 0 ? row : column) > 12 && (datum % 2 === 0 ? row : column) < 18 ? 1 : 0
  }),
}
const labels: Tensor = {
  shape: [SIZE, 10],
  data: Float32Array.from({ length: SIZE * 10 }, (_, i) => (i % 10 === Math.floor(i / 10) % 2 ? 1 : 0)),
}
const horizon = { stepsPerEpoch: 30, epochs: 1 }

describe.each(recipes.map((e) => [e.name, e] as const))('zoo: %s', (_, e) => {
  test('agrees with itself, with digits, and with what is written of it', () => {
    const given = { x: { shape: [28, 28, 1], support: 'binary' }, y: { shape: [10], support: 'oneHot' } } as const
    expect(experimentProblems(e, given, horizon)).toEqual([])
    expect(right(adoptExperiment(e)).vae).toEqual(e.vae)
  })

  test('learns', () => {
    const graph = trainGraph(e.vae, e.objective, e.optimizer, horizon, SIZE)
    session.write(initialValues([...new Set([...vaeParams(e.vae), ...variablesOf(graph)])], 0))
    const plan = right(session.prepare(graph))
    const bounds = Array.from({ length: 25 }, (__, step) => {
      const outputs = plan.run({
        data: new Map([
          ['x', digits],
          ['y', labels],
        ]),
        scalars: { step },
        seed: 1,
        step,
      })
      return outputs.get('bound')?.data[0] ?? Number.NaN
    })
    plan.dispose()
    expect(bounds.at(-1)).toBeGreaterThan((bounds[0] ?? Number.NaN) + 100)
  })

  test('keeps the laws of objectives', () => {
    const [binding] = verifyExperiment(e, session)
    for (const law of binding?.laws ?? []) {
      const verdict = runLaw(binding ?? never, law, { runs: 1, seed: 1 })
      expect(verdict.failure === null ? '' : explain(verdict)).toBe('')
    }
  })
})
const never = { tag: 'laws', suite: '', subject: '', laws: [] } as const

test('a ladder is inferred the model’s way, the mixtures against it', () => {
  const backward = (name: 'ladder' | 'mixture' | 'vampPrior') => [...inferredBackward(zoo[name].vae)]
  expect([backward('ladder'), backward('mixture'), backward('vampPrior')]).toEqual([[], ['z'], ['z']])
})
