import type { Node, Support } from '../expr/Op.ts'
import { bernoulliFamily } from './Bernoulli.ts'
import { categoricalFamily } from './Categorical.ts'
import { continuousBernoulliFamily } from './ContinuousBernoulli.ts'
import { deltaFamily } from './Delta.ts'
import { type AnyDist, distOf, type Family, rootsOf, type Sampling } from './Dist.ts'
import { laplaceFamily } from './Laplace.ts'
import { logNormalFamily } from './LogNormal.ts'
import { negativeBinomialFamily } from './NegativeBinomial.ts'
import { normalFamily } from './Normal.ts'
import { poissonFamily } from './Poisson.ts'

/**
 * The families that come with the library, so that files can write them by name: `{ family: 'Normal', params }` in place of what a Normal knows.
 * All others are written out, and nothing else asks this table.
 */
interface Families {
  readonly Normal: typeof normalFamily
  readonly Laplace: typeof laplaceFamily
  readonly LogNormal: typeof logNormalFamily
  readonly Bernoulli: typeof bernoulliFamily
  readonly Categorical: typeof categoricalFamily
  readonly ContinuousBernoulli: typeof continuousBernoulliFamily
  readonly Poisson: typeof poissonFamily
  readonly NegativeBinomial: typeof negativeBinomialFamily
  readonly Delta: typeof deltaFamily
}
const families: Families = {
  Normal: normalFamily,
  Laplace: laplaceFamily,
  LogNormal: logNormalFamily,
  Bernoulli: bernoulliFamily,
  Categorical: categoricalFamily,
  ContinuousBernoulli: continuousBernoulliFamily,
  Poisson: poissonFamily,
  NegativeBinomial: negativeBinomialFamily,
  Delta: deltaFamily,
}
export type LibraryFamily = keyof Families
/** The names of the parameters of a family of the library. */
export type LibraryParam<F extends LibraryFamily> = Families[F]['params'][number]

/** Whether a name is that of a family of the library. */
export const isOfLibrary = (family: string): family is LibraryFamily => Object.hasOwn(families, family)

/** The names of the parameters of a family of the library. */
export const paramNamesOf = (family: string): readonly string[] => (isOfLibrary(family) ? families[family].params : [])

/** A distribution of a family of the library from what it stores, or nothing where there is no such family, or a parameter is missing. */
export const madeOf = (
  family: string,
  params: Readonly<Record<string, Node>>,
  problems: readonly string[] = [],
): AnyDist | undefined => {
  const [event] = Object.values(params)
  if (!isOfLibrary(family) || event === undefined) return undefined
  if (!paramNamesOf(family).every((name) => Object.hasOwn(params, name))) return undefined
  // Which family it is is known at run time only; the names of its parameters were compared above.
  const found: Family<string, Support, Sampling, never, string> = families[family]
  return distOf(found, event, params as never, problems)
}

/** Whether a distribution is exactly what the library makes of its name and its parameters, so that those two tell all of it. */
export const isLibraryMade = (dist: AnyDist): boolean => {
  const again = madeOf(dist.family, dist.params, dist.problems)
  if (again === undefined || again.support !== dist.support || again.scores !== dist.scores) return false
  const [roots, others] = [rootsOf(again), rootsOf(dist)]
  return roots.length === others.length && roots.every((root, i) => root === others[i])
}
