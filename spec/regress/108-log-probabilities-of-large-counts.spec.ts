import * as E from 'fp-ts/lib/Either.js'
import * as O from 'fp-ts/lib/Option.js'
import { describe, expect, test } from 'vitest'
import { continuousBernoulli, negativeBinomial, poisson, poissonFromLogRate } from 'elbo-ts'
import { klTerms, logProbTerms } from '../../src/dist/family.ts'
import { sum } from '../../src/expr/build.ts'
import { exprOf } from '../../src/expr/Expr.ts'
import { node } from '../../src/expr/node.ts'
import type { Node } from '../../src/expr/Op.ts'
import type { Tensor } from '../../src/expr/Tensor.ts'
import { openReference } from '../../src/interp/reference/index.ts'
import { openGraph } from '../../src/interp/tfgraph/index.ts'
import { openTfjs } from '../../src/interp/tfjs/index.ts'
import { grad } from '../../src/transform/grad.ts'
import { right } from '../unit/either.ts'

/**
 * Terms as large as 10⁸ that cancel in float32: log p of a Poisson with mean 16 000 000 was +16 at 16 000 001. What is wanted was computed with 60
 * digits (mpmath 1.3) at the inputs rounded to float32.
 */
const RELATIVE = 1e-5

// count, mean, log p, its slope in the mean
const poissons = [
  [0, 1e-6, -9.999999975e-7, -1],
  [0, 4, -4, -1],
  [1, 1, -1, 0],
  [3, 0.3, -5.703677775, 8.999999603],
  [8, 8, -1.969070569, 0],
  [9, 9, -2.026806284, 0],
  [10, 0.001, -84.18296489, 9998.999525],
  [100, 100, -3.222356957, 0],
  [100, 1e6, -998982.1883, -0.9999],
  [1e5, 1e5, -6.675402099, 0],
  [1e5, 100500, -7.921250995, -0.004975124378],
  [1e6, 1e6, -7.826693896, 0],
  [1e6, 1e3, -5908763.106, 999],
  [1e7, 1e7, -8.977986367, 0],
  [16e6, 16e6, -9.212988179, 0],
  [16000001, 16e6, -9.212988241, 6.25e-8],
  [16000001, 1.601e7, -12.33606196, -6.24547158e-4],
] as const

// count, mean, inverse dispersion, log p, its slopes in the mean and in the inverse dispersion
const negativeBinomials = [
  [0, 1, 3, -0.8630462174, -0.75, -0.03768207245],
  [0, 1e7, 3, -45.05845099, -2.9999991e-7, -14.01948396],
  [0, 1, 1e8, -0.999999995, -0.99999999, -4.999999933e-17],
  [1, 0.001, 2, -6.909254857, 998.5007021, 2.497501576e-4],
  [5, 1e-8, 0.01, -75.2714033, 499999502, -397.930295],
  [8, 8, 1e8, -1.969070609, 0, 3.999999693e-16],
  [8, 8, 1e30, -1.969070569, 0, 3.99999988e-60],
  [30, 90, 1e-6, -17.21672263, -7.407407306e-9, 999986.3155],
  [1e5, 1e5, 3, -11.91025078, 0, 0.1758229537],
  [1e5, 1e3, 3, -294.6545797, 0.296111665, -93.9258607],
  [1e5, 1.2e5, 1e6, -1594.923431, -0.1488095238, -1.61317191e-4],
  [1e7, 1e7, 3, -16.51540612, 0, 0.1758279036],
  [1e7, 1e7, 0.001, -23.03318224, 0, 993.6677692],
  [1e7, 1e7, 1e7, -9.324559961, 0, 2.500000062e-8],
  [1e7, 2e7, 50, -24.7400196, -1.249996875e-6, -0.1831126486],
  [1e7, 1, 3, -13862912.93, 7499999.25, -2499984.842],
] as const

// Siblings. KL(Poisson(q) || Poisson(p))
const poissonKls = [
  [1e6, 1e6, 0],
  [1e6, 1001000, 0.4996669165],
  [1e7, 10001000, 0.04999666692],
  [1e-3, 5, 4.990482806],
  [5, 1e-3, 37.58696572],
  [1e5, 2e5, 30685.28194],
] as const
// A continuous Bernoulli's logits, value, log p
const levels = [
  [1e4, 0.9999, 8.210174433],
  [1e6, 1, 13.81551056],
  [1e6, 0.999999, 12.8022316],
  [-1e6, 1e-6, 12.81551056],
  [1e-3, 0.7, 1.999583309e-4],
  [-0.5, 0.2, 0.1396049475],
  [-1e8, 0, 18.42068074],
  [20, 0.5, -7.004267724],
] as const

const feeds = new Map<string, Tensor>()
const fed = (name: string, values: readonly number[]) => {
  const shape = [values.length]
  feeds.set(name, { shape, data: Float32Array.from(values) })
  return exprOf<number[]>(node('data', { name, shape, support: 'real' }))
}
const column = (name: string, rows: readonly (readonly number[])[], i: number) =>
  fed(
    `${name}/${i}`,
    rows.map((row) => row[i] ?? Number.NaN),
  )
const slopeIn = (terms: Node, leaf: Node): Node => grad(sum(terms), [leaf])[0] ?? leaf
const closed = (terms: O.Option<Node>): Node =>
  O.isSome(terms) ? terms.value : node('const', { shape: [], values: [Number.NaN] })

const [x, mean] = [0, 1].map((i) => column('poisson', poissons, i)) as [ReturnType<typeof fed>, ReturnType<typeof fed>]
const ofPoisson = logProbTerms(poisson(mean), x.node)
const [k, mu, r] = [0, 1, 2].map((i) => column('negative binomial', negativeBinomials, i)) as [
  ReturnType<typeof fed>,
  ReturnType<typeof fed>,
  ReturnType<typeof fed>,
]
const ofNegativeBinomial = logProbTerms(negativeBinomial(mu, r), k.node)
const outputs = {
  poisson: ofPoisson,
  'poisson, mean': slopeIn(ofPoisson, mean.node),
  'negative binomial': ofNegativeBinomial,
  'negative binomial, mean': slopeIn(ofNegativeBinomial, mu.node),
  'negative binomial, r': slopeIn(ofNegativeBinomial, r.node),
  'KL of Poissons': closed(klTerms(poisson(column('kl', poissonKls, 0)), poisson(column('kl', poissonKls, 1)))),
  'continuous Bernoulli': logProbTerms(
    continuousBernoulli(column('level', levels, 0)),
    column('level', levels, 1).node,
  ),
}
const last = (rows: readonly (readonly number[])[], i: number): readonly number[] => rows.map((row) => row[i] ?? NaN)
const wanted: { readonly [K in keyof typeof outputs]: readonly number[] } = {
  poisson: last(poissons, 2),
  'poisson, mean': last(poissons, 3),
  'negative binomial': last(negativeBinomials, 3),
  'negative binomial, mean': last(negativeBinomials, 4),
  'negative binomial, r': last(negativeBinomials, 5),
  'KL of Poissons': last(poissonKls, 2),
  'continuous Bernoulli': last(levels, 2),
}
/** A slope in r that moves log p by less than a hundredth of itself when r doubles is judged by that. */
const leastSlope = negativeBinomials.map(([, , size, logP]) => Math.abs((0.01 * logP) / size))

const graph = await openGraph()
describe.each(['reference', 'cpu', 'wasm', 'graph'] as const)('in float32, on %s', (target) => {
  const open = async () =>
    target === 'reference' ? openReference() : target === 'graph' ? right(graph) : right(await openTfjs(target)())
  test.skipIf(target === 'graph' && E.isLeft(graph))(
    'log p and its slopes are to 1e-5 what 60 digits give',
    async () => {
      const session = await open()
      const got = right(session.prepare({ outputs, updates: {} })).run({ data: feeds, scalars: {}, seed: 0, step: 0 })
      const wrong = Object.entries(wanted).flatMap(([name, rows]) =>
        rows.flatMap((want, i) => {
          const value = got.get(name)?.data[i] ?? Number.NaN
          const size = Math.max(Math.abs(want), name.endsWith('r') ? (leastSlope[i] ?? 0) : 0)
          return Math.abs(value - want) <= RELATIVE * size ? [] : [`${name}, row ${i}: ${value}, not ${want}`]
        }),
      )
      session.dispose()
      expect(wrong).toEqual([])
    },
  )
})

test('from log rates far out of range nothing is NaN but what is infinite', async () => {
  const session = right(await openTfjs('wasm')())
  const logRate = fed('log rate', [-300, -300, 50, 88])
  const at = fed('count', [0, 3, 7, 0])
  const terms = logProbTerms(poissonFromLogRate(logRate), at.node)
  const plan = right(session.prepare({ outputs: { terms, slope: slopeIn(terms, logRate.node) }, updates: {} }))
  const got = plan.run({ data: feeds, scalars: {}, seed: 0, step: 0 })
  expect([...(got.get('terms')?.data ?? [])].map((v) => Number.isNaN(v))).toEqual([false, false, false, false])
  expect(got.get('terms')?.data[1]).toBeCloseTo(-900 - Math.log(6), 3)
  expect([...(got.get('slope')?.data ?? [])].slice(0, 2)).toEqual([expect.closeTo(0, 6), expect.closeTo(3, 6)])
  session.dispose()
})
