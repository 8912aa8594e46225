import { fields } from '../call/Kind.ts'
import { takes } from '../call/takes.ts'
import { type AnyDist, rootsOf } from '../dist/Dist.ts'
import { type Expr, problemsOf } from '../expr/Expr.ts'
import type { Node } from '../expr/Op.ts'
import { type Fields, placeholder } from './Field.ts'

/** One random variable in a type: name and distribution. Kept in order, as a tuple, so that messages come in order. */
type Variable = readonly [name: string, dist: AnyDist]
export type Variables = readonly Variable[]

/** One random variable as a value. Latent values are leaves of its name until the objective says what stands for them. */
export interface Site {
  readonly kind: 'latent' | 'observed'
  readonly name: string
  readonly dist: AnyDist
}

/**
 * A probabilistic program for one datum, written as do-notation over a record of values in scope: what it is given, then its latents
 * and observations in order, each a step of `step.ts`. A model and its guide are both programs; `vae` holds them together.
 */
export interface Program<Env, G extends Fields, L extends Variables, O extends Variables> {
  readonly env: Env
  readonly given: G
  readonly sites: readonly Site[]
  readonly problems: readonly string[]
  /** what the types know of the sites; no values */
  readonly latents: L | undefined
  readonly observed: O | undefined
}
export type AnyProgram = Program<object, Fields, Variables, Variables>

/** `& {}` changes nothing but what the compiler prints: what is in it, not the name of this type. */
type EnvOf<G extends Fields> = { readonly [K in keyof G]: Expr<G[K]['shape']> } & {}

const makeGiven = <const G extends Fields>(fields: G): Program<EnvOf<G>, G, [], []> => {
  const env = Object.fromEntries(
    Object.entries(fields).map(([name, f]) => [name, placeholder(name, f.shape, f.support)]),
  )
  const problems = problemsOf(...Object.values(env))
  // The entries of `fields` under the same names, as EnvOf says.
  return { env: env as EnvOf<G>, given: fields, sites: [], problems, latents: undefined, observed: undefined }
}

/**
 * A program that is given values: data for a guide, a condition for a conditional model.
 *
 * @example  pipe(given({ x: binary(28, 28, 1) }), latent('z', ({ x }) => pipe(x, flatten, dense(40), diagonalNormal(20))))
 */
export const given: typeof makeGiven = takes('given', makeGiven, [fields])

/** The program that is given nothing: where a model starts. */
export const model: Program<{}, {}, [], []> = given({})

/** Every vertex that the program's distributions are made of. */
export const programRoots = (program: Pick<AnyProgram, 'sites'>): readonly Node[] =>
  program.sites.flatMap((s) => rootsOf(s.dist))
