import * as O from 'fp-ts/lib/Option.js'
import { describe, expect, test } from 'vitest'
import { bernoulli } from '../../../src/dist/Bernoulli.ts'
import { categorical } from '../../../src/dist/Categorical.ts'
import { continuousBernoulli } from '../../../src/dist/ContinuousBernoulli.ts'
import type { AnyDist } from '../../../src/dist/Dist.ts'
import { klTerms, logProbTerms, meanOf, varianceOf } from '../../../src/dist/family.ts'
import { laplaceFromLogScale } from '../../../src/dist/Laplace.ts'
import { negativeBinomial } from '../../../src/dist/NegativeBinomial.ts'
import { normalFromLogScale, standardNormal } from '../../../src/dist/Normal.ts'
import { poissonFromLogRate } from '../../../src/dist/Poisson.ts'
import { constant, literal, logSumExp } from '../../../src/expr/build.ts'
import { exprOf } from '../../../src/expr/Expr.ts'
import type { Node } from '../../../src/expr/Op.ts'
import { distributionOf, type Edge, listOf, oracle, type Subject } from './oracle.ts'
import { entropyOf, valuesOf, vector } from './values.ts'

/** Relative to 1e-12, which is three decades more than the project promises; or, where cancellation is inherent, absolute. */
const relative = 1e-12
const disagreements = (node: Node, want: number | readonly number[], absolute = 0): readonly string[] => {
  const got = valuesOf(node)
  const wanted = listOf(want)
  if (got.length !== wanted.length) return [`${got.length} values where ${wanted.length} are wanted`]
  const isFar = (g: number, w: number): boolean => !(Math.abs(g - w) <= Math.max(relative * Math.abs(w), absolute))
  return wanted.flatMap((w, i) => (isFar(got[i] ?? NaN, w) ? [`got ${got[i]} where ${w} is wanted`] : []))
}

const oneHot = (index: number, n: number): Node =>
  literal(
    Array.from({ length: n }, (_, i) => (i === index ? 1 : 0)),
    [n],
  )
const valueOf = (subject: Subject, x: number | readonly number[]): Node =>
  typeof x === 'number'
    ? oneHot(x, subject.family === 'Categorical' ? subject.logits.length : 1)
    : literal(x, [x.length])

const divergence = (q: AnyDist, p: AnyDist): Node => {
  const terms = klTerms(q, p)
  if (O.isNone(terms)) throw new Error(`no KL(${q.family} || ${p.family})`)
  return terms.value
}

describe('densities agree with PyTorch in float64', () => {
  test.each(oracle.density.map((row, i) => ({ name: `${row.dist.family} ${i % 12}`, row })))('$name', ({ row }) => {
    const dist = distributionOf(row.dist)
    expect(disagreements(logProbTerms(dist, valueOf(row.dist, row.x)), row.logProb)).toEqual([])
    expect(row.entropy === undefined ? [] : disagreements(entropyOf(dist), row.entropy)).toEqual([])
    expect(disagreements(meanOf(dist), row.mean)).toEqual([])
    expect(disagreements(varianceOf(dist), row.variance)).toEqual([])
  })
})

describe('divergences agree with PyTorch and with quadrature', () => {
  test.each(oracle.divergence.map((row, i) => ({ name: `KL(${row.q.family} || ${row.p.family}) row ${i}`, row })))(
    '$name',
    ({ row }) => {
      expect(disagreements(divergence(distributionOf(row.q), distributionOf(row.p)), row.kl)).toEqual([])
    },
  )
})

const scalarExpr = (value: number) => exprOf<[]>(constant(value))

/** How each kind of edge row is computed here, and the absolute error it may have besides the relative one. */
const edges: { readonly [What in Edge['what']]: (row: Extract<Edge, { what: What }>) => readonly string[] } = {
  // softplus(l) − l cancels in a far tail: half an ulp of the logit
  'Bernoulli logProb': ({ logits, x, value }) =>
    disagreements(logProbTerms(bernoulli(scalarExpr(logits)), constant(x)), value, 4e-15),
  'Bernoulli entropy': ({ logits, value }) => disagreements(entropyOf(bernoulli(scalarExpr(logits))), value, 1e-300),
  // between nearly equal coins the two outcomes cancel: an ulp of their logarithms
  'KL(Bernoulli || Bernoulli)': ({ q, p, value }) =>
    disagreements(divergence(bernoulli(scalarExpr(q)), bernoulli(scalarExpr(p))), value, 1e-16),
  'Normal logProb': ({ logScale, x, value }) =>
    disagreements(logProbTerms(normalFromLogScale(0, logScale), constant(x)), value),
  // eᵗ − 1 − t at a small t: an ulp of t
  'KL(Normal || standard Normal)': ({ loc, logScale, value }) =>
    disagreements(divergence(normalFromLogScale(loc, logScale), standardNormal()), value, 1e-21),
  'KL(Laplace || Laplace)': ({ loc, logScaleQ, logScaleP, value }) =>
    disagreements(divergence(laplaceFromLogScale(loc, logScaleQ), laplaceFromLogScale(0, logScaleP)), value, 1e-20),
  'ContinuousBernoulli logProb': ({ logits, x, value }) =>
    disagreements(logProbTerms(continuousBernoulli(scalarExpr(logits)), constant(x)), value),
  'ContinuousBernoulli entropy': ({ logits, value }) =>
    disagreements(entropyOf(continuousBernoulli(scalarExpr(logits))), value),
  'ContinuousBernoulli mean': ({ logits, value }) =>
    disagreements(meanOf(continuousBernoulli(scalarExpr(logits))), value),
  'ContinuousBernoulli variance': ({ logits, value }) =>
    disagreements(varianceOf(continuousBernoulli(scalarExpr(logits))), value),
  'KL(ContinuousBernoulli || ContinuousBernoulli)': ({ q, p, value }) =>
    disagreements(divergence(continuousBernoulli(scalarExpr(q)), continuousBernoulli(scalarExpr(p))), value),
  'Poisson logProb': ({ logRate, x, value }) =>
    disagreements(logProbTerms(poissonFromLogRate(logRate), constant(x)), value),
  'NegativeBinomial logProb': ({ mean, inverseDispersion: r, x, value }) =>
    disagreements(logProbTerms(negativeBinomial(mean, r), constant(x)), value),
  // l − log Σ exp l cancels at a nearly certain choice: an ulp of 1
  'Categorical logProb': ({ logits, value }) =>
    logits.flatMap((_, i) =>
      disagreements(logProbTerms(categorical(vector(logits)), oneHot(i, logits.length)), value[i] ?? NaN, 1e-16),
    ),
  'Categorical entropy': ({ logits, value }) => disagreements(entropyOf(categorical(vector(logits))), value, 1e-16),
  logSumExp: ({ x, value }) => disagreements(logSumExp(literal(x, [x.length])), value),
}

describe('the edges agree with 600-digit arithmetic', () => {
  const check = <What extends Edge['what']>(what: What, row: Extract<Edge, { what: What }>) => edges[what](row)
  test.each(oracle.edge.map((row) => ({ name: JSON.stringify(row), row })))('$name', ({ row }) => {
    expect(check(row.what, row)).toEqual([])
  })
})
