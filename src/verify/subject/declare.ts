import type { Expr } from '../../expr/Expr.ts'
import type { At, Density, Parameters } from './Density.ts'
import type { Divergence } from './Divergence.ts'

type Named<K extends string> = { readonly [P in K]: Expr<[]> }
type Numbers<K extends string> = { readonly [P in K]: number }

/** A density that knows its parameters by name. */
export interface Declared<K extends string> extends Density {
  /** what the types know of the parameters; no value */
  readonly names?: K
}

type Described<K extends string> = Pick<Density, 'name' | 'support' | 'reparameterised' | 'table'> & {
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

/** An own closed form of KL(q‖p), to be checked. Where both are one family, say so: then q can be p. */
export const divergence = <Q extends string, P extends string>(d: {
  readonly name: string
  readonly q: Declared<Q>
  readonly p: Declared<P>
  readonly sameFamily?: boolean
  readonly kl: (q: Named<Q>, p: Named<P>) => Expr<[]>
}): Divergence => ({
  name: d.name,
  q: d.q,
  p: d.p,
  sameFamily: d.sameFamily ?? false,
  kl: (q, p) => named<Q, [At], Expr<[]>>((a, b) => named<P, [], Expr<[]>>((c) => d.kl(a, c))(b))(q, p),
})
