import { callback, text } from '../call/Kind.ts'
import { takes } from '../call/takes.ts'
import * as E from 'fp-ts/lib/Either.js'
import { node } from '../expr/node.ts'
import type { Init, Node } from '../expr/Op.ts'
import { layerTwice, nameTwice } from './messages.ts'

/**
 * Where a layer that is being applied stands in its program: the path that names its parameters, and what was applied there before. While
 * a program runs a user's callback there is one current scope; it is the only thing here that is not a value, and it never outlives
 * the callback.
 */
interface Scope {
  readonly path: readonly string[]
  /** parameters of the same name mean the same weights */
  readonly shared: boolean
  readonly counts: Map<string, number>
  readonly applied: Set<string>
  readonly problems: string[]
}

let current: Scope | undefined

const within = <A>(scope: Scope, run: () => A): A => {
  const outer = current
  current = scope
  try {
    return run()
  } finally {
    current = outer
  }
}

const scopeAt = (path: readonly string[], shared: boolean, problems: string[]): Scope => ({
  path,
  shared,
  counts: new Map(),
  applied: new Set(),
  problems,
})

/** How names begin that layers have which are applied outside every callback, until a program that reads them gives them theirs. */
export const OUTSIDE = 'outside-'
let places = 0
/** Each call of a layer there is a place of its own, as each line of a callback is: two equal ones are two. */
const newPlace = (): string => `${OUTSIDE}${places++}`

/** Run a callback of a program whose parameters are named `path/…`; what was wrong with the names comes back beside the result. */
export const traced = <A>(
  path: readonly string[],
  run: () => A,
): { readonly value: A; readonly problems: readonly string[] } => {
  const scope = scopeAt(path, false, [])
  return { value: within(scope, run), problems: scope.problems }
}

const makeNamed =
  <A extends readonly unknown[], B>(name: string, run: (...args: A) => B) =>
  (...args: A): B => {
    const outer = current ?? scopeAt([newPlace()], false, [])
    const [first = '', ...inner] = outer.path
    const key = `named ${name}`
    const uses = (outer.counts.get(key) ?? 0) + 1
    outer.counts.set(key, uses)
    const isTwice = uses > 1
    const isOutside = first.startsWith(OUTSIDE)
    const problem = nameTwice(outer.path.join('/'), name)
    if (isTwice && !isOutside && !outer.problems.includes(problem)) outer.problems.push(problem)
    // Outside nobody reads problems: another place with this name is one that the program refuses.
    const place = isTwice && isOutside ? newPlace() : first
    // Parameters of the second use have names of their own, so that nothing is said of their shapes besides.
    const own = isTwice && !isOutside ? `${name} (${uses})` : name
    return within(scopeAt([place, ...inner, own], outer.shared, outer.problems), () => run(...args))
  }

/**
 * Layers inside `run` are named `name/…`. For two equal layers on one input: `named('mean', dense(20))`.
 *
 * Errors  a name used twice in one place
 */
export const named: typeof makeNamed = takes('named', makeNamed, [text, callback])

const makeShare =
  <A extends readonly unknown[], B>(name: string, run: (...args: A) => B) =>
  (...args: A): B =>
    within(scopeAt(['shared', name], true, current?.problems ?? []), () => run(...args))

/** Layers inside `run` have the weights that every other `share` of this name has: tied weights, said aloud. */
export const share: typeof makeShare = takes('share', makeShare, [text, callback])

export type NewParam = (role: string, shape: readonly number[], init: Init) => Node

/**
 * Apply a layer: `construct` gets a maker of parameters named by path, `x/dense_0/kernel`. Outside a program every application is a
 * layer of its own, `outside-7/dense_0/kernel`, which the program that reads it names.
 *
 * Errors  the same layer on the same input twice in one place: it would be one layer, and nobody could say whether that was meant
 */
export const applyLayer = (
  kind: string,
  config: string,
  operands: readonly Node[],
  construct: (param: NewParam) => E.Either<string, Node>,
): E.Either<string, Node> => {
  const scope = current ?? scopeAt([newPlace()], false, [])
  const key = `${kind}(${config}) ${operands.map((o) => o.id).join(' ')}`
  if (!scope.shared && scope.applied.has(key))
    return E.left(layerTwice(scope.path.join('/'), `${kind}(${config})`, operands.length > 0))
  scope.applied.add(key)
  const count = scope.counts.get(kind) ?? 0
  scope.counts.set(kind, count + 1)
  const path = [...scope.path, `${kind}_${count}`].join('/')
  return construct((role, shape, init) => node('param', { name: `${path}/${role}`, shape, init }))
}
