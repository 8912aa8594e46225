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

type Params = Readonly<Record<string, Node>>
/** A family that has forgotten the names of its parameters, which are checked where it is used. */
interface Forgotten {
  readonly params: readonly string[]
  readonly make: (event: Node, params: Params, problems: readonly string[]) => AnyDist
}

const forgotten = <P extends Params>(family: Family<string, Support, Sampling, P, string>): Forgotten => ({
  params: family.params,
  // The names are those of P: `madeOf` compares them first.
  make: (event, params, problems) => distOf(family, event, params as P, problems),
})

/**
 * The families that come with the library, so that files can write them by name: `{ family: 'Normal', params }` in place of what a Normal knows.
 * All others are written out, and nothing else asks this table.
 */
const library: Readonly<Record<string, Forgotten>> = {
  Normal: forgotten(normalFamily),
  Laplace: forgotten(laplaceFamily),
  LogNormal: forgotten(logNormalFamily),
  Bernoulli: forgotten(bernoulliFamily),
  Categorical: forgotten(categoricalFamily),
  ContinuousBernoulli: forgotten(continuousBernoulliFamily),
  Poisson: forgotten(poissonFamily),
  NegativeBinomial: forgotten(negativeBinomialFamily),
  Delta: forgotten(deltaFamily),
}

/** Whether a name is that of a family of the library. */
export const isOfLibrary = (family: string): boolean => Object.hasOwn(library, family)

/** The names of the parameters of a family of the library. */
export const paramNamesOf = (family: string): readonly string[] =>
  isOfLibrary(family) ? (library[family]?.params ?? []) : []

/** A distribution of a family of the library from what it stores, or nothing where there is no such family. */
export const madeOf = (family: string, params: Params, problems: readonly string[] = []): AnyDist | undefined => {
  const entry = isOfLibrary(family) ? library[family] : undefined
  const [event] = Object.values(params)
  return entry === undefined || event === undefined ? undefined : entry.make(event, params, problems)
}

/** Whether a distribution is exactly what the library makes of its name and its parameters, so that those two tell all of it. */
export const isLibraryMade = (dist: AnyDist): boolean => {
  const again = madeOf(dist.family, dist.params, dist.problems)
  if (again === undefined || again.support !== dist.support || again.scores !== dist.scores) return false
  const [roots, others] = [rootsOf(again), rootsOf(dist)]
  return roots.length === others.length && roots.every((root, i) => root === others[i])
}
