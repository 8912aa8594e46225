/** Every text about distributions, once as a type and once as a value. Shapes and numbers come in as shown by shape/show.ts. */

export type noClosedForm<
  Where extends string,
  Q extends string,
  P extends string,
> = `${Where}: no closed-form KL(${Q} || ${P}); use elbo({ kl: 'sampled' })`
export const noClosedForm = <W extends string, Q extends string, P extends string>(
  where: W,
  q: Q,
  p: P,
): noClosedForm<W, Q, P> => `${where}: no closed-form KL(${q} || ${p}); use elbo({ kl: 'sampled' })`

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
