import * as E from 'fp-ts/lib/Either.js'
import type { times } from './arith.ts'
import { isNatural, type Dim, type meet } from './Dim.ts'
import { noLast, notNatural, notTwice } from './messages.ts'
import type { Checked, Shape } from './Shape.ts'
import { showDim } from './show.ts'

type split<S extends Shape, Event extends Dim, Name extends string> = number extends S['length']
  ? Dim[]
  : S extends readonly [...infer Lead extends Dim[], infer Last extends Dim]
    ? [meet<Last, times<Event, 2>>] extends [never]
      ? notTwice<Name, showDim<Event>, showDim<times<Event, 2>>, showDim<Last>>
      : [...Lead, Event]
    : noLast<Name>

/**
 * Two parameters for each coordinate of a distribution, side by side: [..., 2E] to the event [..., E].
 *
 * Errors    `notNatural`, `noLast`, `notTwice`, each opening with the distribution's Name
 */
export type twice<S extends Shape, Event extends Dim, Name extends string> =
  isNatural<Event> extends false ? notNatural<Name, 'its size', showDim<Event>> : split<S, Event, Name>

export const twice = (shape: Shape, event: Dim, name: string): Checked => {
  if (!isNatural(event)) return E.left(notNatural(name, 'its size', showDim(event)))
  const last = shape.at(-1)
  if (last === undefined) return E.left(noLast(name))
  return last === 2 * event
    ? E.right([...shape.slice(0, -1), event])
    : E.left(notTwice(name, showDim(event), showDim(2 * event), showDim(last)))
}
