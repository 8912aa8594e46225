import { pipe } from 'fp-ts/lib/function.js'
import { describe, expect, test } from 'vitest'
import {
  categorical,
  component,
  elbo,
  enumerate,
  type Expr,
  full,
  given,
  latent,
  model,
  normal,
  normalFromLogScale,
  observe,
  parameter,
  precisionWeighted,
  real,
  responsibilities,
  standardNormal,
  vae,
} from 'elbo-ts'
import * as b from '../../../src/expr/build.ts'
import { exprOf } from '../../../src/expr/Expr.ts'
import { node } from '../../../src/expr/node.ts'
import { measure } from '../../../src/model/objective.ts'
import { evaluated } from '../model/evaluated.ts'

const vector = (...values: number[]): Expr<[2]> => exprOf<[2]>(b.literal(values, [values.length]))
const matrix = (...values: number[]): Expr<[3, 2]> => exprOf<[3, 2]>(b.literal(values, [3, 2]))
const near = (values: readonly number[]) => values.map((value) => expect.closeTo(value, 12))

const [locs, logScales] = [
  [0.3, -1, 2, 0.5, -0.4, 0.1],
  [0.2, -0.3, 0, 0.4, -1, 0.1],
]
const rows = normalFromLogScale(matrix(...locs), matrix(...logScales))
const z = [0.7, -0.2]
const densities = [0, 1, 2].map((k) =>
  [0, 1].reduce((sum, d) => {
    const scale = Math.exp(logScales[2 * k + d] ?? Number.NaN)
    const away = ((z[d] ?? Number.NaN) - (locs[2 * k + d] ?? Number.NaN)) / scale
    return sum - 0.5 * away ** 2 - Math.log(scale) - 0.5 * Math.log(2 * Math.PI)
  }, 0),
)

describe('a mixture whose components are rows', () => {
  test('has the row that a one-hot vector names', () => {
    const chosen = component(rows)(exprOf<[3]>(b.literal([0, 0, 1], [3])))
    expect(chosen.problems).toEqual([])
    expect(chosen.shape).toEqual([2])
    expect(evaluated([chosen.params.loc, chosen.params.scale, chosen.params.logScale], {})).toEqual([
      near([-0.4, 0.1]),
      near([Math.exp(-1), Math.exp(0.1)]),
      near([-1, 0.1]),
    ])
  })
  test('is responsible for a value in proportion to its densities', () => {
    const choice = responsibilities(rows)(vector(...z))
    expect(choice.shape).toEqual([3])
    expect(evaluated([choice.params.logits], {})).toEqual([near(densities)])
  })
  test('makes the bound that of the mixture’s own density', () => {
    const v = vae({
      model: pipe(
        model,
        latent('k', () => categorical(full(0, 3))),
        latent('z', ({ k }) => pipe(k, component(rows))),
        observe('x', ({ z }) => normal(z, 1)),
      ),
      guide: pipe(
        given({ x: real(2) }),
        latent('z', ({ x }) => normal(x, 0.5)),
        latent('k', ({ z }) => pipe(z, responsibilities(rows), enumerate)),
      ),
    })
    expect(v.problems).toEqual([])
    const { kl } = measure(v, elbo(), (name) => node('data', { name, shape: [2], support: 'real' }))
    const total = b.addAll(Object.values(kl).map((terms) => b.sum(terms)))
    // z = x + ε/2 is the z of above
    const [got] = evaluated([total], { 'data x': [0.5, -0.5], 'noise z': [0.4, 0.6] })
    const logQ = [0.4, 0.6].reduce((sum, e) => sum - 0.5 * e * e - Math.log(0.5) - 0.5 * Math.log(2 * Math.PI), 0)
    const logP = Math.log(densities.reduce((sum, d) => sum + Math.exp(d) / 3, 0))
    expect(got?.[0]).toBeCloseTo(logQ - logP, 12)
  })
  test('tells what does not fit', () => {
    const late = (n: number) => exprOf<[3]>(b.constant(0, [n]))
    expect(component(rows)(late(4)).problems).toEqual([
      'component over rows [3, 2], [components, dimensions], does not take [4]',
    ])
    expect(responsibilities(rows)(exprOf<[2]>(b.constant(0, [3]))).problems).toEqual([
      'responsibilities over rows [3, 2], [components, dimensions], does not take [3]',
    ])
    // One extent is right, and yet there are too many.
    expect(component(rows)(exprOf<[3]>(b.constant(0, [3, 1]))).problems).toEqual([
      'component over rows [3, 2], [components, dimensions], does not take [3, 1]',
    ])
    const cubes = normal(exprOf<[3, 2]>(b.constant(0, [3, 2, 1])), 1)
    expect(responsibilities(cubes)(vector(...z)).problems).toEqual([
      'responsibilities over rows [3, 2, 1], [components, dimensions], does not take [2]',
    ])
    const broken = normal(exprOf<[3, 2]>(b.constant(0, [3]), ['told before']), 1)
    expect(component(broken)(late(4)).problems).toEqual(['told before'])
    expect(responsibilities(broken)(vector(1)).problems).toEqual(['told before'])
  })
})

describe('two opinions weighed by their precision', () => {
  test.each([
    [0.3, 0.5, -1, 2],
    [1, 1e-4, 5, 1e3],
    [0, 2, 0, 2],
  ])('N(%d, %d) and N(%d, %d)', (meanA, scaleA, meanB, scaleB) => {
    const both = precisionWeighted(normal(meanA, scaleA), normal(meanB, scaleB))
    const precision = scaleA ** -2 + scaleB ** -2
    const mean = (meanA * scaleA ** -2 + meanB * scaleB ** -2) / precision
    const [loc = [], scale = [], logScale = []] = evaluated(
      [both.params.loc, both.params.scale, both.params.logScale],
      {},
    )
    expect(loc[0]).toBeCloseTo(mean, 10)
    expect((scale[0] ?? Number.NaN) * Math.sqrt(precision)).toBeCloseTo(1, 10)
    expect(logScale[0]).toBeCloseTo(-0.5 * Math.log(precision), 10)
  })
  test('of two shapes are none', () => {
    const late = standardNormal(3) as unknown as ReturnType<typeof standardNormal<[2]>>
    const none = precisionWeighted(standardNormal(2), late)
    expect(none.problems).toEqual(['precisionWeighted: shapes differ: [2] vs [3]'])
    // One vertex stands in for all parameters.
    const { loc, scale, logScale } = none.params
    expect([loc.op, scale, logScale]).toEqual(['const', loc, loc])
  })
})

test('a parameter starts from a number, or from draws', () => {
  const [constant, random] = [parameter(0.5, 2), parameter({ stddev: 0.1 }, 3, 2)]
  const init = (x: Expr<number[]>) => (x.node.op === 'param' ? x.node.arg.init : undefined)
  expect(init(constant)).toEqual({ tag: 'constant', value: 0.5 })
  expect(init(random)).toEqual({ tag: 'normal', stddev: 0.1 })
  expect(pipe(random, ({ shape }) => shape)).toEqual([3, 2])
})
