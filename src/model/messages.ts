import { namesLike } from '../namesLike.ts'
import { type Advice, advice } from '../call/advice.ts'
import type { Support } from '../expr/Op.ts'

/** Every text about programs, once as a type and once as a value; shapes and names come in as shown. */

/** How a message speaks of data. */
interface Holds {
  readonly real: 'real values'
  readonly positive: 'positive values'
  readonly unit: 'values in [0, 1]'
  readonly binary: 'zeros and ones'
  readonly oneHot: 'one-hot vectors'
  readonly count: 'counts'
}
interface Needs {
  readonly real: 'real data'
  readonly positive: 'positive data'
  readonly unit: 'data in [0, 1]'
  readonly binary: 'binary data'
  readonly oneHot: 'one-hot data'
  readonly count: 'count data'
}
interface Range {
  readonly real: 'real line'
  readonly positive: '(0, ∞)'
  readonly unit: '[0, 1]'
  readonly binary: '{0, 1}'
  readonly oneHot: 'one-hot vectors'
  readonly count: 'natural numbers'
}
const holds: Holds = {
  real: 'real values',
  positive: 'positive values',
  unit: 'values in [0, 1]',
  binary: 'zeros and ones',
  oneHot: 'one-hot vectors',
  count: 'counts',
}
const needs: Needs = {
  real: 'real data',
  positive: 'positive data',
  unit: 'data in [0, 1]',
  binary: 'binary data',
  oneHot: 'one-hot data',
  count: 'count data',
}
const range: Range = {
  real: 'real line',
  positive: '(0, ∞)',
  unit: '[0, 1]',
  binary: '{0, 1}',
  oneHot: 'one-hot vectors',
  count: 'natural numbers',
}

export type alreadyBound<Name extends string> = `name '${Name}' is already bound in this program`
export const alreadyBound = <N extends string>(name: N): alreadyBound<N> =>
  `name '${name}' is already bound in this program`

export type notADistribution<Site extends string> = `'${Site}': the callback must return a distribution`
export const notADistribution = <S extends string>(site: S): notADistribution<S> =>
  `'${site}': the callback must return a distribution`

export type notAnExpression<Site extends string> = `'${Site}': the callback must return an expression`
export const notAnExpression = <S extends string>(site: S): notAnExpression<S> =>
  `'${site}': the callback must return an expression`

export type notInScope<
  Site extends string,
  Name extends string,
> = `'${Site}': its callback takes '${Name}', which nothing before it binds`
/** The same, with what there is instead. */
export const notInScope = (site: string, name: string, bound: readonly string[]): string =>
  `'${site}': its callback takes '${name}', which nothing before it binds; ${bound.length === 0 ? 'nothing is bound there' : `bound there: ${namesLike(name, bound)}`}`
export type wrongShape<
  Site extends string,
  Name extends string,
  Wanted extends string,
  Got extends string,
> = `'${Site}': its callback takes '${Name}' with shape ${Wanted} but it has shape ${Got}`

export type notAProgram<Half extends string> = `the ${Half} must be a program: ${Advice['program']}`
export const notAProgram = <H extends string>(half: H): notAProgram<H> =>
  `the ${half} must be a program: ${advice.program}`

export type missingLatent<Name extends string> = `guide is missing latent '${Name}'`
export const missingLatent = <N extends string>(name: N): missingLatent<N> => `guide is missing latent '${name}'`

export type extraLatent<Name extends string> = `guide has latent '${Name}' that the model does not declare`
export const extraLatent = <N extends string>(name: N): extraLatent<N> =>
  `guide has latent '${name}' that the model does not declare`

export type guideObserves<Name extends string> = `guide observes '${Name}'; only a model observes`
export const guideObserves = <N extends string>(name: N): guideObserves<N> =>
  `guide observes '${name}'; only a model observes`

export type latentShapes<
  Name extends string,
  Q extends string,
  P extends string,
> = `latent '${Name}': shapes differ: q ${Q} vs p ${P}`
export const latentShapes = <N extends string, Q extends string, P extends string>(
  name: N,
  q: Q,
  p: P,
): latentShapes<N, Q, P> => `latent '${name}': shapes differ: q ${q} vs p ${p}`

export type latentSupport<
  Name extends string,
  Q extends string,
  P extends string,
  S extends Support,
> = `latent '${Name}': ${Q} has support outside ${P}'s ${Range[S]}`
export const latentSupport = (name: string, q: string, p: string, support: Support): string =>
  `latent '${name}': ${q} has support outside ${p}'s ${range[support]}`

/** What can be done about a distribution that is not reparameterised, by its support: what can be counted can be summed over. */
interface Instead {
  readonly oneHot: 'enumerate'
  readonly binary: 'enumerate'
}
type another = 'a reparameterised family such as diagonalNormal'
const another: another = 'a reparameterised family such as diagonalNormal'

export type notReparameterised<
  Name extends string,
  F extends string,
  S extends Support,
> = `latent '${Name}': ${F} is not reparameterised; use ${S extends keyof Instead ? Instead[S] : another}`
export const notReparameterised = (name: string, family: string, support: Support): string =>
  `latent '${name}': ${family} is not reparameterised; use ${support === 'oneHot' || support === 'binary' ? 'enumerate' : another}`

export type noDraw<
  Name extends string,
  F extends string,
> = `latent '${Name}': ${F} has no draw, which a guide needs; declare it with sample and reparameterised`
export const noDraw = (name: string, family: string): string =>
  `latent '${name}': ${family} has no draw, which a guide needs; declare it with sample and reparameterised`

export type scoresDraws<
  Name extends string,
  F extends string,
> = `'${Name}': ${F} cannot score values that it has not drawn; use it as a guide`
export const scoresDraws = (name: string, family: string): string =>
  `'${name}': ${family} cannot score values that it has not drawn; use it as a guide`

export const tooManyValues = (names: readonly string[], got: number, most: number): string =>
  `${names.map((name) => `'${name}'`).join(', ')}: ${got} values ${names.length === 1 ? '' : 'together '}are too many to enumerate; at most ${most}`

export type weighsItself<
  Name extends string,
  Objective extends string,
> = `latent '${Name}': ${Objective} sums an enumerated latent out whatever its guide says, so that the guide would not learn; use ${Advice['elbo']}`
export const weighsItself = <N extends string, O extends string>(name: N, objective: O): weighsItself<N, O> =>
  `latent '${name}': ${objective} sums an enumerated latent out whatever its guide says, so that the guide would not learn; use ${advice.elbo}`

export type drawsOnly<Name extends string> =
  `latent '${Name}': a bound of your own is made of draws, and an enumerated latent is not drawn; use ${Advice['elbo']}`
export const drawsOnly = <N extends string>(name: N): drawsOnly<N> =>
  `latent '${name}': a bound of your own is made of draws, and an enumerated latent is not drawn; use ${advice.elbo}`

export type noObservation = `the model observes nothing; add ${Advice['observe']}`
export const noObservation: noObservation = `the model observes nothing; add ${advice.observe}`

export type noDataFor<Name extends string> =
  `observed '${Name}': the guide is given no '${Name}'; add it to ${Advice['given']}`
export const noDataFor = <N extends string>(name: N): noDataFor<N> =>
  `observed '${name}': the guide is given no '${name}'; add it to ${advice.given}`

export type observedShapes<
  Name extends string,
  P extends string,
  X extends string,
> = `observed '${Name}': the likelihood has shape ${P} but the data has shape ${X}`
export const observedShapes = <N extends string, P extends string, X extends string>(
  name: N,
  likelihood: P,
  data: X,
): observedShapes<N, P, X> =>
  `observed '${name}': the likelihood has shape ${likelihood} but the data has shape ${data}`

export type observedSupport<
  Name extends string,
  F extends string,
  S extends Support,
  X extends Support,
> = `observed '${Name}': ${F} needs ${Needs[S]} but '${Name}' holds ${Holds[X]}`
export const observedSupport = (name: string, family: string, support: Support, data: Support): string =>
  `observed '${name}': ${family} needs ${needs[support]} but '${name}' holds ${holds[data]}`

export type pointLikelihood<
  Name extends string,
  F extends string,
> = `observed '${Name}': the log-likelihood of a ${F} is −∞ wherever it does not hit the data; use ${Advice['gaussian']}`
export const pointLikelihood = <N extends string, F extends string>(name: N, family: F): pointLikelihood<N, F> =>
  `observed '${name}': the log-likelihood of a ${family} is −∞ wherever it does not hit the data; use ${advice.gaussian}`

export type givenShapes<
  Name extends string,
  M extends string,
  G extends string,
> = `given '${Name}': shapes differ: model ${M} vs guide ${G}`
export const givenShapes = <N extends string, M extends string, G extends string>(
  name: N,
  model: M,
  guide: G,
): givenShapes<N, M, G> => `given '${name}': shapes differ: model ${model} vs guide ${guide}`

export type givenSupports<
  Name extends string,
  M extends Support,
  G extends Support,
> = `given '${Name}': the model takes ${Holds[M]} but the guide ${Holds[G]}`
export const givenSupports = (name: string, model: Support, guide: Support): string =>
  `given '${name}': the model takes ${holds[model]} but the guide ${holds[guide]}`

export type noDensity<
  Name extends string,
  Q extends string,
  P extends string,
> = `latent '${Name}': KL(${Q} || ${P}) is infinite, for a Delta has no density; use ${Advice['autoencoder']}`
export const noDensity = <N extends string, Q extends string, P extends string>(
  name: N,
  q: Q,
  p: P,
): noDensity<N, Q, P> =>
  `latent '${name}': KL(${q} || ${p}) is infinite, for a Delta has no density; use ${advice.autoencoder}`

export type noField<Name extends string> = `data has no field '${Name}', which the program is given`
export const noField = <N extends string>(name: N): noField<N> =>
  `data has no field '${name}', which the program is given`

export type fieldShape<
  Name extends string,
  X extends string,
  G extends string,
> = `data field '${Name}' has shape ${X} but the program is given ${G}`
export const fieldShape = <N extends string, X extends string, G extends string>(
  name: N,
  data: X,
  given: G,
): fieldShape<N, X, G> => `data field '${name}' has shape ${data} but the program is given ${given}`

export type fieldSupport<
  Name extends string,
  X extends Support,
  G extends Support,
> = `data field '${Name}' holds ${Holds[X]} but the program is given ${Holds[G]}`
export const fieldSupport = (name: string, data: Support, given: Support): string =>
  `data field '${name}' holds ${holds[data]} but the program is given ${holds[given]}`

export const sharedDiffer = (name: string, a: string, b: string): string =>
  `'${name}': shared weights are used with shapes ${a} and ${b}`

export const sharedStart = (name: string): string => `'${name}': shared weights start from different values`

export { isOutside } from '../schedule/messages.ts'

export const nothingSticks: string = `elbo: stickingTheLanding needs kl: 'sampled', which it takes where kl is left out; use ${advice.sticking}`
