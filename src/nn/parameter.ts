import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { type Expr, lift } from '../expr/Expr.ts'
import { dimensions } from '../shape/dimensions.ts'
import type { Arg } from '../shape/Shape.ts'
import { applyLayer } from './trace.ts'

/**
 * Numbers that are learned and depend on no input, from `initial` on: `parameter(0, 8)`. For a prior whose mean is learned,
 * `normal(parameter(0, 8), 1)`; give each of several a name, `named('loc', () => parameter(0, 8))()`.
 *
 * Errors    `notNatural`
 */
export const parameter = <const S extends number[]>(
  initial: number,
  ...shape: S & Arg<dimensions<S, 'parameter'>, S>
): Expr<S> =>
  lift<S>([], () =>
    pipe(
      dimensions(shape, 'parameter'),
      E.flatMap((dims) =>
        applyLayer('parameter', [initial, ...dims].join(', '), [], (param) =>
          E.right(param('value', dims, { tag: 'constant', value: initial })),
        ),
      ),
    ),
  )
