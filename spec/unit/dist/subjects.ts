import * as fc from 'fast-check'
import { bernoulli } from '../../../src/dist/Bernoulli.ts'
import { categorical } from '../../../src/dist/Categorical.ts'
import { continuousBernoulli } from '../../../src/dist/ContinuousBernoulli.ts'
import type { AnyDist } from '../../../src/dist/Dist.ts'
import { laplace } from '../../../src/dist/Laplace.ts'
import { logNormal } from '../../../src/dist/LogNormal.ts'
import { normal } from '../../../src/dist/Normal.ts'
import { literal } from '../../../src/expr/build.ts'
import type { Node } from '../../../src/expr/Op.ts'
import { panels } from './quadrature.ts'
import { vector } from './values.ts'

/**
 * A one-dimensional family as the laws see it: `make` repeats one set of parameters over n coordinates, so that one graph holds every
 * point; `support` are points with weights for which Σ w f(x) is ∫ f (or the sum over a discrete support) for f = density × something.
 */
export interface Subject<P> {
  readonly name: string
  readonly parameters: fc.Arbitrary<P>
  readonly make: (parameters: P, n: number) => AnyDist
  readonly support: (
    parameters: P,
    other?: P,
  ) => { readonly points: readonly number[]; readonly weights: readonly number[] }
}

export interface LocationScale {
  readonly loc: number
  readonly scale: number
}

const real = (min: number, max: number): fc.Arbitrary<number> => fc.double({ min, max, noNaN: true })
const locationScale = fc.record({ loc: real(-3, 3), scale: real(0.1, 3) })
const repeated = (value: number, n: number) => vector(Array.from({ length: n }, () => value))

/** Breaks at the location and at multiples of the scale on both sides, and at another distribution's location, where it has a kink. */
const around = (
  { loc, scale }: LocationScale,
  multiples: readonly number[],
  other?: LocationScale,
): readonly number[] =>
  [
    loc,
    ...(other === undefined ? [] : [other.loc]),
    ...multiples.flatMap((m) => [loc - m * scale, loc + m * scale]),
  ].toSorted((a, b) => a - b)

export const normals: Subject<LocationScale> = {
  name: 'Normal',
  parameters: locationScale,
  make: ({ loc, scale }, n) => normal(repeated(loc, n), scale),
  support: (p, other) => panels(around(p, [1, 2, 3, 4, 6, 8, 12], other)),
}

export const laplaces: Subject<LocationScale> = {
  name: 'Laplace',
  parameters: locationScale,
  make: ({ loc, scale }, n) => laplace(repeated(loc, n), scale),
  support: (p, other) => panels(around(p, [2, 5, 10, 15, 20, 30, 40], other)),
}

export const logNormals: Subject<LocationScale> = {
  name: 'LogNormal',
  parameters: fc.record({ loc: real(-2, 2), scale: real(0.1, 1) }),
  make: ({ loc, scale }, n) => logNormal(repeated(loc, n), scale),
  // ∫ f(x) dx = ∫ f(eʸ) eʸ dy
  support: (p) => {
    const { points, weights } = panels(around(p, [1, 2, 3, 4, 6, 8, 12]))
    const x = points.map(Math.exp)
    return { points: x, weights: weights.map((w, i) => w * (x[i] ?? NaN)) }
  },
}

export const bernoullis: Subject<number> = {
  name: 'Bernoulli',
  parameters: real(-8, 8),
  make: (logits, n) => bernoulli(repeated(logits, n)),
  support: () => ({ points: [0, 1], weights: [1, 1] }),
}

export const continuousBernoullis: Subject<number> = {
  name: 'ContinuousBernoulli',
  parameters: real(-30, 30),
  make: (logits, n) => continuousBernoulli(repeated(logits, n)),
  support: () => panels([0, 0.05, 0.2, 0.5, 0.8, 0.95, 1]),
}

export const logits: fc.Arbitrary<readonly number[]> = fc.array(real(-5, 5), { minLength: 1, maxLength: 6 })

/** The K one-hot vectors, as a [K, K] vertex, and a Categorical over [K, K] with equal rows. */
export const categoricalRows = (row: readonly number[]): { readonly dist: AnyDist; readonly every: Node } => {
  const k = row.length
  const eye = row.flatMap((_, i) => row.map((_, j) => (i === j ? 1 : 0)))
  return {
    dist: categorical(
      vector(
        row.flatMap(() => row),
        [k, k],
      ),
    ),
    every: literal(eye, [k, k]),
  }
}
