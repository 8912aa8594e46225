import { described, expression } from './Kind.ts'
import { Mistake } from './Mistake.ts'

/**
 * What a function that the user declared has answered, where that must be an expression.
 *
 * Errors    throws a {@link Mistake}: `IWAE: 'of' must return an expression but returned undefined`
 */
export const answered = <A>(where: string, part: string, value: A): A => {
  if (expression.is(value)) return value
  throw new Mistake(`${where}: '${part}' must return an expression but returned ${described(value)}`)
}
