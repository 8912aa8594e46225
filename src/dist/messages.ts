/** Every text about distributions, once as a type and once as a value. Shapes and numbers come in as shown by shape/show.ts. */

import { type Advice, advice } from '../call/advice.ts'

export type noClosedForm<
  Where extends string,
  Q extends string,
  P extends string,
> = `${Where}: no closed-form KL(${Q} || ${P}); use ${Advice['sampledKl']}`
export const noClosedForm = <W extends string, Q extends string, P extends string>(
  where: W,
  q: Q,
  p: P,
): noClosedForm<W, Q, P> => `${where}: no closed-form KL(${q} || ${p}); use ${advice.sampledKl}`

export type oddLast<
  Name extends string,
  Got extends string,
> = `${Name} with a scale per output needs an even last dimension (locations, then log-variances) but got ${Got}`
export const oddLast = <N extends string, G extends string>(name: N, got: G): oddLast<N, G> =>
  `${name} with a scale per output needs an even last dimension (locations, then log-variances) but got ${got}`

export type notPositive<
  Name extends string,
  Got extends string,
  What extends string = 'scale',
> = `${Name}: ${What} must be a positive number but got ${Got}`
/** A scale, or another parameter above 0, that is a number in a type: itself where it can be one, else the message. */
export type positive<N, Name extends string, What extends string = 'scale'> = N extends number
  ? number extends N
    ? N
    : `${N}` extends '0' | `-${string}`
      ? notPositive<Name, `${N}`, What>
      : N
  : N
export const notPositive = <N extends string, G extends string, W extends string>(
  name: N,
  got: G,
  what: W,
): notPositive<N, G, W> => `${name}: ${what} must be a positive number but got ${got}`

export type notEnumerable<F extends string> =
  `enumerate takes a Categorical or a Bernoulli, whose values can be counted, but got ${F}`
export const notEnumerable = <F extends string>(family: F): notEnumerable<F> =>
  `enumerate takes a Categorical or a Bernoulli, whose values can be counted, but got ${family}`

export type noCategories<Got extends string> = `Categorical needs its categories in the last dimension but got ${Got}`
export const noCategories = <G extends string>(got: G): noCategories<G> =>
  `Categorical needs its categories in the last dimension but got ${got}`

export const notOfRows = (what: string, got: string, rows: string): string =>
  `${what} over rows ${rows}, [components, dimensions], does not take ${got}`

export type parametersDiffer<Name extends string> = `${Name}: parameters must be numbers, or expressions of one shape`
export const parametersDiffer = <N extends string>(name: N): parametersDiffer<N> =>
  `${name}: parameters must be numbers, or expressions of one shape`

export const noSuchParameter = (density: string, name: string, known: readonly string[]): string =>
  known.includes(name)
    ? `${density}: parameter '${name}' is missing; give ${known.join(', ')}`
    : `${density} has no parameter '${name}'; it has ${known.join(', ')}`

export const nameOfLibrary = (name: string): string =>
  `density '${name}': the library has a family of this name; choose another`

export const unknownOther = (density: string, other: string): string =>
  `density '${density}': kl names '${other}', which is neither ${density} nor a family of the library`

export const bijectorShape = (bijector: string, of: string, event: string): string =>
  `${bijector} is of events ${of} but the distribution is over ${event}`
export const outsideBijector = (bijector: string, family: string): string =>
  `${bijector} does not take all values of ${family}`
export const noJacobian = (family: string): string =>
  `transformed takes a distribution on the real line, (0, ∞) or [0, 1]; ${family} is on a discrete set`
export const maskShape = (what: string, got: string, family: string, terms: string): string =>
  `${what}: ${got} does not fit ${family}, whose log-density has terms ${terms}`

export const neitherMeanNorDraw = (density: string): string =>
  `density '${density}': give it a mean or a sample, for reconstructions show one of the two`
