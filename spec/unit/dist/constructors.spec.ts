import { pipe } from 'fp-ts/lib/function.js'
import * as O from 'fp-ts/lib/Option.js'
import { describe, expect, test } from 'vitest'
import { bernoulli } from '../../../src/dist/Bernoulli.ts'
import { categorical } from '../../../src/dist/Categorical.ts'
import { continuousBernoulli } from '../../../src/dist/ContinuousBernoulli.ts'
import { delta } from '../../../src/dist/Delta.ts'
import { type AnyDist, rootsOf } from '../../../src/dist/Dist.ts'
import { kl } from '../../../src/dist/divergence.ts'
import { entropyTerms, klTerms, logProb, logProbTerms, meanOf, sampleOf, varianceOf } from '../../../src/dist/family.ts'
import { enumerate } from '../../../src/dist/enumerate.ts'
import { isLibraryMade, madeOf } from '../../../src/dist/library.ts'
import { diagonalLaplace, laplace } from '../../../src/dist/Laplace.ts'
import { diagonalLogNormal, logNormal } from '../../../src/dist/LogNormal.ts'
import { notEnumerable } from '../../../src/dist/messages.ts'
import { negativeBinomial, negativeBinomialFromLogMean } from '../../../src/dist/NegativeBinomial.ts'
import { diagonalNormal, gaussian, normal, normalFromLogScale, standardNormal } from '../../../src/dist/Normal.ts'
import { poisson, poissonFromLogRate } from '../../../src/dist/Poisson.ts'
import { constant, exp, literal } from '../../../src/expr/build.ts'
import { type Expr, exprOf } from '../../../src/expr/Expr.ts'
import { leavesOf } from '../../../src/expr/leaf.ts'
import { node } from '../../../src/expr/node.ts'
import { entropyOf, valuesOf, vector } from './values.ts'

const input = <const S extends number[]>(...shape: S): Expr<S> =>
  exprOf<S>(node('data', { name: `x${shape.join('x')}`, shape, support: 'real' }))
/** A size that the types do not know, so that the same rule judges it when the distribution is built. */
const late = (...shape: readonly number[]): Expr<number[]> =>
  exprOf(node('data', { name: 'late', shape, support: 'real' }))

/** Made anew in every test. */
const subjects: Readonly<Record<string, () => AnyDist>> = {
  Normal: () => pipe(input(3, 8), diagonalNormal(4)),
  Laplace: () => pipe(input(3, 8), diagonalLaplace(4)),
  LogNormal: () => pipe(input(3, 8), diagonalLogNormal(4)),
  Bernoulli: () => bernoulli(input(3, 4)),
  Categorical: () => categorical(input(3, 4)),
  ContinuousBernoulli: () => continuousBernoulli(input(3, 4)),
  Poisson: () => poisson(input(3, 4)),
  NegativeBinomial: () => negativeBinomial(input(3, 4), input(4)),
  Delta: () => delta(input(3, 4)),
}

/** Their entropies have no closed form. */
const counts: ReadonlySet<string> = new Set(['Poisson', 'NegativeBinomial'])

describe('every family', () => {
  test.each(Object.entries(subjects))('%s: shapes of parameters, terms, moments and draws', (family, make) => {
    const dist = make()
    expect([dist.family, dist.shape, dist.problems]).toEqual([family, [3, 4], []])
    expect(Object.values(dist.params).map((p) => p.shape)).toEqual(Object.values(dist.params).map(() => [3, 4]))
    const terms = family === 'Categorical' ? [3] : [3, 4]
    expect(logProbTerms(dist, input(3, 4).node).shape).toEqual(terms)
    const shapeOf = O.map(({ shape }: { readonly shape: readonly number[] }) => shape)
    expect(shapeOf(entropyTerms(dist))).toEqual(counts.has(family) ? O.none : O.some(terms))
    expect(shapeOf(klTerms(dist, dist))).toEqual(family === 'NegativeBinomial' ? O.none : O.some(terms))
    expect([meanOf(dist).shape, varianceOf(dist).shape, sampleOf(dist, 'z').shape]).toEqual([
      [3, 4],
      [3, 4],
      [3, 4],
    ])
    expect(logProb(dist, input(3, 4).node).shape).toEqual([])
  })

  test.each(Object.entries(subjects))(
    '%s: its name and its parameters make the very same distribution again',
    (_, make) => {
      const dist = make()
      expect(isLibraryMade(dist)).toBe(true)
      const again = madeOf(dist.family, dist.params)
      expect(again).toEqual(dist)
      expect(again === undefined ? [] : rootsOf(again)).toEqual(rootsOf(dist))
    },
  )

  test("one that knows something else is not the library's, whatever its name", () => {
    const dist = normal(0, 1)
    expect(isLibraryMade({ ...dist, parts: { ...dist.parts, mean: constant(1) } })).toBe(false)
    expect(isLibraryMade({ ...dist, klTo: {} })).toBe(false)
    expect(isLibraryMade({ ...dist, support: 'positive' })).toBe(false)
    expect(isLibraryMade({ ...dist, family: 'toString' })).toBe(false)
  })
})

describe('a draw', () => {
  test.each<readonly [string, readonly string[]]>([
    ['Normal', ['normal']],
    ['Laplace', ['uniform']],
    ['LogNormal', ['normal']],
    ['Bernoulli', ['uniform']],
    ['Categorical', ['uniform']],
    ['ContinuousBernoulli', ['uniform']],
    ['Poisson', ['uniform']],
    ['NegativeBinomial', ['uniform']],
    ['Delta', []],
  ])('of a %s is a function of noise of the law %j, under the name it is given', (family, laws) => {
    const noise = leavesOf([sampleOf(subjects[family]?.() ?? normal(0, 1), 'ε')]).flatMap((leaf) =>
      leaf.op === 'noise' ? [leaf] : [],
    )
    expect(noise.map(({ arg }) => arg)).toEqual(laws.map((law) => ({ name: 'ε', shape: [3, 4], law })))
  })
})

describe('enumerate', () => {
  test('takes what can be counted', () => {
    expect(pipe(input(3), categorical, enumerate)).toEqual({ ...categorical(input(3)), sampling: 'enumerated' })
    const uncounted = enumerate(standardNormal(2) as never) as AnyDist
    expect(uncounted.problems).toEqual([notEnumerable('Normal')])
  })
})

describe('location and scale', () => {
  test('numbers and expressions repeat to a common shape', () => {
    expect(normal(0, 1).shape).toEqual([])
    expect(laplace(input(5), 0.1).shape).toEqual([5])
    expect(logNormal(0, input(2, 1)).shape).toEqual([2, 1])
    expect(normal(input(2, 1), input(3)).shape).toEqual([2, 3])
    expect(standardNormal(2, 3).shape).toEqual([2, 3])
    expect(standardNormal().shape).toEqual([])
  })

  test('log σ is never log(exp(·))', () => {
    const h = input(4)
    expect(normal(0, exprOf<[4]>(exp(h.node))).params.logScale).toBe(h.node)
    expect(normal(input(3, 1), exprOf<[4]>(exp(h.node))).params.logScale).toMatchObject({
      op: 'broadcast',
      src: [h.node],
    })
    expect(normalFromLogScale(0, h).params.logScale).toBe(h.node)
    expect(normal(h, 0.1).params.logScale).toBe(constant(Math.log(0.1), [4]))
  })

  test('a diagonal Normal reads means, then log-variances; a diagonal Laplace locations, then log-scales', () => {
    const x = vector([1, 2, 2 * Math.log(3), 2 * Math.log(4)])
    const q = pipe(x, diagonalNormal(2))
    expect(valuesOf(q.params.loc)).toEqual([1, 2])
    expect(valuesOf(q.params.logScale)).toEqual([Math.log(3), Math.log(4)])
    const l = pipe(vector([1, 2, Math.log(3), Math.log(4)]), diagonalLaplace(2))
    expect(valuesOf(l.params.logScale)).toEqual([Math.log(3), Math.log(4)])
    expect(l.params.scale).toBe(exp(l.params.logScale))
    const n = pipe(x, diagonalLogNormal(2))
    expect([valuesOf(n.params.loc), valuesOf(n.params.logScale)]).toEqual([
      [1, 2],
      [Math.log(3), Math.log(4)],
    ])
  })

  test('a list of numbers has a list of logarithms', () => {
    expect(normal(0, vector([1, Math.E])).params.logScale).toBe(literal([0, 1], [2]))
  })

  test('a Gaussian likelihood with a fixed scale, and with one for each output', () => {
    const fixed = pipe(input(28, 28, 1), gaussian({ scale: 0.1 }))
    expect([fixed.shape, fixed.params.loc]).toEqual([[28, 28, 1], input(28, 28, 1).node])
    expect(fixed.params.scale).toBe(constant(0.1, [28, 28, 1]))
    const own = pipe(vector([1, 2, 0, Math.log(4)], [1, 4]), gaussian({ scale: 'perOutput' }))
    expect(own.shape).toEqual([1, 2])
    expect(valuesOf(own.params.scale)).toEqual([1, 2])
  })
})

describe('counts', () => {
  test('log λ, log μ and log r are never log(exp(·))', () => {
    const [h, r] = [input(4), input(1)]
    expect(poisson(exprOf<[4]>(exp(h.node))).params.logRate).toBe(h.node)
    expect(poissonFromLogRate(h).params).toEqual({ rate: exp(h.node), logRate: h.node })
    expect(poissonFromLogRate(0).shape).toEqual([])
    const dist = negativeBinomialFromLogMean(h, exprOf<[1]>(exp(r.node)))
    expect([dist.shape, dist.params.logMean, dist.params.mean]).toEqual([[4], h.node, exp(h.node)])
    expect(dist.params.logInverseDispersion).toMatchObject({ op: 'broadcast', src: [r.node] })
    expect(negativeBinomial(input(2, 1), input(3)).shape).toEqual([2, 3])
  })
})

/** A number that its type does not tell. */
const unchecked = (n: number): number => n

describe('what is wrong is said when sizes are known late', () => {
  test.each<readonly [make: () => AnyDist, message: string]>([
    [
      () => pipe(late(20), diagonalNormal(20)),
      'Normal over 20 needs 2 x 20 = 40 parameters in the last dimension but got 20',
    ],
    [
      () => pipe(late(7), diagonalLaplace(3)),
      'Laplace over 3 needs 2 x 3 = 6 parameters in the last dimension but got 7',
    ],
    [() => pipe(late(), diagonalLogNormal(3)), 'LogNormal expects at least one dimension but got []'],
    [
      () => pipe(late(5), gaussian({ scale: 'perOutput' })),
      'gaussian with a scale per output needs an even last dimension (locations, then log-variances) but got 5',
    ],
    [() => pipe(late(), gaussian({ scale: 'perOutput' })), 'gaussian expects at least one dimension but got []'],
    [() => standardNormal(unchecked(0)), 'standardNormal: a dimension must be a whole number of at least 1 but got 0'],
    [() => normal(late(3), late(4)), 'cannot broadcast [3] with [4]: 3 vs 4'],
    [() => normal(0, unchecked(0)), 'Normal: scale must be a positive number but got 0'],
    [() => laplace(0, unchecked(-2)), 'Laplace: scale must be a positive number but got -2'],
    [() => logNormal(0, NaN), 'LogNormal: scale must be a positive number but got NaN'],
    [() => pipe(input(3), gaussian({ scale: Infinity })), 'Normal: scale must be a positive number but got Infinity'],
    [() => poisson(unchecked(0)), 'Poisson: rate must be a positive number but got 0'],
    [() => negativeBinomial(unchecked(-1), 2), 'NegativeBinomial: mean must be a positive number but got -1'],
    [
      () => negativeBinomial(late(3), unchecked(0)),
      'NegativeBinomial: inverse dispersion must be a positive number but got 0',
    ],
    [() => negativeBinomialFromLogMean(late(3), late(4)), 'cannot broadcast [3] with [4]: 3 vs 4'],
    [() => categorical(late()), 'Categorical needs its categories in the last dimension but got []'],
  ])('%#', (make, message) => {
    expect(make().problems).toEqual([message])
  })

  test('a problem of an operand is handed on, once', () => {
    const broken = { ...input(3), problems: ['before'] }
    const dists: readonly AnyDist[] = [
      normal(broken, broken),
      bernoulli(broken),
      categorical(broken),
      categorical({ ...late(), problems: ['before'] }),
      continuousBernoulli(broken),
      delta(broken),
    ]
    for (const dist of dists) expect(dist.problems).toEqual(['before'])
    expect(kl(normal(broken, 1), standardNormal(3)).problems).toEqual(['before'])
  })

  test('KL', () => {
    const anyNormal: AnyDist = normal(late(3), 1)
    const anyLaplace: AnyDist = laplace(late(3), 1)
    expect(kl(anyNormal, anyLaplace).problems).toEqual([
      "KL: no closed-form KL(Normal || Laplace); use elbo({ kl: 'sampled' })",
    ])
    expect(kl(anyNormal, normal(late(4), 1)).problems).toEqual(['KL: shapes differ: q [3] vs p [4]'])
    expect(kl(anyLaplace, anyNormal).problems).toEqual([])
  })
})

describe('a Delta', () => {
  const at = delta(vector([1, 2]))
  test('has all its mass in one place', () => {
    expect(valuesOf(logProbTerms(at, vector([1, 3]).node))).toEqual([0, -Infinity])
    expect(valuesOf(entropyOf(at))).toEqual([0, 0])
    expect(valuesOf(varianceOf(at))).toEqual([0, 0])
  })
  test('is nothing or everything away from another', () => {
    expect(valuesOf(kl(at, at).node)).toEqual([0])
    expect(valuesOf(kl(at, delta(vector([1, 3]))).node)).toEqual([Infinity])
  })
})
