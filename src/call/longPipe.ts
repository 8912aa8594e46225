import type { Advice } from './advice.ts'

/**
 * fp-ts types a `pipe` of up to 19 steps; of more the compiler would say `Expected 1-20 arguments`. This overload of it takes longer ones and nothing
 * else, so that what is printed is what to do. It answers `unknown`, as every `pipe` that fails does. At run time there is no limit.
 */
declare module 'fp-ts/lib/function.js' {
  export function pipe(
    a: unknown,
    ...steps: [
      ...nine: [unknown, unknown, unknown, unknown, unknown, unknown, unknown, unknown, unknown],
      ...eighteen: [unknown, unknown, unknown, unknown, unknown, unknown, unknown, unknown, unknown],
      nineteenth: unknown,
      twentieth: tooManySteps,
      ...more: unknown[],
    ]
  ): unknown
}

/** The text in place of the compiler's own. */
export type tooManySteps =
  `pipe takes at most 19 steps; put some of them into a pipe of their own: ${Advice['longPipe']}`
