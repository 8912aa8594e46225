import { each, number, start } from '../call/Kind.ts'
import { takes } from '../call/takes.ts'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { type Expr, lift } from '../expr/Expr.ts'
import { dimensions } from '../shape/dimensions.ts'
import type { Arg } from '../shape/Shape.ts'
import { applyLayer } from './trace.ts'

const told = (initial: number | { readonly stddev: number }): string =>
  typeof initial === 'number' ? `${initial}` : `{ stddev: ${initial.stddev} }`

const makeParameter = <const S extends number[]>(
  initial: number | { readonly stddev: number },
  ...shape: S & Arg<dimensions<S, 'parameter'>, S>
): Expr<S> =>
  lift<S>([], () =>
    pipe(
      dimensions(shape, 'parameter'),
      E.flatMap((dims) =>
        applyLayer('parameter', [told(initial), ...dims].join(', '), [], (param) =>
          E.right(
            param(
              'value',
              dims,
              typeof initial === 'number'
                ? { tag: 'constant', value: initial }
                : { tag: 'normal', stddev: initial.stddev },
            ),
          ),
        ),
      ),
    ),
  )

/**
 * Numbers that are learned and depend on no input, from `initial` on: `parameter(0, 8)`. For a prior whose mean is learned,
 * `normal(parameter(0, 8), 1)`; give each of several a name, `named('loc', () => parameter(0, 8))()`. What must not start equal starts from
 * draws: `parameter({ stddev: 0.1 }, 50, 784)`. Outside every callback each call is a parameter of its own, `const loc = parameter(0, 8)`, and one
 * that several callbacks read is one; it is named after the half that reads it first, `model/parameter_0/value`.
 *
 * Errors    `notNatural`
 */
export const parameter: typeof makeParameter = takes('parameter', makeParameter, [start, each(number)])
