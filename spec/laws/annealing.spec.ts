import * as fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { BidirectionalCheck } from '../../src/diagnose/index.ts'
import { check, only } from '../../src/verify/Law.ts'
import { type Annealer, annealingHere, annealingLaws } from '../../src/verify/laws/annealing.ts'
import { runAll } from '../../src/verify/run.ts'
import { testLaws } from '../../src/verify/testLaws.ts'

vi.setConfig({ testTimeout: 120_000 * Number(process.env['ELBO_LAWS_DEPTH'] ?? 1) })

describe('annealing', () => {
  testLaws(test, check(annealingLaws, annealingHere), { runs: 40 })
})

/** Every estimate of one side off by so many nats. */
const off = (side: 'lower' | 'upper', by: number): Annealer => ({
  name: `${side} off by ${by}`,
  check: (...args) =>
    E.map(({ lower, upper, ...rest }: BidirectionalCheck) => ({
      ...rest,
      lower: side === 'lower' ? lower.map((l) => ({ ...l, logMean: l.logMean + by })) : lower,
      upper: side === 'upper' ? upper.map((u) => u + by) : upper,
    }))(annealingHere.check(...args)),
})

describe('planted deviations', () => {
  // The first counterexample is enough.
  beforeAll(() => fc.configureGlobal({ endOnFailure: true }))
  afterAll(() => fc.resetConfigureGlobal())

  // ½ log 2π: the constant of one Normal, left out.
  const constant = Math.log(2 * Math.PI) / 2
  test.each([
    ['lower', constant, 'contains log p(x)'],
    ['upper', -constant, 'contains log p(x)'],
    ['lower', 2 * constant, 'lower below upper'],
    ['upper', 1e-6, 'exact from the posterior'],
  ] as const)('%s estimates off by %d are found: %s', (side, by, law) => {
    const found = [1, 2].map((seed) =>
      runAll([only(check(annealingLaws, off(side, by)), law)], { runs: 40, seed }).map(({ failure }) => failure?.law),
    )
    expect(found).toEqual([1, 2].map(() => [`annealing / ${law}`]))
  })
})
