import { callback, described, program, text } from '../call/Kind.ts'
import { Mistake, mistakeIn, mistakeText } from '../call/Mistake.ts'
import { takes } from '../call/takes.ts'
import { delta } from '../dist/Delta.ts'
import type { AnyDist } from '../dist/Dist.ts'
import { type AnyExpr, broken, type Expr, exprOf } from '../expr/Expr.ts'
import { traced } from '../nn/trace.ts'
import type { Shape } from '../shape/Shape.ts'
import type { show } from '../shape/show.ts'
import { type Fields, placeholder } from './Field.ts'
import { alreadyBound, notADistribution, notAnExpression, notInScope, type wrongShape } from './messages.ts'
import type { AnyProgram, Program, Site, Variables } from './Program.ts'

/**
 * A scope with one more name; a name known late cannot be told from the others, so it is in no callback's type. `& {}` changes nothing but
 * what the compiler prints: the names in scope, not the name of this type.
 */
type Put<Scope, K extends string, V> = string extends K
  ? Scope
  : { readonly [P in keyof Scope | K]: P extends K ? V : P extends keyof Scope ? Scope[P] : never } & {}

/** A name, or the message where what the callback reads has it already. */
type Fresh<K extends string, Env> = K extends keyof Env ? alreadyBound<K> : K
type namesOf<V extends Variables> = string extends V[number][0] ? never : V[number][0]

/**
 * What a step follows: a program with a scope that its callback can read, or the message. Env is what the callback reads: the scope
 * itself, unless the callback says what it takes.
 */
type Before<K extends string, Env, Scope, G extends Fields, L extends Variables, O extends Variables> = K extends
  namesOf<O> | Exclude<keyof Scope, keyof Env>
  ? alreadyBound<K>
  : Scope extends Env
    ? Program<Env, G, L, O> & { readonly env: Scope }
    : unreadable<K, Env, Scope>

/** Why a callback that takes Env cannot be called in this scope. */
type unreadable<K extends string, Env, Scope> = {
  readonly [N in keyof Env & string]: N extends keyof Scope
    ? Scope[N] extends Env[N]
      ? never
      : wrongShape<K, N, shapeIn<Env[N]>, shapeIn<Scope[N]>>
    : notInScope<K, N>
}[keyof Env & string]
type shapeIn<X> = X extends Expr<infer S> ? show<S> : '?'

/**
 * What a failed inner expression leaves behind is `unknown`; it passes, and becomes a distribution (an expression) known late, so that
 * nothing else is blamed.
 */
type AsDist<D> = unknown extends D ? AnyDist : D extends AnyDist ? D : never
type Returns<K extends string, D> = unknown extends D ? D : D extends AnyDist ? D : notADistribution<K>
type AsExpr<X> = unknown extends X ? AnyExpr : X extends AnyExpr ? X : never
type Gives<K extends string, X> = unknown extends X ? X : X extends AnyExpr ? X : notAnExpression<K>

/** What the steps are to the compiler. */
interface Steps {
  readonly latent: <const K extends string, Env extends object, D>(
    name: Fresh<K, Env> & string,
    distribution: (env: Env) => Returns<K, D>,
  ) => <Scope extends object, G extends Fields, L extends Variables, O extends Variables>(
    program: Before<K, Env, Scope, G, L, O>,
  ) => Program<Put<Scope, K, Expr<AsDist<D>['shape']>>, G, [...L, [K, AsDist<D>]], O>

  readonly observe: <const K extends string, Env extends object, D>(
    name: Fresh<K, Env> & string,
    likelihood: (env: Env) => Returns<K, D>,
  ) => <Scope extends object, G extends Fields, L extends Variables, O extends Variables>(
    program: Before<K, Env, Scope, G, L, O>,
  ) => Program<Scope, G, L, [...O, [K, AsDist<D>]]>

  readonly define: <const K extends string, Env extends object, X>(
    name: Fresh<K, Env> & string,
    value: (env: Env) => Gives<K, X>,
  ) => <Scope extends object, G extends Fields, L extends Variables, O extends Variables>(
    program: Before<K, Env, Scope, G, L, O>,
  ) => Program<Put<Scope, K, AsExpr<X>>, G, L, O>
}

type Callback = (env: never) => unknown

const hasProblems = (value: unknown): value is { readonly problems: readonly string[] } =>
  typeof value === 'object' && value !== null && 'problems' in value
const isExpr = (value: unknown): value is AnyExpr => hasProblems(value) && 'node' in value
const isDist = (value: unknown): value is AnyDist => hasProblems(value) && 'family' in value

/** The scope as a callback reads it; `absent` collects the names that it asks for in vain. */
const watched = (env: object, absent: Set<string>): object =>
  new Proxy(env, {
    get: (scope, name, self): unknown => {
      if (typeof name === 'string' && !(name in scope)) absent.add(name)
      return Reflect.get(scope, name, self)
    },
  })

/**
 * What the callback answers, or what it did wrong where nobody type-checked it. What else it throws is the user's own and passes.
 */
const answerOf = <V>(
  name: string,
  callback: Callback,
  env: object,
  is: (value: unknown) => value is V,
  otherwise: (name: string) => string,
): V | Mistake | readonly string[] => {
  const absent = new Set<string>()
  const unbound = (): Mistake | undefined => {
    const [first] = absent
    return first === undefined ? undefined : new Mistake(notInScope(name, first, Object.keys(env)))
  }
  try {
    // The scope is what the callback reads: `Before` lets no other program in.
    const value = callback(watched(env, absent) as never)
    if (is(value)) return value
    // Of the wrong kind, and wrong already: the first mistake explains the second.
    if (hasProblems(value) && value.problems.length > 0) return value.problems
    return unbound() ?? new Mistake(`${otherwise(name)} but returned ${described(value)}`)
  } catch (thrown) {
    const mistake = thrown instanceof TypeError && absent.size > 0 ? unbound() : mistakeIn(thrown)
    if (mistake === undefined) throw thrown
    return Object.assign(mistake, thrown instanceof Error ? { stack: thrown.stack } : {})
  }
}

/**
 * A step without its types: run the callback where its layers are named after it, and extend the program by what it answered. What was
 * wrong inside is reported once, here; a later callback that reads the result finds it broken and says no more.
 */
const step =
  <V extends { readonly problems: readonly string[] }>(
    is: (value: unknown) => value is V,
    otherwise: (name: string) => string,
    absent: (...problems: readonly string[]) => V,
    extend: (name: string, value: V, problems: readonly string[]) => Extension,
  ) =>
  (name: string, callback: Callback) =>
  (program: AnyProgram): object => {
    const known = program.problems
    if (Object.hasOwn(program.env, name) || program.sites.some((s) => s.name === name))
      return withoutValue(program, name, alreadyBound(name))
    const { value, problems } = traced([name], () => answerOf(name, callback, program.env, is, otherwise))
    const made = value instanceof Mistake ? absent(mistakeText(value)) : is(value) ? value : absent(...value)
    const placed = made.problems.map((p) =>
      known.includes(p) || p.startsWith(`'${name}'`) || p.startsWith(`'${name}/`) ? p : `'${name}': ${p}`,
    )
    const { env = {}, site } = extend(name, made, placed)
    return {
      ...program,
      env: { ...program.env, ...env },
      sites: site === undefined ? program.sites : [...program.sites, site],
      problems: [...known, ...problems, ...placed.filter((p) => !known.includes(p))],
    }
  }

type Extension = Partial<Pick<AnyProgram, 'env'> & { readonly site: Site }>

/** A name bound twice: which of the two a later callback or the other half means cannot be known, so neither is judged any further. */
const withoutValue = (program: AnyProgram, name: string, problem: string): AnyProgram => ({
  ...program,
  env: Object.hasOwn(program.env, name) ? { ...program.env, [name]: broken(problem) } : program.env,
  sites: program.sites.map((s) => (s.name === name ? { ...s, dist: { ...s.dist, problems: [problem] } } : s)),
  problems: [...new Set([...program.problems, problem])],
})

const absentDist = (...problems: readonly string[]): AnyDist => delta(broken<[]>(...problems))
/** What later callbacks read of a variable: a leaf of its name, until the objective says what stands for it. */
const valueOf = (name: string, dist: AnyDist): AnyExpr =>
  dist.problems.length > 0 ? broken(...dist.problems) : placeholder(name, dist.shape, dist.support)

const placedDist = (dist: AnyDist, problems: readonly string[]): AnyDist => ({ ...dist, problems })

// Names and shapes of the result are those that the types of Steps state.
const steps = {
  latent: step(isDist, notADistribution, absentDist, (name, dist, problems) => ({
    env: { [name]: valueOf(name, placedDist(dist, problems)) },
    site: { kind: 'latent', name, dist: placedDist(dist, problems) },
  })),
  observe: step(isDist, notADistribution, absentDist, (name, dist, problems) => ({
    site: { kind: 'observed', name, dist: placedDist(dist, problems) },
  })),
  define: step(isExpr, notAnExpression, broken<Shape>, (name, value, problems) => ({
    env: { [name]: exprOf<Shape>(value.node, problems) },
  })),
} as Steps
const arguments_ = [[text, callback], [program]] as const

/**
 * A latent variable with its distribution given what is in scope; later callbacks see its value under its name.
 *
 * Errors   `alreadyBound`, `notADistribution`, `notInScope`, `wrongShape`
 * @example pipe(model, latent('z2', () => standardNormal(10)), latent('z1', ({ z2 }) => pipe(z2, dense(40), diagonalNormal(20))))
 */
export const latent: Steps['latent'] = takes('latent', steps.latent, ...arguments_)

/**
 * An observation: the likelihood of the data of this name, given what is in scope.
 *
 * Errors   those of {@link latent}
 * @example pipe(model, latent('z', () => standardNormal(20)), observe('x', ({ z }) => pipe(z, dense(784), bernoulli)))
 */
export const observe: Steps['observe'] = takes('observe', steps.observe, ...arguments_)

/**
 * A deterministic value for later callbacks to share, such as an encoder's hidden layers under several latents.
 *
 * Errors   `alreadyBound`, `notInScope`, `wrongShape`
 */
export const define: Steps['define'] = takes('define', steps.define, ...arguments_)
