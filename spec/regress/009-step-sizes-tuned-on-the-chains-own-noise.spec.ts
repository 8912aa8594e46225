import { expect, test } from 'vitest'
import { anneal, type Evaluate, tuned } from '../../src/diagnose/anneal.ts'

const DIMENSIONS = 2000

/** Where nothing pulls, every proposal is a step along its momentum, and is accepted. */
const steps = (run: (evaluate: Evaluate, initial: Float64Array) => unknown): readonly Float64Array[] => {
  const seen: Float64Array[] = []
  const flat: Evaluate = (states) => {
    seen.push(Float64Array.from(states))
    return { start: new Float64Array(1), target: new Float64Array(1), gradient: new Float64Array(states.length) }
  }
  run(flat, new Float64Array(DIMENSIONS))
  return seen.slice(1).map((states, i) => states.map((x, d) => x - (seen[i]?.[d] ?? Number.NaN)))
}
const cosine = (a: Float64Array, b: Float64Array): number => {
  const dot = (x: Float64Array, y: Float64Array): number => x.reduce((sum, v, i) => sum + v * (y[i] ?? Number.NaN), 0)
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b))
}
const moved = (each: readonly Float64Array[]): readonly Float64Array[] => each.filter((s) => s.some((x) => x !== 0))

// The pilot run that tunes the step sizes had the momenta and the thresholds of the chains that count, so their step sizes depended on what had
// moved them: an estimate is unbiased only over transitions that do not know where the chain is.
test('the run that tunes the step sizes has noise of its own', () => {
  const path = { betas: [0, 0.3, 0.7, 1], leapfrogs: 1 }
  const pilots = moved(steps((evaluate, z) => tuned(evaluate, z, { ...path, stepSize: 0.1 }, 3)))
  const chains = [false, true].flatMap((backward) =>
    moved(steps((evaluate, z) => anneal(evaluate, z, { ...path, stepSizes: [1, 1, 1, 1] }, { seed: 3, backward }))),
  )
  expect([pilots.length, chains.length]).toEqual([4, 4])
  const all = [...pilots, ...chains]
  const pairs = all.flatMap((a, i) => all.slice(i + 1).map((b) => Math.abs(cosine(a, b))))
  expect(Math.max(...pairs)).toBeLessThan(8 / Math.sqrt(DIMENSIONS))
})
