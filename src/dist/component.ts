import { distribution, expression } from '../call/Kind.ts'
import { takes } from '../call/takes.ts'
import { broadcastTo, matmul, reshape, sum } from '../expr/build.ts'
import { type AnyExpr, broken, type Expr, problemsOf } from '../expr/Expr.ts'
import type { Node } from '../expr/Op.ts'
import { show } from '../shape/show.ts'
import { type Categorical, categoricalFamily } from './Categorical.ts'
import { type AnyDist, distOf } from './Dist.ts'
import { logProbTerms } from './family.ts'
import { notOfRows } from './messages.ts'
import { type Normal, normalFamily } from './Normal.ts'

/** What is wrong with a vector beside rows whose extent at an axis it must have. */
const problemsBeside = (what: string, x: AnyExpr, rows: AnyDist, axis: 0 | 1): readonly string[] => {
  const told = problemsOf(x, rows)
  const fits = rows.shape.length === 2 && x.shape.length === 1 && x.shape[0] === rows.shape[axis]
  return told.length > 0 || fits ? told : [notOfRows(what, show(x.shape), show(rows.shape))]
}

const makeComponent =
  <K extends number, D extends number>(rows: Normal<[K, D]>) =>
  (k: Expr<[K]>): Normal<[D]> => {
    const problems = problemsBeside('component', k, rows, 0)
    const row = (of: Node): Node =>
      problems.length > 0 ? broken().node : reshape(matmul(reshape(k.node, [1, ...k.shape]), of), of.shape.slice(1))
    const params = { loc: row(rows.params.loc), scale: row(rows.params.scale), logScale: row(rows.params.logScale) }
    return distOf(normalFamily, params.loc, params, problems)
  }

/**
 * One of a mixture's Normals, which are the rows of one distribution: the row that a one-hot vector names.
 *
 * Shapes    k: [K], rows over [K, D] → a Normal over [D]
 * Errors    `notOfRows`
 * @example  pipe(k, component(rows)) // => a Normal over [20]
 */
export const component: typeof makeComponent = takes('component', makeComponent, [distribution], [expression])

const makeResponsibilities =
  <K extends number, D extends number>(rows: Normal<[K, D]>) =>
  (z: Expr<[D]>): Categorical<[K]> => {
    const problems = problemsBeside('responsibilities', z, rows, 1)
    const logits = problems.length > 0 ? broken().node : sum(logProbTerms(rows, broadcastTo(z.node, rows.shape)), [1])
    return distOf(categoricalFamily, logits, { logits }, problems)
  }

/**
 * Which of a mixture's Normals, equally probable, a value is of: the posterior of the row. A guide that infers the choice so has the bound of the
 * mixture's own density, for
 *
 *   E_q(k|z) [log 1/K + log N(z; row k) − log q(k|z)] = log 1/K Σₖ N(z; row k)
 *
 * Shapes    z: [D], rows over [K, D] → a Categorical over [K]
 * Errors    `notOfRows`
 * Source    Bishop 2006, eq. 9.13
 * @example  pipe(z, responsibilities(rows), enumerate) // => a Categorical over [10]
 */
export const responsibilities: typeof makeResponsibilities = takes(
  'responsibilities',
  makeResponsibilities,
  [distribution],
  [expression],
)
