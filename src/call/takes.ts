import { described, type Kind } from './Kind.ts'
import { Mistake } from './Mistake.ts'
import { type Called, usage } from './usage.ts'

type Callable = (...given: never[]) => unknown
type Stage = readonly Kind[]

const ordinals = ['', ' as its second argument', ' as its third argument', ' as its fourth argument']

/** `xs.map(f)` gives f an element, its index and the list. */
const isFromMap = (given: readonly unknown[], taken: number): boolean => {
  const [index, list] = given.slice(-2)
  return given.length === taken + 2 && Array.isArray(list) && typeof index === 'number' && list[index] === given[0]
}

/** What is wrong with the arguments of one call, or nothing. */
const mismatch = (stage: Stage, given: readonly unknown[]): string | undefined => {
  const repeated = stage.at(-1)?.may === 'repeat' ? stage.at(-1) : undefined
  const length = repeated === undefined ? stage.length : Math.max(stage.length - 1, given.length)
  for (let i = 0; i < length; i++) {
    const kind = stage[i] ?? repeated
    const value = given[i]
    const leftOut = kind?.may === 'be left out' && value === undefined
    if (kind === undefined || leftOut || kind.is(value)) continue
    const found = i < given.length ? described(value) : 'nothing'
    return `takes ${kind.what}${ordinals[i] ?? ''} but got ${found}`
  }
  return given.length <= length || isFromMap(given, length)
    ? undefined
    : `takes ${length} argument${length === 1 ? '' : 's'} but got ${given.length}`
}

/** What is wrong with a call of these arguments, as a value. */
export const misuse = (name: Called, stage: Stage, given: readonly unknown[]): Mistake | undefined => {
  const wrong = mismatch(stage, given)
  return wrong === undefined ? undefined : new Mistake(`${name} ${wrong}; write ${usage[name]}`)
}

/**
 * A function of the language as it is exported: with the arguments of each of its calls judged, so that a module that nobody type-checked is told
 * in words what it called wrongly. The type is the function's own. One thing that type-checks is refused: to hand it to a function that calls it with
 * more arguments than it takes, `Array.from(sizes, dense)`; `sizes.map(dense)` is understood.
 *
 * Errors    throws a {@link Mistake}: `dense takes a number but got an expression; write pipe(x, dense(400))`
 */
export const takes = <F extends Callable>(name: Called, f: F, ...stages: readonly Stage[]): F => {
  const [stage = [], ...later] = stages
  const guarded = (...given: never[]): unknown => {
    const wrong = misuse(name, stage, given)
    if (wrong !== undefined) throw wrong
    const made = f(...given)
    return later.length > 0 && isCallable(made) ? takes(name, made, ...later) : made
  }
  // The same calls with the same answers; its generic type is F's.
  return guarded as F
}

const isCallable = (value: unknown): value is Callable => typeof value === 'function'
