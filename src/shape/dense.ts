import * as E from 'fp-ts/lib/Either.js'
import { isNatural, type Dim, type meet } from './Dim.ts'
import { lastMismatch, noLast, notNatural } from './messages.ts'
import type { Checked, Shape } from './Shape.ts'
import { showDim } from './show.ts'

// The names of the inner types are what the compiler prints for a layer that waits for its input; hence one for each rule.
type withLast<S extends Shape, Out extends Dim> = number extends S['length']
  ? Dim[]
  : S extends readonly [...infer Lead extends Dim[], unknown]
    ? [...Lead, Out]
    : noLast<'Dense'>

type fromTo<S extends Shape, In extends Dim, Out extends Dim> = number extends S['length']
  ? Dim[]
  : S extends readonly [...unknown[], infer Last extends Dim]
    ? [meet<Last, In>] extends [never]
      ? lastMismatch<showDim<In>, showDim<Last>>
      : dense<S, Out>
    : dense<S, Out>

/**
 * A dense layer that takes the last dimension as it comes: [..., I] to [..., Out].
 *
 * Errors    `notNatural`, `noLast`
 */
export type dense<S extends Shape, Out extends Dim> =
  isNatural<Out> extends false ? notNatural<'Dense', 'its size', showDim<Out>> : withLast<S, Out>

export const dense = (shape: Shape, out: Dim): Checked =>
  !isNatural(out)
    ? E.left(notNatural('Dense', 'its size', showDim(out)))
    : shape.length === 0
      ? E.left(noLast('Dense'))
      : E.right([...shape.slice(0, -1), out])

/**
 * A dense layer that says what it takes: [..., In] to [..., Out].
 *
 * Errors    those of {@link dense}, then `lastMismatch`
 */
export type linear<S extends Shape, In extends Dim, Out extends Dim> =
  isNatural<In> extends false ? notNatural<'Dense', 'its input', showDim<In>> : fromTo<S, In, Out>

export const linear = (shape: Shape, input: Dim, out: Dim): Checked => {
  const last = shape.at(-1)
  return !isNatural(input)
    ? E.left(notNatural('Dense', 'its input', showDim(input)))
    : last !== undefined && last !== input
      ? E.left(lastMismatch(showDim(input), showDim(last)))
      : dense(shape, out)
}
