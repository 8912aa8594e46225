import * as E from 'fp-ts/lib/Either.js'
import type { Argument, Call } from '../../arbitrary/shapeCalls.ts'

/** An argument as a type; `late` chooses the numbers that the type does not know. */
const typeOf = (argument: Argument, late: () => boolean): string =>
  typeof argument === 'number'
    ? late()
      ? 'number'
      : String(argument)
    : typeof argument === 'string'
      ? `"${argument}"`
      : typeof argument === 'boolean'
        ? String(argument)
        : Array.isArray(argument)
          ? `[${argument.map((d: number) => typeOf(d, late)).join(', ')}]`
          : `{ ${Object.entries(argument)
              .map(([k, v]: [string, Argument]) => `${k}: ${typeOf(v, late)}`)
              .join('; ')} }`

const applied = ({ rule, args }: Call, late: () => boolean): string =>
  `${rule}<${args.map((a) => typeOf(a, late)).join(', ')}>`

const never = (): boolean => false
const answered = ({ answer }: Call): string =>
  E.isLeft(answer) ? JSON.stringify(answer.left) : `[${answer.right.join(', ')}]`

/** The type of a call with every size known is what its value function answers: the shape, or the text. */
export const exactly = (call: Call): string => `equal<${applied(call, never)}, ${answered(call)}>`

/**
 * With sizes known late: a call that is right at run time is not refused, and its shape is one of those that the type allows; a call that
 * is wrong may be refused or not, but is never answered `never`, which would pass for an older mistake.
 */
export const allowing = (call: Call, late: () => boolean): string =>
  E.isRight(call.answer) ? `allows<${applied(call, late)}, ${answered(call)}>` : `answers<${applied(call, late)}>`

const files: Readonly<Record<string, readonly string[]>> = {
  broadcast: ['broadcast'],
  concat: ['concat'],
  conv2d: ['conv2d'],
  conv2dTranspose: ['conv2dTranspose'],
  dense: ['dense', 'linear'],
  dimensions: ['dimensions'],
  matmul: ['matmul'],
  reduce: ['reduce'],
  reshape: ['flatten', 'reshape'],
  same: ['same'],
  slice: ['slice'],
  transpose: ['transpose'],
  twice: ['twice'],
  arith: ['ceilDivide', 'floorDivide', 'minus', 'plus', 'times'],
}

const opening = (shapeFolder: string): readonly string[] => [
  ...Object.entries(files).map(
    ([file, names]) => `import type { ${names.join(', ')} } from '${shapeFolder}/${file}.ts'`,
  ),
  'type equal<A, B> = (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true : false',
  'type answers<R> = [R] extends [never] ? false : true',
  'type allows<R, S> = [R] extends [never] ? false : R extends readonly number[] ? (S extends R ? true : false) : false',
  'type holds<T extends true> = T',
]

/** A program that compiles exactly where every claim is `true`; a false one is refused on a line of its own. */
export const programOf = (claims: readonly string[], shapeFolder: string): string =>
  [...opening(shapeFolder), ...claims.map((c, i) => `export type C${i} = holds<${c}>`)].join('\n')

/** The claim on a line of the program. */
export const claimAt = (claims: readonly string[], line: number): string | undefined =>
  claims[line - 1 - opening('').length]
