import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import { add, log, mean, mul, neg, sub } from '../../src/index.ts'
import * as b from '../../src/expr/build.ts'
import { encodeGraph } from '../../src/expr/codec.ts'
import { exprOf } from '../../src/expr/Expr.ts'
import type { BidirectionalCheck } from '../../src/diagnose/index.ts'
import { openReference } from '../../src/interp/reference/index.ts'
import { scheduleAt } from '../../src/schedule/index.ts'
import { updatesOf } from '../../src/optimizer/index.ts'
import { vjp } from '../../src/transform/grad.ts'
import { samples } from '../../src/verify/arbitrary/nodes.ts'
import {
  annealingLaws,
  autodiffLaws,
  boundLaws,
  check,
  codecLaws,
  codecOf,
  distributionLaws,
  divergenceLaws,
  explain,
  exprLaws,
  float32Laws,
  formatLaws,
  formatOf,
  informationLaws,
  noiseLaws,
  objectiveLaws,
  optimizerLaws,
  ownBound,
  passLaws,
  reparameterisationLaws,
  runLaw,
  scheduleLaws,
  shapeLaws,
  trainingLaws,
  wiringHere,
  wiringLaws,
  type Binding,
} from '../../src/verify/index.ts'
import { annealingHere } from '../../src/verify/laws/annealing.ts'
import { autodiffHere } from '../../src/verify/laws/autodiff.ts'
import { expressionsHere } from '../../src/verify/laws/expr.ts'
import { bijector } from '../../src/dist/Bijector.ts'
import { bijectorLaws } from '../../src/verify/laws/bijector.ts'
import { noiseHere } from '../../src/verify/laws/noise.ts'
import { optimizersHere } from '../../src/verify/subject/Optimizers.ts'
import { schedulesHere } from '../../src/verify/laws/schedule.ts'
import { broadcastingHere } from '../../src/verify/laws/shape.ts'
import { rounding } from '../../src/verify/subject/Arithmetic.ts'
import { familyDivergences, normalDensity } from '../../src/verify/subject/families.ts'
import { objectives } from '../../src/verify/subject/Objectives.ts'
import { klOfLaplaces, logistic } from '../../examples/verify/own-distribution.ts'

vi.setConfig({ testTimeout: 120_000 * Number(process.env['ELBO_LAWS_DEPTH'] ?? 1) })

/** One wrong subject a suite: the suite must find it, and say where. A suite that lets it pass tests nothing. */

const [firstPair] = familyDivergences
const b0 = exprOf<[]>(b.constant(0))
const reference = openReference()

const wiring = await wiringHere()
const wrong: readonly (readonly [binding: Binding, foundBy: string])[] = [
  [
    check(bijectorLaws, bijector({ name: 'wrong', forward: (x) => pipe(x, mul(2)), logAbsDet: () => b0 })),
    'log-determinant of its Jacobian',
  ],
  [
    check(distributionLaws, {
      ...normalDensity,
      name: 'wrong',
      logProb: (at, x) => pipe(normalDensity.logProb(at, x), mul(2)),
    }),
    'the density integrates to 1',
  ],
  [
    check(distributionLaws, { ...logistic, name: 'wrong', entropy: ({ scale = b0 }) => pipe(scale, add(2)) }),
    'entropy',
  ],
  [
    check(divergenceLaws, {
      ...(firstPair ?? klOfLaplaces),
      name: 'wrong',
      kl: (q, p) => pipe((firstPair ?? klOfLaplaces).kl(q, p), mul(2)),
    }),
    'closed form = expectation',
  ],
  [
    check(reparameterisationLaws, {
      ...normalDensity,
      name: 'wrong',
      sample: {
        noise: 'normal',
        from: ({ loc = b0, scale = b0 }, noise) => pipe(noise, mul(pipe(scale, mul(scale))), add(loc)),
      },
    }),
    'pathwise = score function',
  ],
  [
    check(
      boundLaws,
      ownBound({
        name: 'wrong',
        samples: 1,
        of: ({ likelihood, prior, posterior }) => pipe(likelihood, sub(prior), add(posterior), mean()),
      }),
    ),
    'bound + KL(q ‖ posterior) = log p(x)',
  ],
  [
    check(
      boundLaws,
      ownBound({
        name: 'wrong',
        samples: 3,
        importanceWeighted: true,
        of: ({ likelihood, prior, posterior }) => pipe(likelihood, add(prior), sub(posterior), mean()),
      }),
    ),
    'weights average to p(x)',
  ],
  [
    check(distributionLaws, {
      ...logistic,
      name: 'wrong',
      sample: {
        noise: 'uniform',
        from: ({ loc = b0, scale = b0 }, u) => pipe(log(u), sub(log(pipe(neg(u), add(1)))), mul(scale), add(loc)),
      },
    }),
    'draws are in the support',
  ],
  [
    check(objectiveLaws, {
      ...objectives,
      name: 'wrong',
      lossOf: (...args) => ({ ...objectives.lossOf(...args), loss: b.mul(objectives.lossOf(...args).loss, 2) }),
    }),
    'β = 1 is the ELBO',
  ],
  [
    check(informationLaws, {
      ...objectives,
      name: 'wrong',
      measure: (...args) => {
        const m = objectives.measure(...args)
        return { ...m, kl: Object.fromEntries(Object.entries(m.kl).map(([k, v]) => [k, b.mul(v, 0.5)])) }
      },
    }),
    'rate = information + KL(aggregate ‖ prior)',
  ],
  [
    check(float32Laws, {
      ...rounding,
      name: 'wrong',
      evaluate: (formulas, numbers) =>
        rounding.evaluate(formulas, numbers).map((values) => Array.from(values, (v) => v * (1 + 2 ** -19))),
    }),
    'operations',
  ],
  [check(exprLaws, { ...expressionsHere, name: 'wrong', print: () => 'a graph' }), 'print tells graphs apart'],
  [
    check(autodiffLaws, {
      ...autodiffHere,
      name: 'wrong',
      vjp: (root, leaves, seed) => vjp(root, leaves, seed).map((g) => b.abs(g)),
    }),
    'gradient = finite difference',
  ],
  [
    check(passLaws, {
      name: 'wrong',
      run: (g) => ({ ...g, outputs: Object.fromEntries(Object.entries(g.outputs).map(([k, v]) => [k, b.neg(v)])) }),
    }),
    'keeps meaning',
  ],
  [
    check(scheduleLaws, { ...schedulesHere, name: 'wrong', at: (s, h, step) => scheduleAt(s, h, b.add(step, 1)) }),
    'warm-up begins and ends',
  ],
  [
    check(optimizerLaws, {
      ...optimizersHere,
      name: 'wrong',
      updates: (o, p, g, h, s) =>
        updatesOf(
          o,
          p,
          g.map((x) => b.neg(x)),
          h,
          s,
        ),
    }),
    'sgd descends',
  ],
  [
    check(noiseLaws, { name: 'wrong', draw: (law, n, stream) => noiseHere.draw(law, n, { ...stream, step: 0 }) }),
    'steps are independent',
  ],
  [
    check(annealingLaws, {
      name: 'wrong',
      check: (...args) =>
        E.map((both: BidirectionalCheck) => ({
          ...both,
          upper: both.upper.map((u) => -u),
        }))(annealingHere.check(...args)),
    }),
    'exact from the posterior',
  ],
  [
    check(shapeLaws, { ...broadcastingHere, name: 'wrong', broadcast: (a) => E.right(a) }),
    'broadcasting by definition',
  ],
  [
    check(
      codecLaws,
      codecOf({
        name: 'wrong',
        values: samples({ updates: true }).map(({ graph }) => graph),
        encode: encodeGraph,
        decode: () => E.right({ outputs: {}, updates: {} }),
      }),
    ),
    'decode ∘ encode = identity',
  ],
  [
    check(
      formatLaws,
      formatOf({
        name: 'wrong',
        values: fc.uint8Array({ minLength: 4 }),
        write: (v) => v,
        read: (v) => E.right(Uint8Array.from(v)),
        canonical: String,
      }),
    ),
    'a changed byte is refused, or changes nothing',
  ],
  [
    check(trainingLaws, { name: 'wrong', session: { ...reference, rollback: () => true }, tolerance: 1e-9 }),
    'a step can be taken back',
  ],
  [
    check(wiringLaws, {
      ...wiring,
      name: 'wrong',
      sampled: (count, seed) => {
        const made = wiring.sampled(count, seed)
        return { ...made, latents: new Map([...made.latents].map(([name]) => [name, [...made.latents.values()][0]!])) }
      },
    }),
    'no two draws of a sample are one',
  ],
]

describe('each suite finds its wrong subject', () => {
  test.each(wrong.map(([binding, foundBy]) => [`${binding.suite} / ${foundBy}`, binding, foundBy] as const))(
    '%s',
    (_, binding, foundBy) => {
      const law = binding.laws.find(({ name }) => name === foundBy)
      if (law === undefined) throw new Error(`no law ${foundBy}`)
      const verdict = runLaw(binding, law, { runs: 60, seed: 1 })
      expect(verdict.failure?.law).toBe(`${binding.suite} / ${foundBy}`)
      expect(explain(verdict)).toMatch(/does not hold for wrong\n {2}law {6}\S.*\n {2}because {2}\S/)
    },
  )
})

describe('a user’s mistakes are told so that a person can read them', () => {
  const told = (binding: Binding, name: string): string => {
    const law = binding.laws.find((l) => l.name === name)
    return law === undefined ? 'no such law' : explain(runLaw(binding, law, { runs: 60, seed: 1 }))
  }
  test('a density that forgot its scale', () => {
    const mine = {
      ...logistic,
      name: 'my density',
      logProb: (at: Parameters<typeof logistic.logProb>[0], x: Parameters<typeof logistic.logProb>[1]) =>
        pipe(logistic.logProb(at, x), add(pipe(at['scale'] ?? b0, mul(0.5)))),
    }
    expect(told(check(distributionLaws, mine), 'the density integrates to 1')).toMatch(
      /the total mass is [\d.]+, not 1: off by [\s\S]*for {6}\{"loc":0,"scale":0\.3\d*/,
    )
  })
  test('a KL with its sign turned', () => {
    const mine = {
      ...klOfLaplaces,
      name: 'my KL',
      kl: (q: Parameters<typeof klOfLaplaces.kl>[0], p: Parameters<typeof klOfLaplaces.kl>[1]) =>
        neg(klOfLaplaces.kl(q, p)),
    }
    expect(told(check(divergenceLaws, mine), 'not negative')).toContain('the KL is negative')
  })
  test('an objective that forgot log q', () => {
    const mine = ownBound({
      name: 'my bound',
      samples: 1,
      of: ({ likelihood, prior }) => pipe(likelihood, add(prior), mean()),
    })
    const text = told(check(boundLaws, mine), 'bound + KL(q ‖ posterior) = log p(x)')
    expect(text).toContain('vae({')
    expect(text).toContain("latent('z1', () => standardNormal(1))")
    expect(text).toMatch(/again {4}seed 1, path [\d:]+/)
  })
  test('seed and path lead back to the same counterexample', () => {
    const mine = ownBound({
      name: 'my bound',
      samples: 1,
      of: ({ likelihood, prior }) => pipe(likelihood, add(prior), mean()),
    })
    const binding = check(boundLaws, mine)
    const law = binding.laws[0]
    if (law === undefined) throw new Error('no law')
    const { failure } = runLaw(binding, law, { runs: 60, seed: 1 })
    const again = runLaw(binding, law, { runs: 1, seed: failure?.seed ?? 0, path: failure?.path ?? '' })
    expect(again.failure?.counterexample).toBe(failure?.counterexample)
  })
})
