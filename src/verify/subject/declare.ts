import { broken, type Expr } from '../../expr/Expr.ts'
import type { At, Density } from './Density.ts'
import type { Divergence } from './Divergence.ts'

type Named<K extends string> = { readonly [P in K]: Expr<[]> }

/** A density that knows its parameters by name, as `density` declares it. */
export interface Declared<K extends string> extends Density {
  readonly parameters: { readonly [P in K]: readonly [low: number, high: number] }
}

/** The laws hand every function exactly the parameters that the density declares, which is what this cast says. */
const named =
  <K extends string, A extends readonly unknown[], B>(f: (at: Named<K>, ...rest: A) => B) =>
  (at: At, ...rest: A): B =>
    f(at as Named<K>, ...rest)

/** The supports that hold all of each. */
const around: { readonly [S in Density['support']]: readonly Density['support'][] } = {
  real: ['real'],
  positive: ['positive', 'real'],
  unit: ['unit', 'positive', 'real'],
  binary: ['binary', 'count'],
  count: ['count'],
}

/** Why there is nothing to check, if so. */
const mismatch = (q: Density, p: Density, sameFamily: boolean): string | undefined => {
  if (!around[q.support].includes(p.support))
    return `KL(${q.name}‖${p.name}) is infinite or no number: q is on '${q.support}', p on '${p.support}'`
  const [ofQ, ofP] = [q, p].map(({ parameters }) => Object.keys(parameters).toSorted().join(', '))
  return sameFamily && ofQ !== ofP ? `one family has one list of parameters, not ${ofQ} and ${ofP}` : undefined
}

/**
 * An own closed form of KL(q‖p), to be checked. Where both are one family, say so: then q can be p.
 *
 * Errors    (from every law) p has no density on all of q's support; one family with two lists of parameters
 */
export const divergence = <Q extends string, P extends string>(d: {
  readonly name: string
  readonly q: Declared<Q>
  readonly p: Declared<P>
  readonly sameFamily?: boolean
  readonly kl: (q: Named<Q>, p: Named<P>) => Expr<[]>
}): Divergence => {
  const { name, q, p, sameFamily = false } = d
  const wrong = mismatch(q, p, sameFamily)
  const kl = (a: At, c: At) =>
    named<Q, [At], Expr<[]>>((atQ, b) => named<P, [], Expr<[]>>((atP) => d.kl(atQ, atP))(b))(a, c)
  return { name, q, p, sameFamily, kl: wrong === undefined ? kl : () => broken(wrong) }
}
