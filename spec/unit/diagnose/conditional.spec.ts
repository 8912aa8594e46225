import { pipe } from 'fp-ts/lib/function.js'
import {
  concat,
  dense,
  diagonalNormal,
  gaussian,
  given,
  latent,
  observe,
  oneHot,
  real,
  standardNormal,
  vae,
} from 'elbo-ts'
import { describe, expect, it } from 'vitest'
import { aggregatePosterior } from '../../../src/diagnose/aggregate.ts'
import { annealedLogLikelihood, bidirectionalCheck } from '../../../src/diagnose/annealedLikelihood.ts'
import { crossScores } from '../../../src/diagnose/crossScores.ts'
import { inferenceGap } from '../../../src/diagnose/inferenceGap.ts'
import { gaussianLogDensity, marginalOf } from '../../../src/diagnose/linearGaussian.ts'
import { linearGaussianOf } from '../../../src/diagnose/linearGaussianOf.ts'
import { logLikelihood } from '../../../src/diagnose/logLikelihood.ts'
import { prune } from '../../../src/diagnose/prune.ts'
import { inspect } from '../../../src/diagnose/inspect.ts'
import type { Tensor } from '../../../src/expr/Tensor.ts'
import { openReference } from '../../../src/interp/reference/index.ts'
import { messageOf, right } from '../either.ts'
import { bestWeights, drawData, truth } from './linear.ts'

/** A model that is told a class y: its mean moves by V y, and everything else is the linear-Gaussian model, so p(x | y) is known. */
const conditional = vae({
  model: pipe(
    given({ y: oneHot(2) }),
    latent('z', () => standardNormal(2)),
    observe('x', ({ z, y }) => pipe(z, concat(y), dense(3), gaussian({ scale: 0.5 }))),
  ),
  guide: pipe(
    given({ x: real(3), y: oneHot(2) }),
    latent('z', ({ x, y }) => pipe(x, concat(y), dense(4), diagonalNormal(2))),
  ),
})

const count = 10
const shifts = [
  [1, -2, 0.5],
  [-1, 0, 3],
]
const tensor = (shape: readonly number[], values: readonly number[]): Tensor => ({
  shape,
  data: Float64Array.from(values),
})

const open = () => {
  const session = openReference()
  const known = bestWeights(truth)
  const of = (name: string): readonly number[] => [...(known.get(name)?.data ?? [])]
  const kernel = of('guide/z/dense_0/kernel')
  // the guide takes the class's shift off before it answers as the unconditional one
  const undone = shifts.map((v) =>
    [0, 1, 2, 3].map((o) => -v.reduce((sum, s, i) => sum + s * (kernel[4 * i + o] ?? 0), 0)),
  )
  session.write(
    new Map([
      ['model/x/dense_0/kernel', tensor([4, 3], [...of('model/x/dense_0/kernel'), ...shifts.flat()])],
      ['model/x/dense_0/bias', tensor([3], of('model/x/dense_0/bias'))],
      ['guide/z/dense_0/kernel', tensor([5, 4], [...kernel, ...undone.flat()])],
      ['guide/z/dense_0/bias', tensor([4], of('guide/z/dense_0/bias'))],
    ]),
  )
  return session
}

const plain = drawData(truth, count, 2).get('x')?.data ?? new Float64Array(0)
const classes = Array.from({ length: count }, (_, i) => i % 2)
const y = tensor(
  [count, 2],
  classes.flatMap((c) => [1 - c, c]),
)
const data = new Map([
  [
    'x',
    tensor(
      [count, 3],
      [...plain].map((v, i) => v + (shifts[classes[Math.floor(i / 3)] ?? 0]?.[i % 3] ?? 0)),
    ),
  ],
  ['y', y],
])
const exact = Array.from({ length: count }, (_, i) =>
  gaussianLogDensity(marginalOf(truth))(plain.subarray(3 * i, 3 * i + 3)),
)

describe('a conditional model', () => {
  it('has the exact log p(x | y) by importance sampling and by annealing', () => {
    for (const estimate of [
      logLikelihood(conditional, open(), data, { samples: 500 }),
      annealedLogLikelihood(conditional, open(), data, { chains: 20, temperatures: 40, from: 'guide' }),
    ])
      right(estimate).data.forEach((d, i) =>
        expect(Math.abs(d.logMean - (exact[i] ?? 0))).toBeLessThan(6 * d.standardError),
      )
  })

  it('is checked on both sides at classes that are given, and not without', () => {
    const options = { count, chains: 8, temperatures: 40 }
    const check = right(bidirectionalCheck(conditional, open(), { ...options, given: new Map([['y', y]]) }))
    expect(Math.abs(check.gap.value)).toBeLessThan(0.3)
    expect(messageOf(bidirectionalCheck(conditional, open(), options))).toContain("'y'")
  })

  it('has no amortisation gap where the guide undoes the class', () => {
    const gap = right(inferenceGap(conditional, open(), data, { steps: 100, bounds: 200, importance: 200 }))
    expect(Math.abs(gap.amortisation.value)).toBeLessThan(0.02)
  })

  it('is taken apart and pruned like any other', () => {
    const a = aggregatePosterior(right(crossScores(conditional, open(), data)))
    expect(a.information.value + a.aggregateKl.value).toBeCloseTo(a.rate.value, 9)
    const small = right(prune(conditional, { z: [1] }))
    expect(right(inspect(small, open(), data)).bound.every(Number.isFinite)).toBe(true)
  })

  it('is not one linear-Gaussian model, but one for every class', () => {
    expect(messageOf(linearGaussianOf(conditional, open()))).toContain("'y'")
  })
})
