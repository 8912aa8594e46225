import { distribution } from '../call/Kind.ts'
import { takes } from '../call/takes.ts'
import { literal } from '../expr/build.ts'
import type { Node } from '../expr/Op.ts'
import { sizeOf } from '../expr/Tensor.ts'
import type { ArgE } from '../shape/Shape.ts'
import type { AnyDist, Dist } from './Dist.ts'
import { notEnumerable } from './messages.ts'

/** A distribution on finitely many values. */
type isEnumerable<D extends AnyDist> = [Extract<D['support'], 'binary' | 'oneHot'>] extends [never] ? false : true
const isEnumerable = ({ support }: AnyDist): boolean => support === 'binary' || support === 'oneHot'

/** A message, or `never`; a support known late is judged by the value. */
type mismatch<D extends AnyDist> = isEnumerable<D> extends true ? never : notEnumerable<D['family']>

export type Enumerated<D extends AnyDist> = Dist<
  D['family'],
  D['shape'],
  D['support'],
  'enumerated',
  keyof D['klTo'] & string,
  D['scores']
>

/** How the values of a distribution are counted: independent choices, each among so many. */
const choices = ({ shape, support }: AnyDist): { readonly each: number; readonly of: number } =>
  support === 'oneHot' ? { each: shape.at(-1) ?? 1, of: sizeOf(shape.slice(0, -1)) } : { each: 2, of: sizeOf(shape) }

/** How many values there are. Range  Infinity where they cannot be enumerated */
export const countOfValues = (dist: AnyDist): number => {
  if (!isEnumerable(dist)) return Infinity
  const { each, of } = choices(dist)
  return each ** of
}

/** Value number `index` of a distribution: its choices are the digits of the index, the first the slowest. */
const valueAt = (dist: AnyDist, index: number): readonly number[] => {
  if (!isEnumerable(dist)) return []
  const { each, of } = choices(dist)
  const digits = Array.from({ length: of }, (_, i) => Math.floor(index / each ** (of - 1 - i)) % each)
  return dist.support === 'binary'
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

const makeEnumerate = <D extends AnyDist>(dist: ArgE<mismatch<D>, D>): Enumerated<D> => {
  // For callers never other than D; inside a generic function the condition is not decided yet.
  const given = dist as AnyDist
  const problems = isEnumerable(given) ? given.problems : [...given.problems, notEnumerable(given.family)]
  return { ...given, sampling: 'enumerated', problems } as Enumerated<D>
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
export const enumerate: typeof makeEnumerate = takes('enumerate', makeEnumerate, [distribution])
