import { exprOf } from '../expr/Expr.ts'
import { node } from '../expr/node.ts'
import type { Node, NodeOf, NoiseLaw, Support } from '../expr/Op.ts'
import type { Shape } from '../shape/Shape.ts'

/**
 * How an expectation over a value is computed: by a draw that is a smooth function of noise, by a draw that jumps and lets no gradient pass,
 * without noise, by a sum over all values, or not at all: there is no draw.
 */
export type Sampling = 'reparameterised' | 'discrete' | 'deterministic' | 'enumerated' | 'none'

/** Which values a distribution has a log-density of: any, or only those that it has drawn itself. */
export type Scoring = 'values' | 'draws'

/** What a location-scale family stores. The logarithm is kept beside the scale, so that it is never log(exp(·)). */
export type LocationScale = { readonly loc: Node; readonly scale: Node; readonly logScale: Node }

/**
 * What a distribution knows of itself, as expressions. "Terms" have one entry an independent coordinate: their sum is the whole, in nats.
 * Absent is what it does not know.
 */
export type Parts = {
  /** log-density (log-probability where the support is discrete) of {@link valueLeaf}, in terms */
  readonly logProb?: Node
  /** a function of noise leaves named as {@link noiseLeaf} names them */
  readonly draw?: Node
  /** log-density of that very draw, in terms, as a function of the same noise: nothing has to be inverted */
  readonly drawLogProb?: Node
  readonly mean?: Node
  /** of every coordinate */
  readonly variance?: Node
  /** in terms */
  readonly entropy?: Node
}

/**
 * A distribution of one datum's value: a bundle of expressions, so that it can be declared anywhere, written to a file, and read again
 * without the code that made it.
 *
 * Shapes    S is the shape of one event; there is no batch shape
 */
export interface Dist<
  Name extends string,
  S extends Shape,
  Su extends Support,
  Sa extends Sampling,
  Kl extends string = string,
  Sc extends Scoring = Scoring,
> {
  readonly family: Name
  readonly shape: S
  readonly support: Su
  readonly sampling: Sa
  readonly scores: Sc
  /** each has the shape of the event */
  readonly params: Readonly<Record<string, Node>>
  readonly parts: Parts
  /** KL(this‖p) in terms, by the family of p; the parameters of p are {@link otherLeaf}s */
  readonly klTo: { readonly [P in Kl]: Node }
  /** what was wrong with the parameters; see `Expr` */
  readonly problems: readonly string[]
}
export type AnyDist = Dist<string, Shape, Support, Sampling>

const RESERVED = { value: '(value)', noise: '(noise)', other: '(other)/', own: '(parameter)/' } as const

/** Stands in `logProb` for the value that is scored. */
export const valueLeaf = (shape: Shape, support: Support): NodeOf<'data'> =>
  node('data', { name: RESERVED.value, shape, support })

/** The name of one of several noises of a draw, which is drawn again under it. */
export const noisePart = (part: string): string => `${RESERVED.noise}/${part}`

/** Stands in a draw for its noise; a draw of several noises tells them apart by {@link noisePart}. */
export const noiseLeaf = (shape: readonly number[], law: NoiseLaw): NodeOf<'noise'> =>
  node('noise', { name: RESERVED.noise, shape, law })

/** Stands in a closed form of KL(q‖p) for a parameter of p. */
export const otherLeaf = (param: string, shape: readonly number[]): NodeOf<'data'> =>
  node('data', { name: `${RESERVED.other}${param}`, shape, support: 'real' })

/** Stands in what a density says of one number for a parameter of its own. */
export const ownLeaf = (param: string): NodeOf<'data'> =>
  node('data', { name: `${RESERVED.own}${param}`, shape: [], support: 'real' })
/** The own parameter that a leaf stands for, if it does. */
export const ownParam = (leaf: Node): string | undefined =>
  leaf.op === 'data' && leaf.arg.name.startsWith(RESERVED.own) ? leaf.arg.name.slice(RESERVED.own.length) : undefined

/** Whether a leaf stands for something that is put in later. */
export const isHole = (leaf: Node): boolean =>
  (leaf.op === 'data' || leaf.op === 'noise') && Object.values(RESERVED).some((name) => leaf.arg.name.startsWith(name))

export const isValueLeaf = (leaf: Node): boolean => leaf.op === 'data' && leaf.arg.name === RESERVED.value
/** The parameter of the other distribution that a leaf stands for, if it does. */
export const otherParam = (leaf: Node): string | undefined =>
  leaf.op === 'data' && leaf.arg.name.startsWith(RESERVED.other)
    ? leaf.arg.name.slice(RESERVED.other.length)
    : undefined
/** The name of a draw's noise where the draw is called `name`; nothing where the leaf is other noise. */
export const noiseNamed = (leaf: Node, name: string): string | undefined =>
  leaf.op === 'noise' && (leaf.arg.name === RESERVED.noise || leaf.arg.name.startsWith(`${RESERVED.noise}/`))
    ? `${name}${leaf.arg.name.slice(RESERVED.noise.length)}`
    : undefined

/** Every expression that a distribution consists of; its parameters come first. */
export const rootsOf = (dist: AnyDist): readonly Node[] => [
  ...Object.values(dist.params),
  ...Object.values<Node>(dist.parts),
  ...Object.values<Node>(dist.klTo),
]

/** The same distribution over other nodes; `image` answers as many as it is given, in their order. */
export const mapDist = (dist: AnyDist, image: (roots: readonly Node[]) => readonly Node[]): AnyDist => {
  const nodes = image(rootsOf(dist))
  let at = 0
  const mapped = <T extends object>(of: T): T =>
    Object.fromEntries(Object.keys(of).map((key) => [key, nodes[at++]])) as T
  return { ...dist, params: mapped(dist.params), parts: mapped(dist.parts), klTo: mapped(dist.klTo) }
}

/** A closed form of KL(q‖p), in terms, and the names of the parameters of p that it reads. */
export interface KlRow<Q> {
  readonly reads: readonly string[]
  readonly terms: (q: Q, p: Readonly<Record<string, Node>>) => Node
}
/** A row, where p stores what P says. */
export const klRow = <Q, P extends Readonly<Record<string, Node>>>(
  reads: readonly (keyof P & string)[],
  terms: (q: Q, p: P) => Node,
  // `reads` are the names of P, and each is there: what this cast says.
): KlRow<Q> => ({ reads, terms: (q, p) => terms(q, p as P) })

/** A family as a value: how a distribution is made of its parameters. Not a registry: nothing looks a family up by its name to compute with it. */
export interface Family<
  Name extends string,
  Su extends Support,
  Sa extends Sampling,
  P extends Readonly<Record<string, Node>>,
  Kl extends string,
> {
  readonly name: Name
  readonly support: Su
  readonly sampling: Sa
  /** the names of the parameters that it stores, in their order */
  readonly params: readonly (keyof P & string)[]
  /** log-density at x, in terms */
  readonly logProb: (params: P, x: Node) => Node
  /** a function of the noise leaf that `noise` answers */
  readonly draw: (params: P, noise: (law: NoiseLaw) => Node) => Node
  readonly mean: (params: P) => Node
  readonly variance: (params: P) => Node
  /** in terms; "no closed form" is a written rule */
  readonly entropy: ((params: P) => Node) | undefined
  readonly klTo: { readonly [F in Kl]: KlRow<P> }
}

/** Put a distribution together; `event` is any node of the event's shape. */
export const distOf = <
  Name extends string,
  S extends Shape,
  Su extends Support,
  Sa extends Sampling,
  P extends Readonly<Record<string, Node>>,
  Kl extends string,
>(
  family: Family<Name, Su, Sa, P, Kl>,
  event: Node,
  params: P,
  problems: readonly string[],
): Dist<Name, S, Su, Sa, Kl, 'values'> & { readonly params: P } => {
  const { shape } = event
  const others = (reads: readonly string[]): Readonly<Record<string, Node>> =>
    Object.fromEntries(reads.map((name) => [name, otherLeaf(name, shape)]))
  const parts = (): Parts => ({
    logProb: family.logProb(params, valueLeaf(shape, family.support)),
    draw: family.draw(params, (law) => noiseLeaf(shape, law)),
    mean: family.mean(params),
    variance: family.variance(params),
    ...(family.entropy === undefined ? {} : { entropy: family.entropy(params) }),
  })
  const rows = () =>
    Object.entries<KlRow<P>>(family.klTo).map(([name, { reads, terms }]) => [name, terms(params, others(reads))])
  const isBroken = problems.length > 0
  return {
    family: family.name,
    shape: exprOf<S>(event).shape,
    support: family.support,
    sampling: family.sampling,
    scores: 'values',
    params,
    // Of parameters that are wrong nothing can be made.
    parts: isBroken ? {} : parts(),
    // One node a row, under the row's name; none are read of what is broken.
    klTo: (isBroken ? {} : Object.fromEntries(rows())) as { readonly [F in Kl]: Node },
    problems,
  }
}
