import { literal } from '../expr/build.ts'
import type { Node } from '../expr/Op.ts'
import { sizeOf } from '../expr/Tensor.ts'
import type { ArgE } from '../shape/Shape.ts'
import type { AnyDist, Dist, Family } from './Dist.ts'
import { notEnumerable } from './messages.ts'

/** Families with finitely many values. */
type Enumerable = 'Bernoulli' | 'Categorical'

/** A message, or `never`; a family known late is judged by the value. */
type mismatch<F extends Family> = [Extract<F, Enumerable>] extends [never] ? notEnumerable<F> : never

export type Enumerated<D extends AnyDist> = Dist<D['family'], D['shape'], D['support'], 'enumerated'>

/** How the values of a family are counted, by the shape of its event: independent choices, each among so many. */
const choices: Readonly<
  Record<Enumerable, (shape: readonly number[]) => { readonly each: number; readonly of: number }>
> = {
  Bernoulli: (shape) => ({ each: 2, of: sizeOf(shape) }),
  Categorical: (shape) => ({ each: shape.at(-1) ?? 1, of: sizeOf(shape.slice(0, -1)) }),
}
const isEnumerable = (family: Family): family is Enumerable => Object.hasOwn(choices, family)

/** How many values there are. Range  Infinity where they cannot be enumerated */
export const countOfValues = ({ family, shape }: AnyDist): number => {
  if (!isEnumerable(family)) return Infinity
  const { each, of } = choices[family](shape)
  return each ** of
}

/** Value number `index` of a distribution: its choices are the digits of the index, the first the slowest. */
const valueAt = ({ family, shape }: AnyDist, index: number): readonly number[] => {
  if (!isEnumerable(family)) return []
  const { each, of } = choices[family](shape)
  const digits = Array.from({ length: of }, (_, i) => Math.floor(index / each ** (of - 1 - i)) % each)
  return family === 'Bernoulli'
    ? digits
    : digits.flatMap((digit) => Array.from({ length: each }, (_, k) => Number(k === digit)))
}

/**
 * The values of several distributions together, every one with every other's. Shapes  [values, ...event] for each distribution, where `values`
 * is the product of their counts; the last changes fastest
 */
export const jointValues = (dists: readonly AnyDist[]): readonly Node[] => {
  const counts = dists.map(countOfValues)
  const all = counts.reduce((n, count) => n * count, 1)
  return dists.map((dist, i) => {
    const faster = counts.slice(i + 1).reduce((n, count) => n * count, 1)
    const rows = Array.from({ length: all }, (_, at) => valueAt(dist, Math.floor(at / faster) % (counts[i] ?? 1)))
    return literal(rows.flat(), [all, ...dist.shape])
  })
}

/**
 * A guide's discrete latent, summed out: wherever an objective averages over it, it takes every value, weighed by its probability. No draw,
 * no noise, and an exact gradient; the price is that all that depends on the latent is computed once a value.
 *
 *   E_q(k) E_q(z|k) f(k, z) = Σₖ q(k) E_q(z|k) f(k, z)
 *
 * The values share the noise of later latents, so that between them only the value differs.
 *
 * Errors   `notEnumerable`; more than 4096 values of all enumerated latents together, told by `vae`
 * Source   Kingma, Rezende, Mohamed & Welling 2014, arXiv:1406.5298, eq. 7
 * @example  pipe(given({ x: binary(28, 28, 1) }), latent('k', ({ x }) => pipe(x, flatten, dense(10), categorical, enumerate)))
 */
export const enumerate = <D extends AnyDist>(dist: ArgE<mismatch<D['family']>, D>): Enumerated<D> => {
  // For callers never other than D; inside a generic function the condition is not decided yet.
  const given = dist as AnyDist
  const problems = isEnumerable(given.family) ? given.problems : [...given.problems, notEnumerable(given.family)]
  return { ...given, sampling: 'enumerated', problems } as Enumerated<D>
}
