import { describe, expect, it } from 'vitest'
import { anneal, type Evaluate, sigmoidBetas, tuned } from '../../../src/diagnose/anneal.ts'
import { annealedLogLikelihood, annealingGraph, bidirectionalCheck } from '../../../src/diagnose/annealedLikelihood.ts'
import { normals } from '../../../src/diagnose/draws.ts'
import { importanceEstimate } from '../../../src/diagnose/importance.ts'
import { gaussianLogDensity, marginalOf } from '../../../src/diagnose/linearGaussian.ts'
import { openReference } from '../../../src/interp/reference/index.ts'
import { initialValues } from '../../../src/train/initialize.ts'
import { vaeParams } from '../../../src/train/graphs.ts'
import { messageOf, right } from '../either.ts'
import { hierarchy } from './hierarchy.ts'
import { drawData, linearVae, openLinear, truth } from './linear.ts'

/** From N(0, 1) to an unnormalised N(2, ½²) in one dimension, whose constant is log √(2π) ½ / √(2π) = log ½ beside the start's. */
const evaluate: Evaluate = (z, beta) => {
  const start = z.map((x) => (-x * x) / 2 - Math.log(2 * Math.PI) / 2)
  const target = z.map((x) => -((x - 2) ** 2) * 2)
  return { start, target, gradient: z.map((x) => (1 - beta) * -x + beta * -4 * (x - 2)) }
}
const truthful = Math.log(Math.sqrt(2 * Math.PI) / 2)

describe('annealing', () => {
  const n = 400
  const stream = (name: string) => ({ seed: 0, step: 0, name })
  const start = normals(n, stream('start'))
  const exact = normals(n, stream('exact')).map((z) => 2 + z / 2)
  const path = tuned(evaluate, normals(n, stream('pilot')), { betas: sigmoidBetas(60), leapfrogs: 4, stepSize: 0.3 }, 1)

  it('has temperatures from 0 to 1, dense at the ends', () => {
    const betas = sigmoidBetas(10)
    expect(betas[0]).toBe(0)
    expect(betas[10]).toBe(1)
    expect((betas[1] ?? 0) * 3).toBeLessThan((betas[6] ?? 0) - (betas[5] ?? 0))
  })

  it('finds the constant from both sides, within 6 standard errors', () => {
    const forward = importanceEstimate(anneal(evaluate, start, path, { seed: 2 }).logWeights)
    const back = importanceEstimate(
      anneal(evaluate, exact, path, { seed: 3, backward: true }).logWeights.map((w) => -w),
    )
    expect(Math.abs(forward.logMean - truthful)).toBeLessThan(6 * forward.standardError)
    expect(Math.abs(-back.logMean - truthful)).toBeLessThan(6 * back.standardError)
    expect(forward.standardError).toBeLessThan(0.08)
    expect(back.standardError).toBeLessThan(0.08)
  })

  it('ends where the target is', () => {
    const { states, acceptance } = anneal(evaluate, start, path, { seed: 2 })
    const mean = states.reduce((sum, x) => sum + x, 0) / n
    const variance = states.reduce((sum, x) => sum + (x - mean) ** 2, 0) / n
    expect(Math.abs(mean - 2)).toBeLessThan((6 * 0.5) / Math.sqrt(n) + 0.02)
    expect(Math.abs(variance - 0.25)).toBeLessThan((6 * 0.25 * Math.SQRT2) / Math.sqrt(n) + 0.02)
    expect(acceptance.length).toBe(59)
    const accepted = acceptance.reduce((sum, a) => sum + a, 0) / acceptance.length
    expect(accepted).toBeGreaterThan(0.5)
    expect(accepted).toBeLessThan(0.95)
  })

  it('is simple importance sampling with one temperature', () => {
    const { logWeights } = anneal(evaluate, start, { betas: [0, 1], stepSizes: [0, 0], leapfrogs: 1 }, { seed: 0 })
    logWeights.forEach((w, i) => {
      const at = evaluate(Float64Array.of(start[i] ?? 0), 0)
      expect(w).toBeCloseTo((at.target[0] ?? 0) - (at.start[0] ?? 0), 12)
    })
  })
})

describe('log p(x) by annealing', () => {
  const count = 6
  const data = drawData(truth, count, 3)
  const x = data.get('x')?.data ?? new Float64Array(0)
  const density = gaussianLogDensity(marginalOf(truth))

  it.each(['prior', 'guide'] as const)(
    'from the %s is the exact one, within its errors',
    (from) => {
      const got = right(
        annealedLogLikelihood(linearVae, openLinear(truth, 0.5), data, {
          from,
          chains: 40,
          temperatures: 150,
          seed: 4,
        }),
      )
      got.data.forEach((d, i) => {
        expect(Math.abs(d.logMean - density(x.subarray(3 * i, 3 * i + 3)))).toBeLessThan(6 * d.standardError)
        expect(d.standardError).toBeLessThan(0.2)
      })
    },
    60_000,
  )

  it('of simulated data lies between both directions, which close as temperatures grow', () => {
    const gapOf = (temperatures: number) =>
      right(bidirectionalCheck(linearVae, openLinear(truth), { count: 8, chains: 10, temperatures, seed: 5 })).gap
    const [coarse, fine] = [gapOf(4), gapOf(60)]
    expect(coarse.value).toBeGreaterThan(0.1)
    expect(fine.value).toBeLessThan(0.1)
    expect(fine.value).toBeGreaterThan(-6 * fine.standardError)
  }, 60_000)

  it.each(['prior', 'guide'] as const)('follows the slope of (1 − β) log start + β log target, from the %s', (from) => {
    const plan = right(openLinear(truth, 0.2).prepare(annealingGraph(linearVae, 1, from)))
    const at = (z: readonly number[], beta: number) => {
      const feeds = new Map([...drawData(truth, 1, 3), ['z', { shape: [1, 2], data: Float64Array.from(z) }] as const])
      const out = plan.run({ data: feeds, scalars: { beta, step: 0 }, seed: 0, step: 0 })
      const density = (1 - beta) * (out.get('start')?.data[0] ?? 0) + beta * (out.get('target')?.data[0] ?? 0)
      return { density, gradient: [...(out.get('gradient/z')?.data ?? [])] }
    }
    const h = 1e-5
    for (const beta of [0, 0.3, 1])
      expect(at([0.4, -0.7], beta).gradient).toEqual(
        [0, 1].map((d) => {
          const moved = (by: number) => at([0.4 + (d === 0 ? by : 0), -0.7 + (d === 1 ? by : 0)], beta).density
          return expect.closeTo((moved(h) - moved(-h)) / (2 * h), 6)
        }),
      )
  })

  it('goes through a hierarchy', () => {
    const session = openReference()
    session.write(initialValues(vaeParams(hierarchy), 1))
    const check = right(bidirectionalCheck(hierarchy, session, { count: 4, chains: 20, temperatures: 60 }))
    expect(Math.abs(check.gap.value)).toBeLessThan(0.3)
  }, 60_000)

  it('needs the data', () => {
    expect(messageOf(annealedLogLikelihood(linearVae, openLinear(truth), new Map(), {}))).toBe('there are no data')
  })
})
