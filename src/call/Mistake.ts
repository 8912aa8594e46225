/** The address of this file; a bundle as CommonJS has none. */
const here: string | undefined = import.meta.url
/** Where this library lies: frames of a stack from here are not the user's. In a bundle, which holds both, no place is found. */
const library = here === undefined ? undefined : decodeURI(new URL('..', here).pathname)

/** `file:///path/m.ts` as a path; any other address as it is. */
const pathOf = (address: string): string =>
  address.startsWith('file://') ? decodeURI(new URL(address).pathname) : address

/** The first place in a stack that is the user's own code, as `/path/m.ts:12:20`; none where there is none. */
export const placeIn = (stack: string): string | undefined => {
  for (const line of stack.split('\n')) {
    const [, address, at] = /(?:^|[\s(@])((?:\w+:\/\/|\/)[^()]*?):(\d+(?::\d+)?)\)?$/.exec(line.trim()) ?? []
    if (address === undefined || address.includes('/node_modules/')) continue
    const path = pathOf(address)
    if (library !== undefined && !path.startsWith(library)) return `${path}:${at}`
  }
  return undefined
}

/**
 * A call that does not type-check, in a module that nobody type-checked. It is thrown where it is made, for nothing of a type that callers
 * expect can stand in its place; inside the callback of a program it becomes one of the program's problems.
 */
export class Mistake extends TypeError {
  override readonly name = 'Mistake'
  /** in the user's code; none where the stack does not show it */
  get place(): string | undefined {
    return placeIn(this.stack ?? '')
  }
}

/** What it says and where, on one line. */
export const mistakeText = ({ message, place }: Mistake): string =>
  place === undefined ? message : `${message} (${place})`

/** How fp-ts names the steps of `pipe` and `flow`, by position; of more than eight it names none. */
const steps = ['ab', 'bc', 'cd', 'de', 'ef', 'fg', 'gh', 'hi']

/** An error of fp-ts' `pipe`, in words: a step that is not a function is called there, and not in this library. */
const fromPipe = (error: Error): string | undefined => {
  const [, name = ''] = /^(\w\w|arguments\[i\]) is not a function$/.exec(error.message) ?? []
  if (name === '' || !/fp-ts\/(lib|es6)\/function/.test((error.stack ?? '').split('\n')[1] ?? '')) return undefined
  const at = steps.indexOf(name)
  return `${at < 0 ? 'a step' : `step ${at + 1}`} of pipe is not a function; a step is not applied yet: write relu, not relu(x), and dense(400), not dense(400)(x)`
}

const again = ({ stack }: Error, message: string): Mistake => Object.assign(new Mistake(message), { stack })

/** What was thrown as a mistake in a call, where it is one. */
export const mistakeIn = (thrown: unknown): Mistake | undefined => {
  // Another copy of this library may have thrown it.
  if (thrown instanceof Mistake) return thrown
  if (thrown instanceof Error && thrown.name === 'Mistake') return again(thrown, thrown.message)
  const words = thrown instanceof Error ? fromPipe(thrown) : undefined
  return words === undefined || !(thrown instanceof Error) ? undefined : again(thrown, words)
}
