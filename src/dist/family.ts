import * as O from 'fp-ts/lib/Option.js'
import { sum } from '../expr/build.ts'
import type { Node } from '../expr/Op.ts'
import { bernoulliRules } from './Bernoulli.ts'
import { categoricalRules } from './Categorical.ts'
import { continuousBernoulliRules } from './ContinuousBernoulli.ts'
import { deltaRules } from './Delta.ts'
import type { Family, FamilyRules, ParamsOf } from './Dist.ts'
import { laplaceRules } from './Laplace.ts'
import { logNormalRules } from './LogNormal.ts'
import { negativeBinomialRules } from './NegativeBinomial.ts'
import { normalRules } from './Normal.ts'
import { poissonRules } from './Poisson.ts'

/** The rules of every family. */
export const families: { readonly [F in Family]: FamilyRules<F> } = {
  Normal: normalRules,
  Laplace: laplaceRules,
  LogNormal: logNormalRules,
  Bernoulli: bernoulliRules,
  Categorical: categoricalRules,
  ContinuousBernoulli: continuousBernoulliRules,
  Poisson: poissonRules,
  NegativeBinomial: negativeBinomialRules,
  Delta: deltaRules,
}

/** What of a distribution the rules read. */
interface Of<F extends Family> {
  readonly family: F
  readonly params: ParamsOf<F>
}

/** Log-density at x, one entry an independent coordinate: the shape of the event, without the last axis for Categorical. Units nats. */
export const logProbTerms = <F extends Family>(dist: Of<F>, x: Node): Node =>
  families[dist.family].logProb(dist.params, x)

/** Log-density at x, summed over the event. Units nats. */
export const logProb = <F extends Family>(dist: Of<F>, x: Node): Node => sum(logProbTerms(dist, x))

/** A draw, as a function of the noise leaf of this name: smooth in the parameters where the family is reparameterised, else constant. */
export const sampleOf = <F extends Family>(dist: Of<F>, noiseName: string): Node =>
  families[dist.family].sample(dist.params, noiseName)

export const meanOf = <F extends Family>(dist: Of<F>): Node => families[dist.family].mean(dist.params)

/** Of every coordinate. */
export const varianceOf = <F extends Family>(dist: Of<F>): Node => families[dist.family].variance(dist.params)

/** Entropy, one entry an independent coordinate, or nothing where it has no closed form. Units nats. */
export const entropyTerms = <F extends Family>(dist: Of<F>): O.Option<Node> => {
  // One of the two whichever family it is; inside a generic function that is not decided yet.
  const entropy = families[dist.family].entropy as ((params: ParamsOf<F>) => Node) | undefined
  return O.fromNullable(entropy?.(dist.params))
}
