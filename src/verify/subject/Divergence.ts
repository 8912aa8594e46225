import { kl } from '../../dist/divergence.ts'
import type { Expr } from '../../expr/Expr.ts'
import type { Node } from '../../expr/Op.ts'
import { valueOf } from '../oracle/numbers.ts'
import { type At, type Density, leavesFor, leavesOver, type Made, type Parameters, vertexOf } from './Density.ts'

/** KL(q‖p) in closed form, as the laws see it. Shapes  the KL of two distributions of one number: []   Units  nats */
export interface Divergence {
  readonly name: string
  readonly q: Density
  readonly p: Density
  readonly kl: (q: At, p: At) => Expr<[]>
  /** KL between two products of n of them, each product one distribution with parameters [n] → []   Units nats */
  readonly ofProducts?: (q: AtEach, p: AtEach) => Expr<[]>
  /** whether both are of one family, so that q can be p */
  readonly sameFamily: boolean
  /** maps of the parameters that belong to a bijection of the values, under which no KL changes */
  readonly bijections?: readonly {
    readonly name: string
    readonly q: (at: Parameters) => Parameters
    readonly p: (at: Parameters) => Parameters
  }[]
}

/** The parameters of n numbers at once, under their names. */
type AtEach = Readonly<Record<string, Expr<[number]>>>

const prefixed = <T>(at: Readonly<Record<string, T>>, prefix: string): Readonly<Record<string, T>> =>
  Object.fromEntries(Object.entries(at).map(([name, value]) => [`${prefix}${name}`, value]))

/** The divergence as a vertex over leaves `q/…` and `p/…`. */
export const klNode = (d: Divergence): Node => vertexOf(d.kl(leavesFor(d.q, 'q/'), leavesFor(d.p, 'p/')))

export const feedsFor = <T>(
  q: Readonly<Record<string, T>>,
  p: Readonly<Record<string, T>>,
): Readonly<Record<string, T>> => ({
  ...prefixed(q, 'q/'),
  ...prefixed(p, 'p/'),
})

export const klAt = (d: Divergence, q: Parameters, p: Parameters): number => valueOf(klNode(d), feedsFor(q, p))

/** Parameters of several, each name's numbers in a row. */
const inRows = (each: readonly Parameters[]): Readonly<Record<string, readonly number[]>> =>
  Object.fromEntries(Object.keys(each[0] ?? {}).map((name) => [name, each.map((at) => at[name] ?? Number.NaN)]))

/** KL between the products of the q's and of the p's, or nothing where the divergence is of one number only. */
export const klOfProductsAt = (d: Divergence, q: readonly Parameters[], p: readonly Parameters[]): number => {
  if (d.ofProducts === undefined) return Number.NaN
  const [a, b] = [leavesOver<[number]>([q.length], d.q, 'q/'), leavesOver<[number]>([p.length], d.p, 'p/')]
  return valueOf(vertexOf(d.ofProducts(a, b)), feedsFor(inRows(q), inRows(p)))
}

/** The closed form that the library has for a pair of its families. */
export const divergenceOf = (q: Made, p: Made, bijections: Divergence['bijections'] = []): Divergence => ({
  name: `KL(${q.name}‖${p.name})`,
  q,
  p,
  kl: (a, b) => kl(q.make(a), p.make(b)),
  ofProducts: (a, b) => kl(q.make(a), p.make(b)),
  sameFamily: q.name === p.name,
  bijections,
})
