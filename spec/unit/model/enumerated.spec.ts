import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { describe, expect, test } from 'vitest'
import {
  autoencoder,
  bernoulli,
  binary,
  categorical,
  concat,
  dense,
  diagonalNormal,
  elbo,
  enumerate,
  full,
  given,
  iwae,
  latent,
  model,
  observe,
  renyi,
  vae,
} from 'elbo-ts'
import { countOfValues, jointValues } from '../../../src/dist/enumerate.ts'
import * as b from '../../../src/expr/build.ts'
import { exprOf } from '../../../src/expr/Expr.ts'
import { leavesOf } from '../../../src/expr/leaf.ts'
import { node } from '../../../src/expr/node.ts'
import { decodeVae, encodeVae } from '../../../src/model/codec.ts'
import { measure } from '../../../src/model/objective.ts'
import { encodeGraph, reconstructGraph } from '../../../src/train/graphs.ts'
import { objectiveAgreement } from '../../../src/train/agreement.ts'
import { evaluated, type Feeds, numberOf } from './evaluated.ts'
import { logNormal } from './linearGaussian.ts'

const total = (terms: readonly number[]): number => terms.reduce((sum, t) => sum + t, 0)
const logits = (...shape: number[]) => exprOf<number[]>(b.constant(0, shape))

describe('the values of a distribution', () => {
  const rowsOf = (...dists: Parameters<typeof jointValues>[0]): readonly (readonly number[])[] =>
    evaluated(jointValues(dists), {})

  test('are one-hot vectors, or zeros and ones', () => {
    expect(rowsOf(categorical(logits(3)))).toEqual([[1, 0, 0, 0, 1, 0, 0, 0, 1]])
    expect(rowsOf(bernoulli(logits(2)))).toEqual([[0, 0, 0, 1, 1, 0, 1, 1]])
    expect(rowsOf(bernoulli(logits()))).toEqual([[0, 1]])
  })
  test('of several choices are all combinations, the last changing fastest', () => {
    expect(rowsOf(categorical(logits(2, 2)))).toEqual([[1, 0, 1, 0, 1, 0, 0, 1, 0, 1, 1, 0, 0, 1, 0, 1]])
    expect(rowsOf(bernoulli(logits(1)), categorical(logits(2)))).toEqual([
      [0, 0, 1, 1],
      [1, 0, 0, 1, 1, 0, 0, 1],
    ])
  })
  test('are counted', () => {
    expect([logits(3), logits(2, 3), logits(4, 1)].map((l) => countOfValues(categorical(l)))).toEqual([3, 9, 1])
    expect([logits(), logits(5), logits(2, 2)].map((l) => countOfValues(bernoulli(l)))).toEqual([2, 32, 16])
  })
})

/** k → z → x, each level a number or a choice of two. */
const mixture = vae({
  model: pipe(
    model,
    latent('k', () => categorical(full(0, 2))),
    latent('z', ({ k }) => pipe(k, dense(2), diagonalNormal(1))),
    observe('x', ({ k, z }) => pipe(z, concat(k), dense(1), bernoulli)),
  ),
  guide: pipe(
    given({ x: binary(1) }),
    latent('k', ({ x }) => pipe(x, dense(2), categorical, enumerate)),
    latent('z', ({ x, k }) => pipe(x, concat(k), dense(2), diagonalNormal(1))),
  ),
})
const data = (name: string) => node('data', { name, shape: [1], support: 'binary' })
const at: Feeds = {
  'data x': [1],
  'noise z': [0.8],
  'param model/z/dense_0/kernel': [0.5, -0.3, -0.9, 0.2],
  'param model/z/dense_0/bias': [0.2, 0.1],
  'param model/x/dense_0/kernel': [1.2, -0.7, 0.4],
  'param model/x/dense_0/bias': [-0.1],
  'param guide/k/dense_0/kernel': [0.6, -0.2],
  'param guide/k/dense_0/bias': [0.1, 0.05],
  'param guide/z/dense_0/kernel': [0.9, -0.4, 0.3, 0.1, -0.6, 0.2],
  'param guide/z/dense_0/bias': [0.05, -0.6],
}
// x = 1
const odds = Math.exp(0.7 + 0.15)
const q = [odds / (1 + odds), 1 / (1 + odds)] as const
const branches = [0, 1].map((k) => {
  const [qLoc, qLog] = [0.9 + (k === 0 ? 0.3 : -0.6) + 0.05, (-0.4 + (k === 0 ? 0.1 : 0.2) - 0.6) / 2]
  const [pLoc, pLog] = [(k === 0 ? 0.5 : -0.9) + 0.2, ((k === 0 ? -0.3 : 0.2) + 0.1) / 2]
  const z = qLoc + Math.exp(qLog) * 0.8
  const logit = (value: number): number => 1.2 * value + (k === 0 ? -0.7 : 0.4) - 0.1
  const probability = q[k] ?? Number.NaN
  return {
    probability,
    loc: qLoc,
    reconstruction: -Math.log1p(Math.exp(-logit(z))),
    atMean: -Math.log1p(Math.exp(-logit(qLoc))),
    mean: 1 / (1 + Math.exp(-logit(qLoc))),
    kl: pLog - qLog + (Math.exp(2 * qLog) + (qLoc - pLoc) ** 2) / (2 * Math.exp(2 * pLog)) - 0.5,
    ratio: logNormal(z, qLoc, Math.exp(qLog)) - logNormal(z, pLoc, Math.exp(pLog)),
    choice: Math.log(probability) - Math.log(0.5),
  }
})
const average = (of: (branch: (typeof branches)[number]) => number): number =>
  total(branches.map((branch) => branch.probability * of(branch)))
const bound = (objective: Parameters<typeof measure>[1]): number =>
  numberOf(measure(mixture, objective, data).bound ?? b.constant(0), at)

describe('a latent that is summed out', () => {
  test('has no problems, no noise, and later latents’ noise once', () => {
    expect(mixture.problems).toEqual([])
    const leaves = leavesOf([measure(mixture, elbo(), data).bound ?? b.constant(0)])
    expect(leaves.flatMap((leaf) => (leaf.op === 'noise' ? [`${leaf.arg.name} ${leaf.shape}`] : []))).toEqual(['z 1'])
    expect(leaves.flatMap((leaf) => (leaf.op === 'data' ? [leaf.arg.name] : []))).toEqual(['x'])
  })
  test('averages every part of the ELBO over its values', () => {
    const { reconstruction, kl } = measure(mixture, elbo(), data)
    expect(numberOf(reconstruction, at)).toBeCloseTo(
      average((k) => k.reconstruction),
      12,
    )
    expect(evaluated(Object.values(kl), at).flat()).toEqual(
      [average((k) => k.choice), average((k) => k.kl)].map((x) => expect.closeTo(x, 12)),
    )
    expect(bound(elbo())).toBeCloseTo(
      average((k) => k.reconstruction - k.kl - k.choice),
      12,
    )
    expect(bound(elbo({ kl: 'sampled' }))).toBeCloseTo(
      average((k) => k.reconstruction - k.ratio - k.choice),
      12,
    )
  })
  test('leaves an importance weight its sum over the values', () => {
    const weight = branches.map((k) => 0.5 * Math.exp(k.reconstruction - k.ratio))
    expect(bound(iwae(1))).toBeCloseTo(Math.log(total(weight)), 12)
    expect(objectiveAgreement(iwae(1), mixture)).toEqual([
      "latent 'k': iwae sums an enumerated latent out whatever its guide says, so that the guide would not learn; use elbo()",
    ])
    expect(objectiveAgreement(renyi({ alpha: 0, samples: 2 }), mixture)).toHaveLength(1)
    expect(objectiveAgreement(renyi({ alpha: 0.5, samples: 2 }), mixture)).toEqual([])
    expect(objectiveAgreement(elbo(), mixture)).toEqual([])
  })
  test('is averaged over where others are at their means', () => {
    const shapes = { 'data x': [1] }
    const { 'location/k': k, 'location/z': z } = encodeGraph(mixture, 1).outputs
    expect(evaluated([k ?? b.constant(0), z ?? b.constant(0)], { ...at, ...shapes }).flat()).toEqual(
      [...q, average((branch) => branch.loc)].map((x) => expect.closeTo(x, 12)),
    )
    const { 'mean/x': mean } = reconstructGraph(mixture, 1).outputs
    expect(evaluated([mean ?? b.constant(0)], at)).toEqual([
      [
        expect.closeTo(
          average((branch) => branch.mean),
          12,
        ),
      ],
    ])
    expect(numberOf(measure(mixture, autoencoder(), data).reconstruction, at)).toBeCloseTo(
      average((branch) => branch.atMean),
      12,
    )
  })
  test('is one still when it is written down and read again', () => {
    const written = encodeVae(mixture)
    expect(written.guide.map(({ name, enumerated }) => [name, enumerated])).toEqual([
      ['k', true],
      ['z', undefined],
    ])
    expect(decodeVae(written)).toEqual(E.right(mixture))
    const wrong = { ...written, guide: written.guide.map((site) => ({ ...site, enumerated: true })) }
    expect(decodeVae(wrong)).toEqual(
      E.left({
        tag: 'Codec',
        message: "guide 'z': enumerate takes a Categorical or a Bernoulli, whose values can be counted, but got Normal",
      }),
    )
  })
})

describe('what cannot be summed over is refused', () => {
  const coins = (size: number, ...others: readonly number[]) =>
    vae({
      model: pipe(
        model,
        latent('k', () => bernoulli(full(0, size))),
        latent('l', () => bernoulli(full(0, others[0] ?? 1))),
        observe('x', ({ k }) => pipe(k, dense(1), bernoulli)),
      ),
      guide: pipe(
        given({ x: binary(1) }),
        latent('k', ({ x }) => pipe(x, dense(size), bernoulli, enumerate)),
        latent('l', ({ x }) => pipe(x, dense(others[0] ?? 1), bernoulli, enumerate)),
      ),
    })
  test('too many values, alone or together', () => {
    expect(coins(11).problems).toEqual([])
    expect(coins(12).problems).toEqual(["'k', 'l': 8192 values together are too many to enumerate; at most 4096"])
    expect(coins(7, 7).problems).toEqual(["'k', 'l': 16384 values together are too many to enumerate; at most 4096"])
  })
})
