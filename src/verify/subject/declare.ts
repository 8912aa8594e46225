import { broken, type Expr } from '../../expr/Expr.ts'
import type { At, Density, Parameters } from './Density.ts'
import type { Divergence } from './Divergence.ts'

type Named<K extends string> = { readonly [P in K]: Expr<[]> }
type Numbers<K extends string> = { readonly [P in K]: number }

/** A density that knows its parameters by name. */
export interface Declared<K extends string> extends Density {
  /** what the types know of the parameters; no value */
  readonly names?: K
}

type Described<K extends string> = Pick<Density, 'name' | 'support' | 'reparameterised' | 'normal' | 'table'> & {
  readonly parameters: { readonly [P in K]: readonly [low: number, high: number] }
  readonly logProb: (at: Named<K>, x: Expr<[]>) => Expr<[]>
  readonly sample?: {
    readonly noise: 'normal' | 'uniform'
    readonly from: (at: Named<K>, noise: Expr<[]>) => Expr<[]>
  }
  readonly mean?: (at: Named<K>) => Expr<[]>
  readonly variance?: (at: Named<K>) => Expr<[]>
  readonly entropy?: (at: Named<K>) => Expr<[]>
  readonly kinks?: (at: Numbers<K>) => readonly number[]
}

/** The laws hand every function exactly the parameters that the density declares, which is what these casts say. */
const named =
  <K extends string, A extends readonly unknown[], B>(f: (at: Named<K>, ...rest: A) => B) =>
  (at: At, ...rest: A): B =>
    f(at as Named<K>, ...rest)

/**
 * An own density, to be checked: what it says of one number at its parameters, each an expression of shape [].
 *
 * @example  density({ name: 'Exponential', support: 'positive', parameters: { rate: [0.3, 3] }, logProb: ({ rate }, x) => pipe(log(rate), sub(pipe(rate, mul(x)))) })
 */
export const density = <const K extends string>(d: Described<K>): Declared<K> => {
  const { logProb, sample, mean, variance, entropy, kinks, ...plain } = d
  return {
    ...plain,
    logProb: named(logProb),
    ...(sample === undefined ? {} : { sample: { noise: sample.noise, from: named(sample.from) } }),
    ...(mean === undefined ? {} : { mean: named(mean) }),
    ...(variance === undefined ? {} : { variance: named(variance) }),
    ...(entropy === undefined ? {} : { entropy: named(entropy) }),
    ...(kinks === undefined ? {} : { kinks: (at: Parameters) => kinks(at as Numbers<K>) }),
  }
}

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
