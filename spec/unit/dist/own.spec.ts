import { pipe } from 'fp-ts/lib/function.js'
import { describe, expect, test } from 'vitest'
import { add, div, mul, sub } from '../../../src/expr/typed/binary.ts'
import { abs, exp, log, neg, softplus } from '../../../src/expr/typed/elementwise.ts'
import * as b from '../../../src/expr/build.ts'
import { type Expr, exprOf } from '../../../src/expr/Expr.ts'
import { node } from '../../../src/expr/node.ts'
import type { Node } from '../../../src/expr/Op.ts'
import { bijector } from '../../../src/dist/Bijector.ts'
import * as bijectors from '../../../src/dist/bijectors.ts'
import { bernoulli } from '../../../src/dist/Bernoulli.ts'
import { categorical } from '../../../src/dist/Categorical.ts'
import { density } from '../../../src/dist/density.ts'
import type { AnyDist } from '../../../src/dist/Dist.ts'
import { kl } from '../../../src/dist/divergence.ts'
import { drawFrom, logProb, logProbTerms, meanOf, sampleOf, varianceOf } from '../../../src/dist/family.ts'
import { logNormal } from '../../../src/dist/LogNormal.ts'
import { masked, weighted } from '../../../src/dist/masked.ts'
import { mixture } from '../../../src/dist/mixture.ts'
import { normal, standardNormal } from '../../../src/dist/Normal.ts'
import { transformed } from '../../../src/dist/transformed.ts'
import { planar } from '../../../src/nn/planar.ts'
import { traced } from '../../../src/nn/trace.ts'
import { grad } from '../../../src/transform/grad.ts'
import { valuesOf, vector } from './values.ts'

const logistic = density({
  name: 'Logistic',
  support: 'real',
  parameters: { loc: [-2, 2], scale: [0.3, 2] },
  logProb: ({ loc, scale }, x) => {
    const y = pipe(x, sub(loc), div(scale))
    return pipe(neg(y), sub(pipe(softplus(neg(y)), mul(2))), sub(log(scale)))
  },
  sample: {
    noise: 'uniform',
    from: ({ loc, scale }, noise) => {
      const u = pipe(noise, add(2 ** -24))
      return pipe(log(u), sub(log(pipe(neg(u), add(1)))), mul(scale), add(loc))
    },
  },
  reparameterised: true,
  mean: ({ loc }) => loc,
  variance: () => exprOf<[]>(b.constant(3)),
})
const exponential = density({
  name: 'Exponential',
  support: 'positive',
  parameters: { rate: [0.3, 3] },
  logProb: ({ rate }, x) => pipe(log(rate), sub(pipe(rate, mul(x)))),
  mean: ({ rate }) => exp(neg(log(rate))),
  kl: {
    Exponential: (q, p) => pipe(log(q.rate), sub(log(p.rate)), add(pipe(p.rate, div(q.rate))), sub(1)),
    // E log q − E log p, of the mean and the variance of q
    Normal: (q, p) => {
      const apart = pipe(exp(neg(log(q.rate))), sub(p.loc))
      const spread = pipe(exp(pipe(log(q.rate), mul(-2))), add(pipe(apart, mul(apart))))
      return pipe(
        log(q.rate),
        sub(1),
        add(p.logScale),
        add(Math.log(2 * Math.PI) / 2),
        add(pipe(spread, div(p.scale), div(p.scale), mul(0.5))),
      )
    },
  },
})

const x = (...shape: number[]): Node => node('data', { name: 'x', shape, support: 'real' })
const logLogistic = (at: number, loc: number, scale: number): number => {
  const y = (at - loc) / scale
  return -y - 2 * Math.log1p(Math.exp(-y)) - Math.log(scale)
}
const near = (wanted: readonly number[]): readonly unknown[] => wanted.map((w): unknown => expect.closeTo(w, 10))

describe('a density of one number', () => {
  test('is repeated over an event, each coordinate with its own parameters', () => {
    const dist = logistic({ loc: vector([1, -1, 0, 2, 3, 4], [2, 3]), scale: 0.5 })
    expect([dist.family, dist.shape, dist.problems]).toEqual(['Logistic', [2, 3], []])
    const at = [0.3, 0.1, -0.4, 2.2, 3, 9]
    expect(valuesOf(logProbTerms(dist, x(2, 3)), { x: at })).toEqual(
      near(at.map((value, i) => logLogistic(value, [1, -1, 0, 2, 3, 4][i] ?? 0, 0.5))),
    )
    expect(valuesOf(meanOf(dist))).toEqual(near([1, -1, 0, 2, 3, 4]))
    // a moment that reads no parameter
    expect(valuesOf(varianceOf(dist))).toEqual(near([3, 3, 3, 3, 3, 3]))
  })

  test('draws a number for each coordinate, of noise that has the name it is given', () => {
    const drawn = sampleOf(logistic({ loc: vector([0, 10]), scale: 2 }), 'ε')
    expect(valuesOf(drawn, { ε: [0.5, 0.25] })).toEqual(
      near(
        [0.5, 0.25].map((n, i) => {
          const u = n + 2 ** -24
          return i * 10 + 2 * Math.log(u / (1 - u))
        }),
      ),
    )
  })

  test('has no draw where none is declared', () => {
    expect(exponential({ rate: 1 }).sampling).toBe('none')
    expect(exponential({ rate: 1 }).parts.draw).toBeUndefined()
  })

  test('knows its own closed forms: with itself, and with a family of the library', () => {
    const q = exponential({ rate: vector([1, 2]) })
    const closed = kl(q, exponential({ rate: 3 }) as never)
    expect(closed.problems).toEqual([`KL: shapes differ: q [2] vs p []`])
    const same = kl(q, exponential({ rate: vector([3, 3]) }))
    expect(valuesOf(same.node)).toEqual(near([Math.log(1 / 3) + 3 - 1 + Math.log(2 / 3) + 1.5 - 1]))
    const toNormal = (rate: number): number =>
      Math.log(rate) - 1 + Math.log(2) + Math.log(2 * Math.PI) / 2 + (1 / rate ** 2 + (1 / rate - 1) ** 2) / 8
    expect(valuesOf(kl(q, normal(vector([1, 1]), 2)).node)).toEqual(near([toNormal(1) + toNormal(2)]))
  })

  test('refuses what is wrong with its parameters, and a name of the library', () => {
    const late = vector([1, 2]) as Expr<number[]>
    const untyped = logistic as (at: object) => AnyDist
    expect(untyped({ loc: 0 }).problems).toEqual([`Logistic: parameter 'scale' is missing; give loc, scale`])
    expect(untyped({ loc: 0, scale: 1, df: 3 }).problems).toEqual([`Logistic has no parameter 'df'; it has loc, scale`])
    expect(logistic({ loc: late, scale: vector([1, 2, 3]) }).problems).toEqual([
      'Logistic: parameters must be numbers, or expressions of one shape',
    ])
    const named = density({ name: 'Normal', support: 'real', parameters: { a: [0, 1] }, logProb: ({ a }) => a })
    expect(named({ a: 0 }).problems).toEqual([
      `density 'Normal': the library has a family of this name; choose another`,
      `density 'Normal': give it a mean or a sample, for reconstructions show one of the two`,
    ])
  })
})

describe('transformed', () => {
  test('by exp a Normal is the LogNormal', () => {
    const [mine, theirs] = [
      pipe(normal(vector([0.2, -1]), 0.7), transformed(bijectors.exp)),
      logNormal(vector([0.2, -1]), 0.7),
    ]
    expect([mine.family, mine.support]).toEqual(['exp(Normal)', 'positive'])
    expect(logProb(mine, x(2))).toBe(logProb(theirs, x(2)))
    expect(sampleOf(mine, 'ε')).toBe(sampleOf(theirs, 'ε'))
  })

  test('affine moves and stretches', () => {
    const dist = pipe(standardNormal(1), transformed(bijectors.affine({ scale: -3, shift: 2 })))
    const wanted = normal(vector([2]), 3)
    expect(valuesOf(logProb(dist, x(1)), { x: [0.4] })).toEqual(near(valuesOf(logProb(wanted, x(1)), { x: [0.4] })))
  })

  test('one without an inverse scores its draws alone, as the change of variables says', () => {
    const cube = bijector({
      name: 'cube',
      forward: (y) => pipe(y, mul(y), mul(y)),
      logAbsDet: (y) => pipe(log(abs(y)), mul(2), add(Math.log(3))),
    })
    const dist = pipe(standardNormal(2), transformed(cube))
    expect([dist.scores, dist.parts.logProb]).toEqual(['draws', undefined])
    const drawn = sampleOf(dist, 'ε')
    expect(valuesOf(drawn, { ε: [2, -0.5] })).toEqual(near([8, -0.125]))
    expect(valuesOf(logProbTerms(drawFrom(dist, 'ε').dist, drawn), { ε: [2, -0.5] })).toEqual(
      near([2, -0.5].map((e) => -(e ** 2) / 2 - Math.log(2 * Math.PI) / 2 - Math.log(3 * e ** 2))),
    )
  })

  test('a planar flow is invertible, and its log-determinant is that of its Jacobian', () => {
    const { value: layer } = traced(['z'], () => planar(3))
    const weights = [0.4, -2, 1, 3, 0.5, -0.7, 0.2]
    const at = [0.3, -1.2, 0.8]
    const feed = { 'z/planar_0/weights': weights, '(value)': at }
    const columns = [0, 1, 2].map((i) => b.reshape(b.slice(layer.forward, [i], [1]), []))
    const value = node('data', { name: '(value)', shape: [3], support: 'real' })
    const rows = columns.map((f) => valuesOf(grad(f, [value])[0] ?? f, feed))
    const [[a = 0, bb = 0, c = 0] = [], [d = 0, e = 0, f = 0] = [], [g = 0, h = 0, i = 0] = []] = rows
    const det = a * (e * i - f * h) - bb * (d * i - f * g) + c * (d * h - e * g)
    expect(det).toBeGreaterThan(0)
    expect(valuesOf(layer.logAbsDet, feed)).toEqual(near([Math.log(det)]))
  })

  test('refuses a shape it is not of, and a distribution on a discrete set', () => {
    const untyped = (dist: AnyDist) => transformed(planar(3))(dist).problems
    expect(untyped(standardNormal(2))).toEqual(['planar is of events [3] but the distribution is over [2]'])
    expect(transformed(bijectors.exp)(bernoulli(vector([0])))).toHaveProperty('problems', [
      'transformed takes a distribution on the real line, (0, ∞) or [0, 1]; Bernoulli is on a discrete set',
    ])
  })
})

describe('mixture', () => {
  const rows = normal(vector([0, 1, 5, -3], [2, 2]), 0.5)
  const logits = exprOf<[2]>(b.literal([0, Math.log(3)], [2]))
  const dist = mixture(logits, rows as AnyDist as never) as AnyDist
  test('is the logarithm of the weighted densities', () => {
    const component = (at: readonly number[], mean: readonly number[]): number =>
      at.reduce((s, v, i) => s - ((v - (mean[i] ?? 0)) / 0.5) ** 2 / 2 - Math.log(0.5) - Math.log(2 * Math.PI) / 2, 0)
    const at = [0.3, 0.2]
    expect(valuesOf(logProb(dist, x(2)), { x: at })).toEqual(
      near([Math.log(0.25 * Math.exp(component(at, [0, 1])) + 0.75 * Math.exp(component(at, [5, -3])))]),
    )
    // where every density underflows
    expect(valuesOf(logProb(dist, x(2)), { x: [100, 100] })[0]).toBeCloseTo(
      Math.log(0.75) + component([100, 100], [5, -3]),
      6,
    )
  })
  test('has the mean and the variance of the whole', () => {
    expect(valuesOf(meanOf(dist))).toEqual(near([0.75 * 5, 0.25 - 0.75 * 3]))
    expect(valuesOf(varianceOf(dist))).toEqual(
      near([0.25 + 0.25 * 3.75 ** 2 + 0.75 * 1.25 ** 2, 0.25 + 0.25 * 3 ** 2 + 0.75 * 1]),
    )
  })
  test('draws one component, whole', () => {
    const drawn = sampleOf(dist, 'ε')
    const noise = { 'ε/rows': [1, 1, -1, -1], 'ε/component': [0.5, 0.5] }
    // equal Gumbel noise: the larger logit
    expect(valuesOf(drawn, noise)).toEqual(near([4.5, -3.5]))
  })
})

describe('masked and weighted', () => {
  test('leave out terms, and count others more', () => {
    const mask = exprOf<[2]>(b.literal([1, 0], [2]))
    const dist = pipe(normal(vector([0, 0]), 1), masked(mask))
    expect(dist.family).toBe('masked(Normal)')
    const term = valuesOf(logProbTerms(normal(vector([0, 0]), 1), x(2)), { x: [0.5, 3] })
    expect(valuesOf(logProbTerms(dist, x(2)), { x: [0.5, 3] })).toEqual(near([term[0] ?? 0, 0]))
    expect(valuesOf(logProbTerms(pipe(normal(vector([0, 0]), 1), weighted(2)), x(2)), { x: [0.5, 3] })).toEqual(
      near(term.map((t) => 2 * t)),
    )
    expect(pipe(categorical(vector([0, 0, 0], [1, 3])), masked(mask)).problems).toEqual([
      'masked: [2] does not fit Categorical, whose log-density has terms [1]',
    ])
  })
})
