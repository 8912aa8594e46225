import { pipe } from 'fp-ts/lib/function.js'
import { describe, expect, test } from 'vitest'
import {
  bernoulli,
  binary,
  categorical,
  concat,
  define,
  dense,
  diagonalLaplace,
  diagonalNormal,
  elbo,
  gaussian,
  given,
  iwae,
  latent,
  linear,
  model,
  observe,
  oneHot,
  real,
  relu,
  standardNormal,
  vae,
} from 'elbo-ts'
import { logProb, meanOf } from '../../../src/dist/family.ts'
import * as b from '../../../src/expr/build.ts'
import { leavesOf } from '../../../src/expr/leaf.ts'
import { node } from '../../../src/expr/node.ts'
import type { Node } from '../../../src/expr/Op.ts'
import { atMean, decode, generate, infer, sampled } from '../../../src/model/elaborate.ts'
import { measure } from '../../../src/model/objective.ts'
import type { AnyVae } from '../../../src/model/Vae.ts'
import { evaluated, type Feeds, numberOf } from './evaluated.ts'
import { logNormal } from './linearGaussian.ts'

const dataOf =
  (v: AnyVae) =>
  (name: string): Node => {
    const field = v.given[name]
    return field === undefined
      ? b.constant(Number.NaN)
      : node('data', { name, shape: field.shape, support: field.support })
  }
const total = (terms: readonly number[]): number => terms.reduce((sum, t) => sum + t, 0)
const near = (values: readonly number[]): readonly number[] => values.map((value) => expect.closeTo(value, 10))
const kl = (q: readonly [mean: number, logVariance: number], p: readonly [mean: number, logVariance: number]): number =>
  0.5 * (p[1] - q[1] + (Math.exp(q[1]) + (q[0] - p[0]) ** 2) / Math.exp(p[1]) - 1)
const draw = ([mean, logVariance]: readonly [number, number], eps: number): number =>
  mean + Math.exp(logVariance / 2) * eps
const logBernoulli = (x: number, logit: number): number => x * logit - Math.log1p(Math.exp(logit))

describe('a hierarchy z2 → z1 → x', () => {
  const v = vae({
    model: pipe(
      model,
      latent('z2', () => standardNormal(1)),
      latent('z1', ({ z2 }) => pipe(z2, dense(2), diagonalNormal(1))),
      observe('x', ({ z1, z2 }) => pipe(z1, concat(z2), dense(2), bernoulli)),
    ),
    guide: pipe(
      given({ x: binary(2) }),
      define('h', ({ x }) => pipe(x, dense(2), relu)),
      latent('z1', ({ h }) => pipe(h, dense(2), diagonalNormal(1))),
      latent('z2', ({ h, z1 }) => pipe(h, concat(z1), dense(2), diagonalNormal(1))),
    ),
  })
  const at: Feeds = {
    'data x': [1, 0],
    'noise z1': [0.8],
    'noise z2': [-1.1],
    'param model/z1/dense_0/kernel': [0.5, -0.3],
    'param model/z1/dense_0/bias': [0.2, 0.1],
    'param model/x/dense_0/kernel': [1.2, -0.7, 0.4, 0.9],
    'param model/x/dense_0/bias': [-0.1, 0.3],
    'param guide/h/dense_0/kernel': [0.6, -0.2, 1, 1],
    'param guide/h/dense_0/bias': [0.1, 0.05],
    'param guide/z1/dense_0/kernel': [0.9, -0.4, 3, 3],
    'param guide/z1/dense_0/bias': [0.05, -0.6],
    'param guide/z2/dense_0/kernel': [-0.8, 0.2, 5, 5, 0.35, -0.15],
    'param guide/z2/dense_0/bias': [0.3, -0.9],
  }
  // x = (1, 0): h = relu(0.7, −0.15) = (0.7, 0)
  const q1 = [0.7 * 0.9 + 0.05, 0.7 * -0.4 - 0.6] as const
  const z1 = draw(q1, 0.8)
  const q2 = [0.7 * -0.8 + 0.35 * z1 + 0.3, 0.7 * 0.2 - 0.15 * z1 - 0.9] as const
  const z2 = draw(q2, -1.1)
  const p1 = [0.5 * z2 + 0.2, -0.3 * z2 + 0.1] as const
  const score = (z: number, [mean, logVariance]: readonly [number, number]): number =>
    logNormal(z, mean, Math.exp(logVariance / 2))
  const reconstruction = logBernoulli(1, 1.2 * z1 + 0.4 * z2 - 0.1) + logBernoulli(0, -0.7 * z1 + 0.9 * z2 + 0.3)

  test('has no problems', () => expect(v.problems).toEqual([]))

  test('has the KL in closed form of the upper level, and of the lower, whose prior reads what is drawn from it, at the draw', () => {
    const m = measure(v, elbo(), dataOf(v))
    expect(Object.keys(m.kl)).toEqual(['z1', 'z2'])
    const [r = [], ...kls] = evaluated([m.reconstruction, ...Object.values(m.kl)], at)
    expect(r).toEqual(near([reconstruction]))
    const kl1 = score(z1, q1) - score(z1, p1)
    expect(kls.flat()).toEqual(near([kl1, kl(q2, [0, 0])]))
    expect(numberOf(m.bound ?? b.constant(0), at)).toBeCloseTo(reconstruction - kl1 - kl(q2, [0, 0]), 10)
  })

  test('is bounded by joint and posterior densities at the draws', () => {
    const expected = reconstruction + score(z1, p1) + score(z2, [0, 0]) - score(z1, q1) - score(z2, q2)
    expect(numberOf(measure(v, elbo({ kl: 'sampled' }), dataOf(v)).bound ?? b.constant(0), at)).toBeCloseTo(
      expected,
      10,
    )
    expect(numberOf(measure(v, iwae(1), dataOf(v)).bound ?? b.constant(0), at)).toBeCloseTo(expected, 10)
  })

  test('goes through means where means are chosen', () => {
    const { latents } = infer(v, atMean)
    const mean2 = 0.7 * -0.8 + 0.35 * q1[0] + 0.3
    expect([...latents.keys()]).toEqual(['z1', 'z2'])
    expect(evaluated([...latents.values()], at).flat()).toEqual(near([q1[0], mean2]))
  })

  test('generates from the top, with noise of its own names, reading no data', () => {
    const { latents, likelihoods } = generate(
      v,
      sampled((name) => `prior/${name}`),
    )
    const likelihood = likelihoods.get('x')
    const roots = [...latents.values(), ...(likelihood === undefined ? [] : [meanOf(likelihood)])]
    const names = leavesOf(roots).map((leaf) => `${leaf.op} ${leaf.arg.name}`)
    expect(names.filter((name) => !name.startsWith('param model/')).toSorted()).toEqual([
      'noise prior/z1',
      'noise prior/z2',
    ])
    const top = 0.4
    const below = draw([0.5 * top + 0.2, -0.3 * top + 0.1], -0.5)
    const sigmoid = (l: number): number => 1 / (1 + Math.exp(-l))
    expect(evaluated(roots, { ...at, 'noise prior/z2': [0.4], 'noise prior/z1': [-0.5] }).flat()).toEqual(
      near([top, below, sigmoid(1.2 * below + 0.4 * top - 0.1), sigmoid(-0.7 * below + 0.9 * top + 0.3)]),
    )
  })

  test('decodes latents that are data', () => {
    const likelihood = decode(v).get('x')
    const root = likelihood === undefined ? b.constant(Number.NaN) : meanOf(likelihood)
    expect(
      leavesOf([root])
        .filter((leaf) => leaf.op === 'data')
        .map((leaf) => leaf.arg.name),
    ).toEqual(['z1', 'z2'])
  })
})

describe('a condition and several observations', () => {
  const v = vae({
    model: pipe(
      given({ c: real(1) }),
      latent('z', ({ c }) => pipe(c, dense(2), diagonalNormal(1))),
      observe('x', ({ z, c }) => pipe(z, concat(c), dense(1), gaussian({ scale: 2 }))),
      observe('y', ({ z }) => pipe(z, dense(3), categorical)),
    ),
    guide: pipe(
      given({ x: real(1), y: oneHot(3) }),
      latent('z', ({ x, y }) => pipe(x, concat(y), dense(2), diagonalNormal(1))),
    ),
  })
  const at: Feeds = {
    'data c': [0.7],
    'data x': [1.3],
    'data y': [0, 1, 0],
    'noise z': [0.25],
    'param model/z/dense_0/kernel': [0.5, -0.2],
    'param model/z/dense_0/bias': [0.1, 0.3],
    'param model/x/dense_0/kernel': [0.8, -1.5],
    'param model/x/dense_0/bias': [0.2],
    'param model/y/dense_0/kernel': [1, -1, 0.5],
    'param model/y/dense_0/bias': [0.1, 0.2, -0.3],
    'param guide/z/dense_0/kernel': [0.4, 0.1, 9, 9, -0.6, 0.2, 9, 9],
    'param guide/z/dense_0/bias': [0.05, -0.5],
  }
  const q = [0.4 * 1.3 - 0.6 + 0.05, 0.1 * 1.3 + 0.2 - 0.5] as const
  const z = draw(q, 0.25)
  const logits = [z + 0.1, -z + 0.2, 0.5 * z - 0.3]
  const scoreX = logNormal(1.3, 0.8 * z - 1.5 * 0.7 + 0.2, 2)
  const scoreY = -z + 0.2 - Math.log(total(logits.map(Math.exp)))

  test('has no problems, and is given what either half is', () => {
    expect(v.problems).toEqual([])
    expect(Object.keys(v.given).toSorted()).toEqual(['c', 'x', 'y'])
  })

  test('sums the likelihoods', () => {
    const m = measure(v, elbo(), dataOf(v))
    const expected = kl(q, [0.5 * 0.7 + 0.1, -0.2 * 0.7 + 0.3])
    expect(numberOf(m.reconstruction, at)).toBeCloseTo(scoreX + scoreY, 10)
    expect(evaluated(Object.values(m.kl), at).flat()).toEqual(near([expected]))
    expect(numberOf(m.bound ?? b.constant(0), at)).toBeCloseTo(scoreX + scoreY - expected, 10)
  })

  test('has each likelihood under its name', () => {
    const { likelihoods } = infer(
      v,
      sampled((name) => name),
    )
    const scores = [...likelihoods].map(([name, p]) => [name, numberOf(logProb(p, dataOf(v)(name)), at)])
    expect(scores).toEqual([
      ['x', expect.closeTo(scoreX, 10)],
      ['y', expect.closeTo(scoreY, 10)],
    ])
  })
})

test('a posterior of another family has the closed form of the pair', () => {
  const v = vae({
    model: pipe(
      model,
      latent('z', () => standardNormal(1)),
      observe('x', ({ z }) => pipe(z, linear(1, 1), gaussian({ scale: 1 }))),
    ),
    guide: pipe(
      given({ x: real(1) }),
      latent('z', ({ x }) => pipe(x, dense(2), diagonalLaplace(1))),
    ),
  })
  const at: Feeds = { 'data x': [1], 'param guide/z/dense_0/kernel': [0, 0], 'param guide/z/dense_0/bias': [0.3, -0.4] }
  const m = measure(v, elbo(), dataOf(v))
  // −log 2b − 1 + ½ log 2π + ½ (2b² + μ²), b = e^−0.4
  const scale = Math.exp(-0.4)
  const expected = -Math.log(2 * scale) - 1 + 0.5 * Math.log(2 * Math.PI) + 0.5 * (2 * scale ** 2 + 0.3 ** 2)
  expect(evaluated(Object.values(m.kl), at).flat()).toEqual(near([expected]))
})
