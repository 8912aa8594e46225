import { exprOf } from '../expr/Expr.ts'
import type { Node, Support } from '../expr/Op.ts'
import type { Shape } from '../shape/Shape.ts'

/**
 * How an expectation over a value is had: by a draw that is a smooth function of noise, by a draw that jumps and lets no gradient pass,
 * without noise, or by a sum over all values.
 */
export type Sampling = 'reparameterised' | 'discrete' | 'deterministic' | 'enumerated'

/** What a location-scale family stores. The logarithm is kept beside the scale, so that it is never log(exp(·)). */
export type LocationScale = { readonly loc: Node; readonly scale: Node; readonly logScale: Node }

/** What counts of a mean and a dispersion store, with the logarithms of both. */
export type MeanDispersion = {
  readonly mean: Node
  readonly logMean: Node
  readonly inverseDispersion: Node
  readonly logInverseDispersion: Node
}

/** One row a family: what its values are, how they are drawn, which parameters it stores. Every parameter has the shape of the event. */
export interface Families {
  readonly Normal: { readonly support: 'real'; readonly sampling: 'reparameterised'; readonly params: LocationScale }
  readonly Laplace: { readonly support: 'real'; readonly sampling: 'reparameterised'; readonly params: LocationScale }
  /** loc and scale are those of log x */
  readonly LogNormal: {
    readonly support: 'positive'
    readonly sampling: 'reparameterised'
    readonly params: LocationScale
  }
  readonly Bernoulli: {
    readonly support: 'binary'
    readonly sampling: 'discrete'
    readonly params: { readonly logits: Node }
  }
  readonly ContinuousBernoulli: {
    readonly support: 'unit'
    readonly sampling: 'reparameterised'
    readonly params: { readonly logits: Node }
  }
  /** one-hot along the last axis */
  readonly Categorical: {
    readonly support: 'oneHot'
    readonly sampling: 'discrete'
    readonly params: { readonly logits: Node }
  }
  readonly Poisson: {
    readonly support: 'count'
    readonly sampling: 'discrete'
    readonly params: { readonly rate: Node; readonly logRate: Node }
  }
  readonly NegativeBinomial: {
    readonly support: 'count'
    readonly sampling: 'discrete'
    readonly params: MeanDispersion
  }
  readonly Delta: {
    readonly support: 'real'
    readonly sampling: 'deterministic'
    readonly params: { readonly loc: Node }
  }
}
export type Family = keyof Families
export type ParamsOf<F extends Family> = Families[F]['params']

/**
 * A distribution of one datum's value: parameters that are expressions, and the family that says what they mean.
 *
 * Shapes    S is the shape of one event; there is no batch shape. The coordinates are independent, but for Categorical, which is
 *           one-hot along its last axis.
 */
export interface Dist<F extends Family, S extends Shape, Su extends Support, Sa extends Sampling> {
  readonly family: F
  readonly shape: S
  readonly support: Su
  readonly sampling: Sa
  readonly params: ParamsOf<F>
  /** what was wrong with the parameters; see `Expr` */
  readonly problems: readonly string[]
}
export type AnyDist = Dist<Family, Shape, Support, Sampling>

/** A distribution of this family over an event of this shape. */
export type DistOf<F extends Family, S extends Shape> = Dist<F, S, Families[F]['support'], Families[F]['sampling']>

/** Families whose entropy has no closed form. */
type OpenEntropy = 'Poisson' | 'NegativeBinomial'

/** All that is known of a family. "Terms" have one entry an independent coordinate: their sum is the whole, in nats. */
export interface FamilyRules<F extends Family> {
  readonly family: F
  readonly support: Families[F]['support']
  readonly sampling: Families[F]['sampling']
  /** log-density (log-probability where the support is discrete), in terms */
  readonly logProb: (params: ParamsOf<F>, x: Node) => Node
  /** a function of the noise leaf of that name */
  readonly sample: (params: ParamsOf<F>, noiseName: string) => Node
  readonly mean: (params: ParamsOf<F>) => Node
  readonly variance: (params: ParamsOf<F>) => Node
  /** in terms; "no closed form" is a written rule */
  readonly entropy: F extends OpenEntropy ? undefined : (params: ParamsOf<F>) => Node
}

/** Put a distribution together; `event` is any node of the event's shape. */
export const distOf = <F extends Family, S extends Shape>(
  rules: Pick<FamilyRules<F>, 'family' | 'support' | 'sampling'>,
  event: Node,
  params: ParamsOf<F>,
  problems: readonly string[],
): DistOf<F, S> => ({
  family: rules.family,
  shape: exprOf<S>(event).shape,
  support: rules.support,
  sampling: rules.sampling,
  params,
  problems,
})
