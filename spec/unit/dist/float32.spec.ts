import * as E from 'fp-ts/lib/Either.js'
import * as O from 'fp-ts/lib/Option.js'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bernoulli } from '../../../src/dist/Bernoulli.ts'
import { categorical } from '../../../src/dist/Categorical.ts'
import { continuousBernoulli } from '../../../src/dist/ContinuousBernoulli.ts'
import type { AnyDist } from '../../../src/dist/Dist.ts'
import { entropyTerms, klTerms, logProbTerms, meanOf, varianceOf } from '../../../src/dist/family.ts'
import { laplace, laplaceFromLogScale } from '../../../src/dist/Laplace.ts'
import { logNormal } from '../../../src/dist/LogNormal.ts'
import { negativeBinomial } from '../../../src/dist/NegativeBinomial.ts'
import { normal, normalFromLogScale, standardNormal } from '../../../src/dist/Normal.ts'
import { poisson, poissonFromLogRate } from '../../../src/dist/Poisson.ts'
import { logSumExp } from '../../../src/expr/build.ts'
import { type Expr, exprOf } from '../../../src/expr/Expr.ts'
import { node } from '../../../src/expr/node.ts'
import type { Node } from '../../../src/expr/Op.ts'
import type { Tensor } from '../../../src/expr/Tensor.ts'
import { openReference } from '../../../src/interp/reference/index.ts'
import type { Plan, Session } from '../../../src/interp/Session.ts'
import { openTfjs } from '../../../src/interp/tfjs/index.ts'
import { type Edge, listOf, oracle, type Subject } from './oracle.ts'
import { entropyOf } from './values.ts'

/**
 * Every row of the oracle on the float32 targets, as one graph with the rows' numbers fed to it. What is wanted is what the reference
 * makes of the same numbers rounded to float32: the reference agrees with the oracle, and so the rounding of inputs is not blamed on
 * the target.
 */
const feeds = new Map<string, Tensor>()
const outputs: Record<string, Node> = {}

const fed = (row: string, name: string, values: readonly number[]): Expr<number[]> => {
  const shape = [values.length]
  feeds.set(`${row}/${name}`, { shape, data: Float32Array.from(values) })
  return exprOf(node('data', { name: `${row}/${name}`, shape, support: 'real' }))
}
const scalar = (row: string, name: string, value: number): Expr<number[]> => fed(row, name, [value])

const distribution = (row: string, who: string, subject: Subject): AnyDist => {
  const given = (name: string, values: readonly number[]) => fed(row, `${who}/${name}`, values)
  switch (subject.family) {
    case 'Normal':
      return normal(given('loc', subject.loc), given('scale', subject.scale))
    case 'Laplace':
      return laplace(given('loc', subject.loc), given('scale', subject.scale))
    case 'LogNormal':
      return logNormal(given('loc', subject.loc), given('scale', subject.scale))
    case 'Bernoulli':
      return bernoulli(given('logits', subject.logits))
    case 'Categorical':
      return categorical(given('logits', subject.logits))
    case 'ContinuousBernoulli':
      return continuousBernoulli(given('logits', subject.logits))
    case 'Poisson':
      return poisson(given('rate', subject.rate))
    case 'NegativeBinomial':
      return negativeBinomial(given('mean', subject.mean), given('inverse', subject.inverseDispersion))
  }
}
const oneHot = (index: number, n: number): readonly number[] =>
  Array.from({ length: n }, (_, i) => (i === index ? 1 : 0))
const divergence = (q: AnyDist, p: AnyDist): Node => O.getOrElse((): Node => entropyOf(q))(klTerms(q, p))

const edge = (row: string, e: Edge): Node => {
  const given = (name: string, value: number) => scalar(row, name, value)
  switch (e.what) {
    case 'Bernoulli logProb':
      return logProbTerms(bernoulli(given('logits', e.logits)), given('x', e.x).node)
    case 'Bernoulli entropy':
      return entropyOf(bernoulli(given('logits', e.logits)))
    case 'KL(Bernoulli || Bernoulli)':
      return divergence(bernoulli(given('q', e.q)), bernoulli(given('p', e.p)))
    case 'Normal logProb':
      return logProbTerms(normalFromLogScale(0, given('logScale', e.logScale)), given('x', e.x).node)
    case 'KL(Normal || standard Normal)':
      return divergence(normalFromLogScale(given('loc', e.loc), given('logScale', e.logScale)), standardNormal(1))
    case 'KL(Laplace || Laplace)':
      return divergence(
        laplaceFromLogScale(given('loc', e.loc), given('q', e.logScaleQ)),
        laplaceFromLogScale(0, given('p', e.logScaleP)),
      )
    case 'Categorical logProb':
      return logProbTerms(categorical(fed(row, 'logits', e.logits)), fed(row, 'x', oneHot(0, e.logits.length)).node)
    case 'ContinuousBernoulli logProb':
      return logProbTerms(continuousBernoulli(given('logits', e.logits)), given('x', e.x).node)
    case 'ContinuousBernoulli entropy':
      return entropyOf(continuousBernoulli(given('logits', e.logits)))
    case 'ContinuousBernoulli mean':
      return meanOf(continuousBernoulli(given('logits', e.logits)))
    case 'ContinuousBernoulli variance':
      return varianceOf(continuousBernoulli(given('logits', e.logits)))
    case 'KL(ContinuousBernoulli || ContinuousBernoulli)':
      return divergence(continuousBernoulli(given('q', e.q)), continuousBernoulli(given('p', e.p)))
    case 'Poisson logProb':
      return logProbTerms(poissonFromLogRate(given('logRate', e.logRate)), given('x', e.x).node)
    case 'NegativeBinomial logProb':
      return logProbTerms(
        negativeBinomial(given('mean', e.mean), given('r', e.inverseDispersion)),
        given('x', e.x).node,
      )
    case 'Categorical entropy':
      return entropyOf(categorical(fed(row, 'logits', e.logits)))
    case 'logSumExp':
      return logSumExp(fed(row, 'x', e.x).node)
  }
}

oracle.density.forEach(({ dist, x }, i) => {
  const row = `density ${i} ${dist.family}`
  const at = fed(row, 'x', dist.family === 'Categorical' ? oneHot(Number(x), dist.logits.length) : listOf(x))
  const p = distribution(row, 'p', dist)
  outputs[`${row} logProb`] = logProbTerms(p, at.node)
  if (O.isSome(entropyTerms(p))) outputs[`${row} entropy`] = entropyOf(p)
  outputs[`${row} mean`] = meanOf(p)
  outputs[`${row} variance`] = varianceOf(p)
})
oracle.divergence.forEach(({ q, p }, i) => {
  const row = `divergence ${i} ${q.family} ${p.family}`
  outputs[row] = divergence(distribution(row, 'q', q), distribution(row, 'p', p))
})
oracle.edge.forEach((e, i) => {
  outputs[`edge ${i} ${JSON.stringify(e)}`] = edge(`edge ${i}`, e)
})

const evaluated = (session: Session): ReadonlyMap<string, Tensor> => {
  const plan: E.Either<unknown, Plan> = session.prepare({ outputs, updates: {} })
  if (E.isLeft(plan)) throw new Error(`cannot prepare: ${JSON.stringify(plan.left)}`)
  return plan.right.run({ data: feeds, scalars: {}, seed: 0, step: 0 })
}

/**
 * A dozen roundings of float32, at the size of the terms that are added up. A LogNormal's moments are exponentials of up to 70, which
 * turn the rounding of the exponent into 70 of the result.
 */
const tolerance = (name: string, want: number): number =>
  (/LogNormal (mean|variance)/.test(name) ? 1e-5 : 2e-6) * Math.max(1, Math.abs(want))

describe.each(['cpu', 'wasm'] as const)('the oracle in float32 on %s', (target) => {
  let session: Session
  let [got, want]: readonly ReadonlyMap<string, Tensor>[] = [new Map(), new Map()]
  beforeAll(async () => {
    const opened = await openTfjs(target)()
    if (E.isLeft(opened)) throw new Error(opened.left.message)
    session = opened.right
    got = evaluated(session)
    want = evaluated(openReference())
  }, 60_000)
  afterAll(() => session.dispose())

  test.each(['density', 'divergence', 'edge'])('%s', (part) => {
    const names = Object.keys(outputs).filter((name) => name.startsWith(part))
    const wrong = names.flatMap((name) =>
      [...(want?.get(name)?.data ?? [])].flatMap((w, i) => {
        const g = got?.get(name)?.data[i] ?? NaN
        return Math.abs(g - w) <= tolerance(name, w) ? [] : [`${name}: got ${g} where ${w} is wanted`]
      }),
    )
    expect(names.length).toBeGreaterThan(50)
    expect(wrong).toEqual([])
  })
})
