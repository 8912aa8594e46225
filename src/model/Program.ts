import type { AnyDist } from '../dist/Dist.ts'
import type { Expr } from '../expr/Expr.ts'
import type { Node } from '../expr/Op.ts'
import { traced } from '../nn/trace.ts'
import type { Shape } from '../shape/Shape.ts'
import { type Fields, placeholder } from './Field.ts'
import { alreadyBound, type notADistribution } from './messages.ts'

/** One random variable in a type: name and distribution. Kept in order, as a tuple, so that messages come in order. */
export type Variable = readonly [name: string, dist: AnyDist]
export type Variables = readonly Variable[]

/** One random variable as a value. Latent values are leaves of its name until the objective says what stands for them. */
export interface Site {
  readonly kind: 'latent' | 'observed'
  readonly name: string
  readonly dist: AnyDist
}

/**
 * A probabilistic program for one datum, written as do-notation over a record of values in scope: what it is given, then its latents
 * and observations in order. A model and its guide are both programs; `vae` holds them together.
 */
export interface Program<Env, G extends Fields, L extends Variables, O extends Variables> {
  readonly env: Env
  readonly given: G
  readonly sites: readonly Site[]
  readonly problems: readonly string[]
  /** what the types know of the sites; no value */
  readonly latents?: L
  readonly observed?: O
}
export type AnyProgram = Program<object, Fields, Variables, Variables>

type Put<R, K extends string, V> = { readonly [P in keyof R | K]: P extends K ? V : P extends keyof R ? R[P] : never }
type Fresh<K extends string, Env> = K extends keyof Env ? alreadyBound<K> : K
/** What a failed inner expression leaves behind is `unknown`; it becomes a distribution known late, so that nothing else is blamed. */
export type AsDist<D> = unknown extends D ? AnyDist : D extends AnyDist ? D : never
type Returns<K extends string, D> = unknown extends D ? unknown : D extends AnyDist ? unknown : notADistribution<K>
type EnvOf<G extends Fields> = { readonly [K in keyof G]: Expr<G[K]['shape']> }

/**
 * A program that is given values: data for a guide, a condition for a conditional model.
 *
 * @example  pipe(given({ x: binary(28, 28, 1) }), latent('z', ({ x }) => pipe(x, flatten, dense(40), diagonalNormal(20))))
 */
export const given = <const G extends Fields>(fields: G): Program<EnvOf<G>, G, [], []> => {
  const env = Object.fromEntries(
    Object.entries(fields).map(([name, f]) => [name, placeholder(name, f.shape, f.support)]),
  )
  // The entries of `fields` under the same names, as EnvOf says.
  return { env: env as EnvOf<G>, given: fields, sites: [], problems: [] }
}

/** The program that is given nothing: where a model starts. */
export const model: Program<{}, {}, [], []> = given({})

/** The parts of a program's next step that need no types: run the callback where its layers are named, and record what went wrong. */
const step = <V extends { readonly problems: readonly string[] }>(
  program: AnyProgram,
  name: string,
  run: (env: object) => V,
): { readonly value: V; readonly problems: readonly string[] } => {
  const { value, problems } = traced([name], () => run(program.env))
  const bound = name in program.env ? [alreadyBound(name)] : []
  return {
    value,
    problems: [
      ...program.problems,
      ...bound,
      ...problems,
      ...value.problems.map((p) => (p.startsWith(`'${name}`) ? p : `'${name}': ${p}`)),
    ],
  }
}
const extend = (program: AnyProgram, name: string, value: Expr<Shape>): object => ({ ...program.env, [name]: value })

/**
 * A latent variable with its distribution given what is in scope; later callbacks see its value under its name.
 *
 * Errors  a name that is bound already
 */
export const latent =
  <const K extends string, Env extends object, D>(
    name: Fresh<K, Env> & string,
    distribution: (env: Env) => D & Returns<K, NoInfer<D>>,
  ) =>
  <G extends Fields, L extends Variables, O extends Variables>(
    program: Program<Env, G, L, O>,
  ): Program<Put<Env, K, Expr<AsDist<D>['shape']>>, G, [...L, [K, AsDist<D>]], O> => {
    const { value, problems } = step(program, name, (env) => distribution(env as Env) as AnyDist)
    const env = extend(program, name, placeholder(name, value.shape, value.support))
    return {
      env: env as Put<Env, K, Expr<AsDist<D>['shape']>>,
      given: program.given,
      sites: [...program.sites, { kind: 'latent', name, dist: value }],
      problems,
    }
  }

/** An observation: the likelihood of the data of this name, given what is in scope. */
export const observe =
  <const K extends string, Env extends object, D>(name: K, likelihood: (env: Env) => D & Returns<K, NoInfer<D>>) =>
  <G extends Fields, L extends Variables, O extends Variables>(
    program: Program<Env, G, L, O>,
  ): Program<Env, G, L, [...O, [K, AsDist<D>]]> => {
    const { value, problems } = step(program, name, (env) => likelihood(env as Env) as AnyDist)
    return {
      env: program.env,
      given: program.given,
      sites: [...program.sites, { kind: 'observed', name, dist: value }],
      problems,
    }
  }

/** A deterministic value for later callbacks to share, such as an encoder's hidden layers under several latents. */
export const define =
  <const K extends string, Env extends object, S extends Shape>(
    name: Fresh<K, Env> & string,
    value: (env: Env) => Expr<S>,
  ) =>
  <G extends Fields, L extends Variables, O extends Variables>(
    program: Program<Env, G, L, O>,
  ): Program<Put<Env, K, Expr<S>>, G, L, O> => {
    const made = step(program, name, (env) => value(env as Env))
    return {
      env: extend(program, name, made.value) as Put<Env, K, Expr<S>>,
      given: program.given,
      sites: program.sites,
      problems: made.problems,
    }
  }

/** Every vertex that the program's distributions are made of. */
export const programRoots = (program: Pick<AnyProgram, 'sites'>): readonly Node[] =>
  program.sites.flatMap((s) => Object.values(s.dist.params))
