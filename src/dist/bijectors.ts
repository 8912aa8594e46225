import { record } from '../call/Kind.ts'
import { takes } from '../call/takes.ts'
import { pipe } from 'fp-ts/lib/function.js'
import { add, div, mul, sub } from '../expr/typed/binary.ts'
import * as e from '../expr/typed/elementwise.ts'
import { type Bijector, bijector } from './Bijector.ts'
import { positiveNumber } from './parameter.ts'

/** y = eˣ, onto (0, ∞). `transformed(bijectors.exp)` of a Normal is the LogNormal. */
export const exp: Bijector<'exp', [], 'real', 'positive', true> = bijector({
  name: 'exp',
  to: 'positive',
  forward: e.exp,
  inverse: e.log,
  logAbsDet: (x) => x,
})

const makeAffine = ({
  scale,
  shift,
}: {
  readonly scale: number
  readonly shift: number
}): Bijector<'affine', [], 'real', 'real', true> => {
  const made = bijector({
    name: 'affine',
    forward: (x) => pipe(x, mul(scale), add(shift)),
    inverse: (y) => pipe(y, sub(shift), div(scale)),
    logAbsDet: (x) => pipe(x, mul(0), add(Math.log(Math.abs(scale)))),
  })
  return { ...made, problems: [...made.problems, ...positiveNumber(Math.abs(scale), 'affine', '|scale|')] }
}

/**
 * y = a x + b of every number, a ≠ 0.
 *
 * Errors    a scale that is 0 or no number
 * @example  pipe(standardNormal(2), transformed(bijectors.affine({ scale: 2, shift: 1 })))
 */
export const affine: typeof makeAffine = takes('affine', makeAffine, [record])
