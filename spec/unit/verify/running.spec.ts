import { pipe } from 'fp-ts/lib/function.js'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { elbo, log, mul, neg, sub } from '../../../src/index.ts'
import {
  boundLaws,
  boundOf,
  check,
  density,
  distributionLaws,
  divergence,
  divergenceLaws,
  explain,
  law,
  only,
  reparameterisationLaws,
  runAll,
  testLaws,
} from '../../../src/verify/index.ts'
import { within } from '../../../src/verify/arbitrary/within.ts'

/** What is said where there is nothing to check, or it cannot be checked. */

const exponential = density({
  name: 'Exponential',
  support: 'positive',
  parameters: { rate: [0.3, 3] },
  logProb: ({ rate }, x) => pipe(log(rate), sub(pipe(rate, mul(x)))),
})
const options = { runs: 5, seed: 0 }
const reasons = (...bindings: Parameters<typeof runAll>[0]) =>
  runAll(bindings, options).flatMap(({ failure }) => failure?.reason ?? [])

describe('nothing that is checked is nothing that holds', () => {
  test('a subject that no law says anything of fails as a test', () => {
    const bodies: (() => void)[] = []
    testLaws((_, body) => bodies.push(body), check(reparameterisationLaws, exponential))
    expect(bodies).toHaveLength(1)
    expect(bodies[0]).toThrow("no law of 'reparameterisation' says anything of Exponential")
  })
  test('a law that there is not', () => {
    expect(() => only(check(distributionLaws, exponential), 'variancee')).toThrow(
      "distribution has no law 'variancee' for Exponential; it has score has mean zero, information equality, ",
    )
  })
  test.each([0, -1, 1.5, Number.NaN])('%d runs', (runs) => {
    expect(() => runAll([check(distributionLaws, exponential)], { runs, seed: 0 })).toThrow(
      `runs must be a whole number of at least 1 but got ${runs}`,
    )
  })
})

test('what a bound is called says nothing of it', () => {
  const lawsOf = (name: string, kl: 'closed' | 'sampled') =>
    check(boundLaws, boundOf(name, elbo({ kl }))).laws.map((l) => l.name)
  expect(lawsOf('not in closed form', 'sampled')).toEqual(lawsOf('sampled', 'sampled'))
  expect(lawsOf('sampled', 'closed')).not.toContain('no variance at the posterior')
})

describe('a subject that cannot be', () => {
  test.each([
    [3, 0.3],
    [0.3, Number.NaN],
    [0, Infinity],
  ])('a parameter from %d to %d', (low, high) => {
    const mine = density({ ...exponential, name: 'mine', parameters: { rate: [low, high] } })
    expect(new Set(reasons(check(distributionLaws, mine)))).toEqual(
      new Set([`it cannot be tried: mine: 'rate' has no range from ${low} to ${high}; give the smaller number first`]),
    )
  })
  test('a law that throws before it begins is told by its name, and the others are tried', () => {
    const throwing = law({
      name: 'throws',
      statement: 's',
      given: (): fc.Arbitrary<number> => {
        throw new Error('in given')
      },
      holds: () => {},
    })
    const fine = law({ name: 'fine', statement: 's', given: () => fc.nat(), holds: () => {} })
    const binding = check({ name: 'mine', extends: [], laws: [throwing, fine] }, { name: 'me' })
    const [first, second] = runAll([binding], options)
    expect(first && explain(first)).toContain('mine / throws does not hold for me')
    expect(first?.failure?.reason).toBe('it cannot be tried: in given')
    expect(second?.failure).toBeNull()
  })
  test('a KL that is infinite, and one family of two', () => {
    const real = density({ ...exponential, name: 'real', support: 'real' })
    const infinite = divergence({ name: 'd', q: real, p: exponential, kl: (_, p) => log(p.rate) })
    expect(new Set(reasons(check(divergenceLaws, infinite)))).toEqual(
      new Set(["KL(real‖Exponential) is infinite or no number: q is on 'real', p on 'positive'"]),
    )
    const other = density({
      name: 'other',
      support: 'positive',
      parameters: { scale: [0.3, 3] },
      logProb: ({ scale }, x) => pipe(x, mul(scale), neg),
    })
    const two = divergence({ name: 'd', q: exponential, p: other, sameFamily: true, kl: (q) => log(q.rate) })
    expect(new Set(reasons(check(divergenceLaws, two)))).toEqual(
      new Set(['one family has one list of parameters, not rate and scale']),
    )
  })
})

describe('numbers within a range', () => {
  test.each([
    [-3, 3],
    [0.15, 3],
    [0.01, 0.1],
    [50, 300],
  ])('from %d to %d: all of it is tried, and a counterexample is short', (low, high) => {
    const values = fc.sample(within(low, high), { numRuns: 500, seed: 1 })
    expect(values.every((x) => x >= low && x <= high)).toBe(true)
    const tenths = new Set(values.map((x) => Math.min(9, Math.floor((10 * (x - low)) / (high - low)))))
    expect(tenths.size).toBe(10)
    const past = low + 0.6 * (high - low)
    const { counterexample } = fc.check(
      fc.property(within(low, high), (x) => x < past),
      { seed: 1 },
    )
    const step = 2 ** Math.floor(Math.log2((high - low) / 12))
    expect((counterexample?.[0] ?? Number.NaN) / step).toBe(Math.ceil(past / step))
  })
})
