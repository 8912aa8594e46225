import * as E from 'fp-ts/lib/Either.js'
import * as fc from 'fast-check'
import { broadcast } from '../../shape/broadcast.ts'
import type { Checked, Shape } from '../../shape/Shape.ts'
import { type LawSuite, law } from '../Law.ts'

/** Numpy's rule of repetition: what a wrong subject replaces. */
export interface Broadcasting {
  readonly name: string
  readonly broadcast: (a: Shape, b: Shape) => Checked
}
export const broadcastingHere: Broadcasting = { name: 'broadcast', broadcast }

const shapes: fc.Arbitrary<readonly number[]> = fc.array(fc.constantFrom(1, 1, 2, 3), { maxLength: 4 })
const shown = (checked: Checked): string => (E.isRight(checked) ? checked.right.join() : 'refused')

/** By the definition: pad with ones in front, then each axis must agree or be 1. */
const byDefinition = (a: Shape, b: Shape): string => {
  const rank = Math.max(a.length, b.length)
  const padded = (s: Shape): readonly number[] => [...Array.from({ length: rank - s.length }, () => 1), ...s]
  const pairs = padded(a).map((d, i) => [d, padded(b)[i] ?? 1] as const)
  return pairs.every(([x, y]) => x === y || x === 1 || y === 1)
    ? pairs.map(([x, y]) => Math.max(x, y)).join()
    : 'refused'
}

/** What broadcasting owes. */
export const shapeLaws: LawSuite<Broadcasting> = {
  name: 'shape',
  extends: [],
  laws: [
    law({
      name: 'broadcasting by definition',
      statement: 'aligned at the right, extents are equal or one of them is 1; the larger counts',
      source: 'numpy, “General broadcasting rules”',
      given: () => fc.tuple(shapes, shapes),
      holds: ({ broadcast: rule }, [a, b], g) =>
        g.holds(shown(rule(a, b)) === byDefinition(a, b), `[${a.join()}] with [${b.join()}] is ${shown(rule(a, b))}`),
    }),
    law({
      name: 'broadcasting is commutative and idempotent',
      statement: 'a with b is b with a; a with itself, or with a scalar, is a',
      given: () => fc.tuple(shapes, shapes),
      holds: ({ broadcast: rule }, [a, b], g) => {
        g.holds(shown(rule(a, b)) === shown(rule(b, a)), 'the order matters')
        g.holds(shown(rule(a, a)) === a.join() && shown(rule(a, [])) === a.join(), 'a with itself is another shape')
      },
    }),
    law({
      name: 'broadcasting is associative',
      statement: '(a with b) with c is a with (b with c)',
      given: () => fc.tuple(shapes, shapes, shapes),
      holds: ({ broadcast: rule }, [a, b, c], g) => {
        const then = (x: Checked, f: (s: Shape) => Checked): string => (E.isRight(x) ? shown(f(x.right)) : 'refused')
        g.holds(then(rule(a, b), (s) => rule(s, c)) === then(rule(b, c), (s) => rule(a, s)), 'the grouping matters')
      },
    }),
  ],
}
