import type { AnyDist } from '../../dist/Dist.ts'
import { kl } from '../../dist/divergence.ts'
import type { Expr } from '../../expr/Expr.ts'
import { LawBroken } from '../Gauge.ts'
import { valueOf } from '../oracle/numbers.ts'
import { type At, type Density, leavesFor, type Parameters } from './Density.ts'

/** KL(q‖p) in closed form, as the laws see it. Shapes  the KL of two distributions of one number: []   Units  nats */
export interface Divergence {
  readonly name: string
  readonly q: Density
  readonly p: Density
  readonly kl: (q: At, p: At) => Expr<[]>
  /** whether both are of one family, so that q can be p */
  readonly sameFamily: boolean
  /** maps of the parameters that belong to a bijection of the values, under which no KL changes */
  readonly bijections?: readonly {
    readonly name: string
    readonly q: (at: Parameters) => Parameters
    readonly p: (at: Parameters) => Parameters
  }[]
}

const prefixed = (at: Parameters, prefix: string): Parameters =>
  Object.fromEntries(Object.entries(at).map(([name, value]) => [`${prefix}${name}`, value]))

/** The divergence as a vertex over leaves `q/…` and `p/…`. */
export const klNode = (d: Divergence): Expr<[]> => {
  const made = d.kl(leavesFor(d.q, 'q/'), leavesFor(d.p, 'p/'))
  if (made.problems.length > 0) throw new LawBroken(made.problems.join('; '))
  return made
}

export const feedsFor = (q: Parameters, p: Parameters): Parameters => ({ ...prefixed(q, 'q/'), ...prefixed(p, 'p/') })

export const klAt = (d: Divergence, q: Parameters, p: Parameters): number => valueOf(klNode(d).node, feedsFor(q, p))

/** The closed form that the library has for a pair of its families. */
export const divergenceOf = (
  q: Density & { readonly make: (at: At) => AnyDist },
  p: Density & { readonly make: (at: At) => AnyDist },
  bijections: Divergence['bijections'] = [],
): Divergence => ({
  name: `KL(${q.name}‖${p.name})`,
  q,
  p,
  kl: (a, b) => kl(q.make(a), p.make(b)),
  sameFamily: q.name === p.name,
  bijections,
})
