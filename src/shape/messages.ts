/**
 * Every text about shapes, once as a type and once as a value. The compiler holds the two together: a function answers the type of its
 * name. Shapes and dimensions come in as shown by show.ts.
 */

export type notNatural<
  Where extends string,
  What extends string,
  Got extends string,
> = `${Where}: ${What} must be a whole number of at least 1 but got ${Got}`
export const notNatural = <W extends string, N extends string, G extends string>(
  where: W,
  what: N,
  got: G,
): notNatural<W, N, G> => `${where}: ${what} must be a whole number of at least 1 but got ${got}`

export type lastMismatch<
  Expected extends string,
  Got extends string,
> = `Dense expects last dimension ${Expected} but got ${Got}`
export const lastMismatch = <X extends string, G extends string>(expected: X, got: G): lastMismatch<X, G> =>
  `Dense expects last dimension ${expected} but got ${got}`

export type noLast<Where extends string> = `${Where} expects at least one dimension but got []`
export const noLast = <W extends string>(where: W): noLast<W> => `${where} expects at least one dimension but got []`

export type clash<A extends string, B extends string> = `${A} vs ${B}`
export const clash = <A extends string, B extends string>(a: A, b: B): clash<A, B> => `${a} vs ${b}`

export type cannotBroadcast<
  A extends string,
  B extends string,
  Clash extends string,
> = `cannot broadcast ${A} with ${B}: ${Clash}`
export const cannotBroadcast = <A extends string, B extends string, C extends string>(
  a: A,
  b: B,
  where: C,
): cannotBroadcast<A, B, C> => `cannot broadcast ${a} with ${b}: ${where}`

export type scalarOperand<A extends string, B extends string> = `matmul expects vectors or matrices but got ${A} x ${B}`
export const scalarOperand = <A extends string, B extends string>(a: A, b: B): scalarOperand<A, B> =>
  `matmul expects vectors or matrices but got ${a} x ${b}`

export type innerMismatch<
  A extends string,
  B extends string,
  Clash extends string,
> = `matmul: inner dimensions differ: ${A} x ${B} (${Clash})`
export const innerMismatch = <A extends string, B extends string, C extends string>(
  a: A,
  b: B,
  where: C,
): innerMismatch<A, B, C> => `matmul: inner dimensions differ: ${a} x ${b} (${where})`

export type leadingMismatch<
  A extends string,
  B extends string,
  Clash extends string,
> = `matmul: leading dimensions do not broadcast: ${A} x ${B} (${Clash})`
export const leadingMismatch = <A extends string, B extends string, C extends string>(
  a: A,
  b: B,
  where: C,
): leadingMismatch<A, B, C> => `matmul: leading dimensions do not broadcast: ${a} x ${b} (${where})`

export type notAnImage<
  Where extends string,
  Got extends string,
> = `${Where} expects [height, width, channels] but got ${Got}`
export const notAnImage = <W extends string, G extends string>(where: W, got: G): notAnImage<W, G> =>
  `${where} expects [height, width, channels] but got ${got}`

export type kernelTooLarge<
  Kernel extends string,
  Got extends string,
> = `conv2d: kernel ${Kernel} does not fit into ${Got} with padding 'valid'`
export const kernelTooLarge = <K extends string, G extends string>(kernel: K, got: G): kernelTooLarge<K, G> =>
  `conv2d: kernel ${kernel} does not fit into ${got} with padding 'valid'`

export type cannotView<
  From extends string,
  N extends string,
  To extends string,
  M extends string,
> = `reshape: cannot view ${From} (${N} elements) as ${To} (${M} elements)`
export const cannotView = <F extends string, N extends string, T extends string, M extends string>(
  from: F,
  n: N,
  to: T,
  m: M,
): cannotView<F, N, T, M> => `reshape: cannot view ${from} (${n} elements) as ${to} (${m} elements)`

export type notAnOrder<
  Axes extends string,
  Of extends string,
> = `transpose: ${Axes} is not an order of the axes of ${Of}`
export const notAnOrder = <A extends string, S extends string>(axes: A, of: S): notAnOrder<A, S> =>
  `transpose: ${axes} is not an order of the axes of ${of}`

export type axisOutside<
  Where extends string,
  Axis extends string,
  Of extends string,
> = `${Where}: axis ${Axis} is out of range for ${Of}`
export const axisOutside = <W extends string, A extends string, S extends string>(
  where: W,
  axis: A,
  of: S,
): axisOutside<W, A, S> => `${where}: axis ${axis} is out of range for ${of}`

export type axisTwice<
  Where extends string,
  Axes extends string,
  Of extends string,
> = `${Where}: axes ${Axes} name an axis of ${Of} twice`
export const axisTwice = <W extends string, A extends string, S extends string>(
  where: W,
  axes: A,
  of: S,
): axisTwice<W, A, S> => `${where}: axes ${axes} name an axis of ${of} twice`

export type ranksDiffer<A extends string, B extends string> = `concat: ranks differ: ${A} vs ${B}`
export const ranksDiffer = <A extends string, B extends string>(a: A, b: B): ranksDiffer<A, B> =>
  `concat: ranks differ: ${a} vs ${b}`

export type othersDiffer<
  Axis extends string,
  A extends string,
  B extends string,
> = `concat on axis ${Axis}: the other dimensions differ: ${A} vs ${B}`
export const othersDiffer = <X extends string, A extends string, B extends string>(
  axis: X,
  a: A,
  b: B,
): othersDiffer<X, A, B> => `concat on axis ${axis}: the other dimensions differ: ${a} vs ${b}`

export type badBound<Got extends string> = `slice: a bound must be a whole number of at least 0 but got ${Got}`
export const badBound = <G extends string>(got: G): badBound<G> =>
  `slice: a bound must be a whole number of at least 0 but got ${got}`

export type emptySlice<Begin extends string, End extends string> = `slice: nothing lies from ${Begin} up to ${End}`
export const emptySlice = <B extends string, N extends string>(begin: B, end: N): emptySlice<B, N> =>
  `slice: nothing lies from ${begin} up to ${end}`

export type sliceOutside<
  End extends string,
  Axis extends string,
  Of extends string,
> = `slice: ${End} is past the end of axis ${Axis} of ${Of}`
export const sliceOutside = <N extends string, A extends string, S extends string>(
  end: N,
  axis: A,
  of: S,
): sliceOutside<N, A, S> => `slice: ${end} is past the end of axis ${axis} of ${of}`

export type notTwice<
  Name extends string,
  E extends string,
  Twice extends string,
  Got extends string,
> = `${Name} over ${E} needs 2 x ${E} = ${Twice} parameters in the last dimension but got ${Got}`
export const notTwice = <F extends string, X extends string, T extends string, G extends string>(
  name: F,
  e: X,
  double: T,
  got: G,
): notTwice<F, X, T, G> =>
  `${name} over ${e} needs 2 x ${e} = ${double} parameters in the last dimension but got ${got}`

export type shapesDiffer<
  Where extends string,
  A extends string,
  B extends string,
> = `${Where}: shapes differ: ${A} vs ${B}`
export const shapesDiffer = <W extends string, A extends string, B extends string>(
  where: W,
  a: A,
  b: B,
): shapesDiffer<W, A, B> => `${where}: shapes differ: ${a} vs ${b}`
