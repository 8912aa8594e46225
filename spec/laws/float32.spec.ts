import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as fc from 'fast-check'
import { afterAll, describe, expect, test, vi } from 'vitest'
import { add, exp, log, mul, neg, sub } from '../../src/index.ts'
import * as b from '../../src/expr/build.ts'
import type { Node } from '../../src/expr/Op.ts'
import { openTarget } from '../../src/interp/openTarget.ts'
import type { Session } from '../../src/interp/Session.ts'
import { check, distributionLaws, explain, float32Laws, only, runAll } from '../../src/verify/index.ts'
import { gauge, LawBroken } from '../../src/verify/Gauge.ts'
import { accurate, lossy } from '../../src/verify/laws/accurate.ts'
import { type Arithmetic, arithmeticOf, rounding } from '../../src/verify/subject/Arithmetic.ts'
import { type Draw, draws, pointwise } from '../../src/verify/subject/Formula.ts'
import { testLaws } from '../../src/verify/testLaws.ts'
import { logistic } from '../../examples/verify/own-distribution.ts'

vi.setConfig({ testTimeout: 120_000 * Number(process.env['ELBO_LAWS_DEPTH'] ?? 1) })

/** Every target that computes in float32 on this machine. */
const sessions: Session[] = []
for (const name of ['cpu', 'wasm', 'tensorflow', 'graph'] as const) {
  const opened = await openTarget(name)()
  if (E.isRight(opened)) sessions.push(opened.right.session)
}
afterAll(() => sessions.forEach((session) => session.dispose()))

describe('float32', () => {
  for (const arithmetic of [rounding, ...sessions.map(arithmeticOf)])
    testLaws(test, check(float32Laws, arithmetic), { runs: 20 })
})

const points = { seed: 1, [fc.toStringMethod]: () => 'seed 1' }
const broken = (name: string, draw: Draw, of: (x: Node) => Node): string | undefined => {
  try {
    accurate(rounding, [pointwise({ name, roundings: 8, draws: { x: draw }, of: ({ x }) => of(x) })], points, gauge())
    return undefined
  } catch (cause) {
    return cause instanceof LawBroken ? cause.message : String(cause)
  }
}

describe('what loses digits is found, and what does not is not', () => {
  const small: Draw = (source) => Math.fround(2 ** source.within(-20, 3))
  const pairs: readonly (readonly [string, Draw, naive: (x: Node) => Node, stable: (x: Node) => Node])[] = [
    ['log(1 + eˣ)', draws.level, (x) => b.log(b.add(b.exp(x), 1)), b.softplus],
    ['log(1 + eˣ), where it does not overflow', (s) => s.within(-20, 20), (x) => b.log(b.add(b.exp(x), 1)), b.softplus],
    ['eˣ − 1', small, (x) => b.sub(b.exp(x), 1), b.expm1],
    ['log(1 + x)', small, (x) => b.log(b.add(x, 1)), b.log1p],
    ['1 − σ(x)', draws.level, (x) => b.sub(1, b.sigmoid(x)), (x) => b.sigmoid(b.neg(x))],
    ['log σ(x)', draws.level, (x) => b.log(b.sigmoid(x)), (x) => b.neg(b.softplus(b.neg(x)))],
    ['x² − (x − 1)²', draws.wide, (x) => b.sub(b.square(x), b.square(b.sub(x, 1))), (x) => b.sub(b.mul(x, 2), 1)],
    ['√(1 + x) − 1', small, (x) => b.sub(b.sqrt(b.add(x, 1)), 1), (x) => b.div(x, b.add(b.sqrt(b.add(x, 1)), 1))],
  ]
  test.each(pairs)('%s', (name, draw, naive, stable) => {
    expect(broken(name, draw, naive)).toMatch(/ at x = .* is .*, not .*: off by .*, allowed /)
    expect(broken(name, draw, stable)).toBeUndefined()
  })

  test('a kernel whose last bits are noise', () => {
    const coarse: Arithmetic = {
      ...rounding,
      name: 'coarse',
      evaluate: (formulas, numbers) =>
        rounding
          .evaluate(formulas, numbers)
          .map((values) => Array.from(values, (v, i) => v * (1 + (i % 2) * 2 ** -19))),
    }
    const verdicts = runAll([check(float32Laws, coarse)], { runs: 2, seed: 1 })
    expect(verdicts.map(({ failure }) => failure !== null)).not.toContain(false)
  })

  test('a user’s density that subtracts what it should not have added', () => {
    const naive = {
      ...logistic,
      name: 'my density',
      logProb: (at: Parameters<typeof logistic.logProb>[0], x: Parameters<typeof logistic.logProb>[1]) => {
        const y = pipe(x, sub(at['loc'] ?? x), mul(exp(neg(log(at['scale'] ?? x)))))
        return pipe(neg(y), sub(pipe(log(pipe(exp(neg(y)), add(1))), mul(2))), sub(log(at['scale'] ?? x)))
      },
    }
    const found = runAll([only(check(distributionLaws, naive), 'accurate in float32')])
    expect(found.map(explain).join()).toMatch(/my density: log p at loc = .*; scale = .*; x = .* is .*Infinity, not/)
  })
})

describe('the formulas that lose more', () => {
  test('say why, and have names of their own', () => {
    expect(new Set(lossy.map(({ id }) => id)).size).toBe(lossy.length)
    for (const { reason } of lossy) expect(reason.length).toBeGreaterThan(20)
  })
})
