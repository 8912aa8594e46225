import { distribution, expression, numeric } from '../call/Kind.ts'
import { takes } from '../call/takes.ts'
import { mul } from '../expr/build.ts'
import { type AnyExpr, problemsOf } from '../expr/Expr.ts'
import type { Node, Support } from '../expr/Op.ts'
import type { Shape } from '../shape/Shape.ts'
import { show } from '../shape/show.ts'
import type { AnyDist, Dist, Parts, Sampling, Scoring } from './Dist.ts'
import { maskShape } from './messages.ts'
import { parameter } from './parameter.ts'

/** The same distribution with every term of its log-density times a factor. */
const scaled = (dist: AnyDist, factor: AnyExpr, what: string): AnyDist => {
  const terms = dist.parts.logProb ?? dist.parts.drawLogProb
  const fits = factor.shape.length === 0 || terms === undefined || show(factor.shape) === show(terms.shape)
  const problems = [
    ...problemsOf(dist, factor),
    ...(fits ? [] : [maskShape(what, show(factor.shape), dist.family, show(terms?.shape ?? []))]),
  ]
  const times = (x: Node | undefined): Node | undefined => (x === undefined ? undefined : mul(x, factor.node))
  const { logProb, drawLogProb, ...rest } = dist.parts
  const [ofValue, ofDraw] = problems.length > 0 ? [] : [times(logProb), times(drawLogProb)]
  const parts: Parts = {
    ...(ofValue === undefined ? {} : { logProb: ofValue }),
    ...(ofDraw === undefined ? {} : { drawLogProb: ofDraw }),
    ...rest,
  }
  return { ...dist, family: `${what}(${dist.family})`, parts: problems.length > 0 ? {} : parts, klTo: {}, problems }
}

type Scaled<What extends string, D extends AnyDist> = Dist<
  `${What}(${D['family']})`,
  D['shape'],
  D['support'],
  D['sampling'],
  never,
  D['scores']
>

const makeMasked =
  <M extends Shape>(mask: { readonly shape: M } & AnyExpr) =>
  <D extends Dist<string, Shape, Support, Sampling, string, Scoring>>(dist: D): Scaled<'masked', D> =>
    // The fields that the result's type names are those of the distribution; see `scaled`.
    scaled(dist, mask, 'masked') as Scaled<'masked', D>

/**
 * The distribution with the terms that a mask of zeros and ones leaves: where it is 0, the value is not scored. Draws and means are as they were. No
 * longer a density of the whole event, but of what the mask leaves.
 *
 * Shapes   mask: of the terms of the log-density, one an independent coordinate (for Categorical the event without its last axis), or []
 * Errors   a mask of another shape
 * @example pipe(z, dense(4), bernoulli, masked(full(1, 4)))
 */
export const masked: typeof makeMasked = takes('masked', makeMasked, [expression], [distribution])

const makeWeighted =
  (weight: number | AnyExpr) =>
  <D extends Dist<string, Shape, Support, Sampling, string, Scoring>>(dist: D): Scaled<'weighted', D> =>
    scaled(dist, parameter(weight), 'weighted') as Scaled<'weighted', D>

/**
 * The distribution with its log-density times λ: more or less of one observation among several. What it then says is no log-density, and a bound
 * made of it is none on log p(x).
 *
 * @example pipe(z, dense(10), categorical, weighted(50))
 */
export const weighted: typeof makeWeighted = takes('weighted', makeWeighted, [numeric], [distribution])
