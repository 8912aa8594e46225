import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as O from 'fp-ts/lib/Option.js'
import {
  abs,
  add,
  div,
  equal,
  exp,
  expm1,
  mul,
  neg,
  select,
  sigmoid,
  softplus,
  square,
  sub,
  sum,
} from '../expr/build.ts'
import { broken, type Expr, exprOf, problemsOf } from '../expr/Expr.ts'
import type { Node } from '../expr/Op.ts'
import { shapesDiffer } from '../shape/messages.ts'
import { type ArgE, isSame } from '../shape/Shape.ts'
import { show } from '../shape/show.ts'
import { logProbabilities } from './Categorical.ts'
import { betweenContinuousBernoullis } from './ContinuousBernoulli.ts'
import type { AnyDist, Family, LocationScale, ParamsOf } from './Dist.ts'
import { families, meanOf, varianceOf } from './family.ts'
import { noClosedForm } from './messages.ts'

/** For each family of q the families of p that KL(q‖p) is known for in closed form. */
interface KLTable {
  readonly Normal: 'Normal'
  readonly Laplace: 'Laplace' | 'Normal'
  readonly LogNormal: 'LogNormal' | 'Normal'
  readonly Bernoulli: 'Bernoulli'
  readonly Categorical: 'Categorical'
  readonly ContinuousBernoulli: 'ContinuousBernoulli'
  readonly Poisson: 'Poisson'
  readonly NegativeBinomial: never
  readonly Delta: 'Delta'
}

/** KL(q‖p), one entry an independent coordinate. */
type Rule<Q extends Family, P extends Family> = (q: ParamsOf<Q>, p: ParamsOf<P>) => Node

/** eˣ − 1 − x, which is never negative, nor is what this computes: expm1(x) rounds to x or above. */
const excess = (x: Node): Node => sub(expm1(x), x)

/**
 *   KL = log σp − log σq + (σq² + (μq − μp)²) / 2σp² − ½ = ½ (eᵗ − 1 − t + ((μq − μp) / σp)²), t = 2 (log σq − log σp)
 *
 * Numerics  no term is negative, and near σq = σp only expm1(t) − t cancels: an error of about ulp(t) where log σ and ½ would leave ulp(½)
 * Source    Kingma & Welling 2014, arXiv:1312.6114, App. B
 */
const betweenNormals = (q: LocationScale, p: LocationScale): Node => {
  const t = mul(sub(q.logScale, p.logScale), 2)
  return mul(add(excess(t), square(div(sub(q.loc, p.loc), p.scale))), 0.5)
}

/**
 *   KL = log(bp / bq) + δ/bp + (bq / bp) exp(−δ/bq) − 1, δ = |μq − μp|
 *      = eᵗ (e⁻ʳ − 1 + r) + eᵗ − 1 − t, r = δ/bq, t = log bq − log bp
 *
 * Numerics  no term is negative
 */
const betweenLaplaces = (q: LocationScale, p: LocationScale): Node => {
  const t = sub(q.logScale, p.logScale)
  const r = div(abs(sub(q.loc, p.loc)), q.scale)
  return add(mul(exp(t), excess(neg(r))), excess(t))
}

/**
 * Against a Normal only the moments of q matter:
 *
 *   KL = −H(q) + log σp + ½ log 2π + (Var q + (E q − μp)²) / 2σp²
 */
const toNormal =
  <Q extends 'Laplace' | 'LogNormal'>(family: Q): Rule<Q, 'Normal'> =>
  (params, p) => {
    const q = { family, params }
    const spread = div(varianceOf(q), square(p.scale))
    const shift = square(div(sub(meanOf(q), p.loc), p.scale))
    const crossEntropy = add(mul(add(spread, shift), 0.5), add(p.logScale, 0.5 * Math.log(2 * Math.PI)))
    return sub(crossEntropy, families[family].entropy(params))
  }

/**
 *   KL = Σₓ q(x) (log q(x) − log p(x)) with log q(1) = −softplus(−l), log q(0) = −softplus(l)
 *
 * Numerics  each tail has its own logarithm, so a nearly certain coin keeps its relative accuracy
 */
const betweenBernoullis: Rule<'Bernoulli', 'Bernoulli'> = ({ logits: q }, { logits: p }) => {
  const outcome = (a: Node, b: Node): Node => mul(sigmoid(a), sub(softplus(neg(b)), softplus(neg(a))))
  return add(outcome(q, p), outcome(neg(q), neg(p)))
}

/**
 *   KL = λq log(λq / λp) − λq + λp = λq (eᵗ − 1 − t), t = log λp − log λq
 *
 * Numerics  no term is negative
 */
const betweenPoissons: Rule<'Poisson', 'Poisson'> = (q, p) => mul(q.rate, excess(sub(p.logRate, q.logRate)))

/**   KL = Σₖ softmax(lq)ₖ (log softmax(lq)ₖ − log softmax(lp)ₖ) */
const betweenCategoricals: Rule<'Categorical', 'Categorical'> = (q, p) => {
  const [logQ, logP] = [logProbabilities(q.logits), logProbabilities(p.logits)]
  return sum(mul(exp(logQ), sub(logQ, logP)), [logQ.shape.length - 1])
}

/** 0 or ∞: a point lies on the other or it does not. */
const betweenDeltas: Rule<'Delta', 'Delta'> = (q, p) => select(equal(q.loc, p.loc), 0, Infinity)

/** Families of p, each with its rule for one family of q. "No closed form" is a written rule. */
type Row<Q extends Family> = { readonly [P in Family]: Rule<Q, P> | undefined }

/** A family by itself against every other: a new family has to be put here before anything compiles. */
const noClosedForms: { readonly [P in Family]: undefined } = {
  Normal: undefined,
  Laplace: undefined,
  LogNormal: undefined,
  Bernoulli: undefined,
  Categorical: undefined,
  ContinuousBernoulli: undefined,
  Poisson: undefined,
  NegativeBinomial: undefined,
  Delta: undefined,
}

/** Rows are q, columns p. */
const table: { readonly [Q in Family]: Row<Q> } = {
  Normal: { ...noClosedForms, Normal: betweenNormals },
  Laplace: { ...noClosedForms, Laplace: betweenLaplaces, Normal: toNormal('Laplace') },
  LogNormal: { ...noClosedForms, LogNormal: betweenNormals, Normal: toNormal('LogNormal') },
  Bernoulli: { ...noClosedForms, Bernoulli: betweenBernoullis },
  Categorical: { ...noClosedForms, Categorical: betweenCategoricals },
  ContinuousBernoulli: { ...noClosedForms, ContinuousBernoulli: betweenContinuousBernoullis },
  Poisson: { ...noClosedForms, Poisson: betweenPoissons },
  NegativeBinomial: noClosedForms,
  Delta: { ...noClosedForms, Delta: betweenDeltas },
}

const rowOf = <Q extends Family, P extends Family>(
  q: { readonly family: Q; readonly params: ParamsOf<Q> },
  p: { readonly family: P; readonly params: ParamsOf<P> },
): Node | undefined => {
  const row: Row<Q> = table[q.family]
  const rule: Rule<Q, P> | undefined = row[p.family]
  return rule?.(q.params, p.params)
}

/** KL(q‖p), one entry an independent coordinate, or nothing where the pair has no closed form. The events have one shape. Units nats. */
export const klTerms = (q: AnyDist, p: AnyDist): O.Option<Node> => O.fromNullable(rowOf(q, p))

/** Whether the pair is in the table, or can be where a family is known late. */
export type hasClosedForm<Q extends Family, P extends Family> = true extends (P extends KLTable[Q] ? true : false)
  ? true
  : false
export const hasClosedForm = (q: Family, p: Family): boolean => table[q][p] !== undefined

/** What is wrong with a pair, for someone who asks for its KL in closed form: a message, or `never`. */
export type klMismatch<Q extends AnyDist, P extends AnyDist, Where extends string> =
  isSame<Q['shape'], P['shape']> extends false
    ? shapesDiffer<Where, `q ${show<Q['shape']>}`, `p ${show<P['shape']>}`>
    : hasClosedForm<Q['family'], P['family']> extends false
      ? noClosedForm<Where, Q['family'], P['family']>
      : never

/** The terms, or what is wrong with the pair; `where` opens the message. */
const klChecked = (q: AnyDist, p: AnyDist, where: string): E.Either<string, Node> =>
  isSame(q.shape, p.shape)
    ? E.fromOption(() => noClosedForm(where, q.family, p.family))(klTerms(q, p))
    : E.left(shapesDiffer(where, `q ${show(q.shape)}`, `p ${show(p.shape)}`))

/**
 * KL divergence in closed form, summed over the event.
 *
 * Shapes    q and p over one event → Expr<[]>      Units nats      Range ≥ 0, 0 iff q = p
 * Errors    `KL: shapes differ: q [20] vs p [32]` · `KL: no closed-form KL(Normal || Laplace); use elbo({ kl: 'sampled' })`
 * @example  evaluate(kl(normal(0, 1), normal(0, 1))) // => 0
 */
export const kl = <Q extends AnyDist, P extends AnyDist>(q: Q, p: ArgE<klMismatch<Q, P, 'KL'>, P>): Expr<[]> => {
  // For callers never other than P; inside a generic function the condition is not decided yet.
  const prior = p as AnyDist
  const problems = problemsOf(q, prior)
  if (problems.length > 0) return broken(...problems)
  return pipe(
    klChecked(q, prior, 'KL'),
    E.match(
      (message) => broken<[]>(message),
      (terms) => exprOf<[]>(sum(terms)),
    ),
  )
}
