import { pipe } from 'fp-ts/lib/function.js'
import { describe, expect, test } from 'vitest'
import { add, div, exp, type Expr, log, mul, neg, sub } from 'elbo-ts'
import {
  check,
  density,
  distributionLaws,
  doubts,
  isUntold,
  only,
  reparameterisationLaws,
  runAll,
  verifyExperiment,
} from 'elbo-ts/verify'
import type { Binding, Verdict } from 'elbo-ts/verify'
import gaussian from '../../examples/07-gaussian.ts'
import hierarchy from '../../examples/08-hierarchy.ts'
import { openReference } from '../../src/interp/reference/index.ts'
import { gauge } from '../../src/verify/Gauge.ts'
import { slope } from '../../src/verify/oracle/slope.ts'

const seeds = [0, 1]
const tried = (binding: Binding, runs = 3): readonly Verdict[] =>
  seeds.flatMap((seed) => runAll([binding], { runs, seed }))
const failures = (verdicts: readonly Verdict[]) =>
  verdicts.flatMap(({ law, failure }) => (failure === null ? [] : [`${law}: ${failure.reason}`]))
const laws = ['the density integrates to 1', 'score has mean zero', 'information equality'] as const

/** −½ y² − log σ − ½ log 2π + off, y = (x − μ) / σ */
const narrow = (off = 0) =>
  density({
    name: `a Normal of scale 0.01, ${off} nats off`,
    support: 'real',
    parameters: { loc: [-4, 4], scale: [0.005, 0.02] },
    logProb: ({ loc, scale }, x) => {
      const y = pipe(x, sub(loc), div(scale))
      return pipe(y, mul(y), mul(-0.5), sub(log(scale)), sub(0.5 * Math.log(2 * Math.PI) - off))
    },
    sample: { noise: 'normal', from: ({ loc, scale }, e) => pipe(e, mul(scale), add(loc)) },
    reparameterised: true,
    mean: ({ loc }) => loc,
    variance: ({ scale }) => pipe(scale, mul(scale)),
    entropy: ({ scale }) => pipe(log(scale), add(0.5 + 0.5 * Math.log(2 * Math.PI))),
  })

/** a xᵃ⁻¹ on [0, 1]: a fifth of its mass is below 10⁻¹⁵ where a is 0.05. */
const pole = (off = 0) =>
  density({
    name: `a power with a pole, ${off} nats off`,
    support: 'unit',
    parameters: { a: [0.05, 0.5] },
    logProb: ({ a }, x) => pipe(log(a), add(pipe(a, sub(1), mul(log(x)))), add(off)),
    mean: ({ a }) => pipe(a, div(pipe(a, add(1)))),
  })

/** A pole at 1, to which x has no more than 53 digits. */
const arcsine = (off = 0) =>
  density({
    name: `the arcsine law, ${off} nats off`,
    support: 'unit',
    parameters: { unused: [0, 1] },
    logProb: (_, x) => pipe(log(x), add(log(pipe(neg(x), add(1)))), mul(-0.5), sub(Math.log(Math.PI) - off)),
  })

const halfGamma = (off = 0) =>
  density({
    name: `a Gamma of shape ½, ${off} nats off`,
    support: 'positive',
    parameters: { rate: [0.3, 2] },
    logProb: ({ rate }, x) =>
      pipe(pipe(log(rate), sub(log(x))), mul(0.5), sub(pipe(rate, mul(x))), sub(0.5 * Math.log(Math.PI) - off)),
  })

const cauchy = (off = 0) =>
  density({
    name: `a Cauchy, ${off} nats off`,
    support: 'real',
    parameters: { loc: [-2, 2], scale: [0.005, 2] },
    logProb: ({ loc, scale }, x) => {
      const y = pipe(x, sub(loc), div(scale))
      return neg(pipe(y, mul(y), add(1), log, add(log(scale)), add(Math.log(Math.PI) - off)))
    },
  })

/** α/s (1 + x/s)^−(α + 1), which has a mean above α = 1 alone. */
const lomax = (alphas: readonly [number, number]) =>
  density({
    name: 'a Lomax',
    support: 'positive',
    parameters: { scale: [0.3, 2], alpha: alphas },
    logProb: ({ scale, alpha }, x) =>
      pipe(log(alpha), sub(log(scale)), sub(pipe(x, div(scale), add(1), log, mul(pipe(alpha, add(1)))))),
    sample: {
      noise: 'uniform',
      from: ({ scale, alpha }, u: Expr<[]>) =>
        pipe(neg(u), add(1 - 2 ** -24), log, neg, div(alpha), exp, sub(1), mul(scale)),
    },
    reparameterised: true,
    mean: ({ scale, alpha }) => pipe(scale, div(pipe(alpha, sub(1)))),
  })

describe('right densities are not accused, however their integrals are to be had', () => {
  test.each([narrow(), pole(), arcsine(), halfGamma(), cauchy()])('$name', (right) => {
    const verdicts = tried(only(check(distributionLaws, right), ...laws))
    expect(failures(verdicts)).toEqual([])
    expect(verdicts.filter(isUntold)).toEqual([])
  })
  test('a narrow one’s moments and gradients', () => {
    expect(failures(tried(only(check(distributionLaws, narrow()), 'mean', 'variance', 'entropy')))).toEqual([])
    expect(failures(runAll([check(reparameterisationLaws, narrow())], { runs: 4, seed: 1 }))).toEqual([])
  })
  test('an expectation that is infinite is not told', () => {
    const mean = tried(only(check(distributionLaws, lomax([0.6, 0.9])), 'mean'))
    expect(failures(mean)).toEqual([])
    expect(mean.map(isUntold)).toEqual(seeds.map(() => true))
    expect(doubts(mean[0] as Verdict)).toMatch(/^cannot tell in 3 of 3 comparisons: the mean is .* off by Infinity$/)
    const laws = only(
      check(reparameterisationLaws, lomax([0.6, 3])),
      'pathwise = score function',
      'pathwise = finite difference',
    )
    expect(failures(runAll([laws], { runs: 8, seed: 1 }))).toEqual([])
  })
})

describe('wrong ones are, by a ten-thousandth', () => {
  test.each([narrow(1e-4), pole(1e-4), arcsine(1e-4), halfGamma(1e-4), cauchy(1e-4)])('$name', (wrong) => {
    const [verdict] = runAll([only(check(distributionLaws, wrong), 'the density integrates to 1')], {
      runs: 1,
      seed: 0,
    })
    expect(verdict?.failure?.reason).toMatch(/^the total mass is 1\.00010, not 1: off by 0\.0001000/)
  })
})

describe('the gradient of a program whose ReLUs have corners everywhere', () => {
  test.each([
    ['gaussian', gaussian, '14:30'],
    ['hierarchy', hierarchy, '81:30'],
  ] as const)('%s, at the weights where a corner was within the step', (_, subject, path) => {
    const [objective] = verifyExperiment(subject, openReference())
    const laws = only(objective as Binding, 'gradient = finite difference')
    expect(failures(runAll([laws], { runs: 100, seed: 0, path }))).toEqual([])
  })
})

describe('a slope by differences knows its error', () => {
  const relu = (x: number): number => Math.max(0, x)
  test('where a corner is within the step a smaller one is taken', () => {
    const found = slope(
      (t) => 3 * t + 100 * relu(t - 3e-7) + 5,
      ({ value }) => Math.abs(value - 3) < 1e-4,
    )
    expect(found.value).toBeCloseTo(3, 5)
  })
  test('at the corner itself it is off by what the sides differ', () => {
    const found = slope((t) => 3 * t + 100 * relu(t))
    expect(found).toEqual({ value: expect.closeTo(53, 5), error: expect.closeTo(50, 5) })
    const g = gauge()
    g.agree({ value: 3, error: 0 }, found, 1e-5, 'the slope')
    expect(g.untold()).toEqual({ times: 1, of: 1, first: expect.stringMatching(/^the slope is 3, not 53/) })
  })
  test('of a smooth function the error is small, and a wrong slope is found', () => {
    const found = slope((t) => Math.exp(2 * t))
    expect(Math.abs(found.value - 2)).toBeLessThan(4 * found.error)
    expect(found.error).toBeLessThan(1e-6)
    expect(() => gauge().agree({ value: 2.001, error: 0 }, found, 1e-5, 'the slope')).toThrow('the slope is 2.00100')
  })
})
