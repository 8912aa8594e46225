import * as E from 'fp-ts/lib/Either.js'
import type { floorDivide, times } from '../shape/arith.ts'
import type { Dim } from '../shape/Dim.ts'
import { noLast } from '../shape/messages.ts'
import type { Checked, Shape } from '../shape/Shape.ts'
import { showDim } from '../shape/show.ts'
import { oddLast } from './messages.ts'

/**
 * Two parameters for each coordinate, side by side, where the event is whatever is half of them: [..., 2E] to [..., E].
 *
 * Errors    `noLast`, `oddLast`, each opening with the distribution's Name
 */
export type halve<S extends Shape, Name extends string> = number extends S['length']
  ? Dim[]
  : S extends readonly [...infer Lead extends Dim[], infer Last extends Dim]
    ? number extends Last
      ? [...Lead, number]
      : times<floorDivide<Last, 2>, 2> extends Last
        ? [...Lead, floorDivide<Last, 2>]
        : oddLast<Name, showDim<Last>>
    : noLast<Name>

export const halve = (shape: Shape, name: string): Checked => {
  const last = shape.at(-1)
  if (last === undefined) return E.left(noLast(name))
  return last % 2 === 0 ? E.right([...shape.slice(0, -1), last / 2]) : E.left(oddLast(name, showDim(last)))
}
