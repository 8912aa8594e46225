import * as fc from 'fast-check'
import { pipe } from 'fp-ts/lib/function.js'
import * as O from 'fp-ts/lib/Option.js'
import type { AnyDist } from '../../dist/Dist.ts'
import { entropyTerms, logProbTerms, meanOf, sampleOf, varianceOf } from '../../dist/family.ts'
import { type AnyExpr, broken, type Expr, exprOf } from '../../expr/Expr.ts'
import { leavesOf } from '../../expr/leaf.ts'
import { node } from '../../expr/node.ts'
import type { Node, NoiseLaw, Support } from '../../expr/Op.ts'
import type { Shape } from '../../shape/Shape.ts'
import { grad } from '../../transform/grad.ts'
import { substitute } from '../../expr/substitute.ts'
import { vmap } from '../../transform/vmap.ts'
import { within } from '../arbitrary/within.ts'
import { LawBroken } from '../Gauge.ts'
import { valueOf, valuesOf } from '../oracle/numbers.ts'
import { overSupport, type Rule } from '../oracle/quadrature.ts'

export type Parameters = Readonly<Record<string, number>>
/** The parameters as expressions, under their names. */
export type At = Readonly<Record<string, Expr<[]>>>

/**
 * A distribution of one number, as the laws see it. What `density` of elbo-ts declares is one: methods, for their parameters may be narrower than any
 * record. Everything is for one draw.
 *
 * Shapes    x, noise and every parameter: []      Units nats
 */
export interface Density {
  readonly name: string
  readonly support: Exclude<Support, 'oneHot'>
  /**
   * each parameter's range; the laws choose values in it. Integrals are over fixed points first, for numbers of moderate size (locations within 4,
   * scales from 0.1 to 4, counts below 400); where these do not agree, over points that follow peaks, poles and tails, which is slower. What is not
   * told even so, such as a moment that is not finite, is counted as that and accuses nobody
   */
  readonly parameters: Readonly<Record<string, readonly [low: number, high: number]>>
  logProb(at: At, x: Expr<[]>): Expr<[]>
  readonly sample?: { readonly noise: NoiseLaw; from(at: At, noise: Expr<[]>): Expr<[]> }
  /** whether a draw is a smooth function of the parameters */
  readonly reparameterised?: boolean
  /** whether it is the Normal of mean `loc` and standard deviation `scale`, of which more laws hold */
  readonly normal?: boolean
  mean?(at: At): Expr<[]>
  variance?(at: At): Expr<[]>
  entropy?(at: At): Expr<[]>
  /** where the density has a corner, so that integrals are split there */
  kinks?(parameters: Parameters): readonly number[]
  /** known values, to be met to about a part in 10¹² */
  readonly table?: readonly { readonly at: Parameters; readonly x: number; readonly logProb: number }[]
}

const leaf = (name: string, shape: Shape): Node => node('param', { name, shape, init: { tag: 'constant', value: 0 } })
const datum = node('data', { name: 'x', shape: [], support: 'real' })
const isDatum = (n: Node): boolean => n === datum || n.op === 'noise'

/** The vertex of what a user composed; what is wrong with it breaks the law that asked. */
export const vertexOf = (made: AnyExpr | undefined): Node => {
  // Of a program that is not type-checked.
  if (typeof made !== 'object') throw new LawBroken(`an expression is wanted, not ${String(made)}`)
  if (made.problems.length > 0) throw new LawBroken(made.problems.join('; '))
  return made.node
}

/** A density's parameters as leaves of a shape: [] for one number. */
export const leavesOver = <S extends Shape>(
  shape: S,
  { parameters }: Density,
  prefix = '',
): Readonly<Record<string, Expr<S>>> =>
  Object.fromEntries(Object.keys(parameters).map((name) => [name, exprOf<S>(leaf(`${prefix}${name}`, shape))]))
export const leavesFor = (density: Density, prefix = ''): At => leavesOver<[]>([], density, prefix)

export const parametersOf = ({ name: density, parameters }: Density): fc.Arbitrary<Parameters> =>
  fc.record(
    Object.fromEntries(
      Object.entries(parameters).map(([name, [min, max]]) => {
        if (!(min < max) || !Number.isFinite(max - min))
          throw new LawBroken(`${density}: '${name}' has no range from ${min} to ${max}; give the smaller number first`)
        return [name, within(min, max)]
      }),
    ),
    { noNullPrototype: true },
  )

const logProbNode = (density: Density): Node => vertexOf(density.logProb(leavesFor(density), exprOf(datum)))

/** log p at every point. */
export const logProbsAt = (density: Density, at: Parameters, points: ArrayLike<number>): Float64Array =>
  valuesOf(vmap([logProbNode(density)], points.length, isDatum), { ...at, x: points })[0] ?? new Float64Array()

/** ∂ log p / ∂θ at every point, for every parameter by name; with `order` 2 the second derivatives ∂² log p / ∂θ². */
export const scoresAt = (
  density: Density,
  at: Parameters,
  points: ArrayLike<number>,
  order: 1 | 2 = 1,
): Readonly<Record<string, Float64Array>> => {
  const [names, leaves] = [Object.keys(density.parameters), Object.values(leavesFor(density)).map((e) => e.node)]
  const first = grad(logProbNode(density), leaves)
  const wanted = order === 1 ? first : first.flatMap((g, i) => grad(g, leaves.slice(i, i + 1)))
  const values = valuesOf(vmap(wanted, points.length, isDatum), { ...at, x: points })
  return Object.fromEntries(names.map((name, i) => [name, values[i] ?? new Float64Array()]))
}

/** The leaf that a draw's noise is. */
const noiseLeaf = (law: NoiseLaw): Node => node('noise', { name: 'noise', shape: [], law })

export const sampleNode = (density: Density): Node | undefined => {
  const { sample } = density
  return sample === undefined ? undefined : vertexOf(sample.from(leavesFor(density), exprOf(noiseLeaf(sample.noise))))
}

/** Draws, one a value of the noise. */
export const drawsAt = (density: Density, at: Parameters, noise: ArrayLike<number>): Float64Array => {
  const drawn = sampleNode(density)
  if (drawn === undefined) throw new LawBroken(`${density.name} has no sample`)
  return valuesOf(vmap([drawn], noise.length, isDatum), { ...at, noise })[0] ?? new Float64Array()
}

/** A number that a density states of itself, such as its mean. */
export const stated = (density: Density, what: 'mean' | 'variance' | 'entropy', at: Parameters): number => {
  const make = density[what]
  return make === undefined ? Number.NaN : valueOf(vertexOf(make(leavesFor(density))), at)
}

/** Points over the support, the density's logarithm there, and the mass of every point. */
export const massOf = (
  density: Density,
  at: Parameters,
  otherKinks: readonly number[] = [],
): Rule & { readonly logP: Float64Array; readonly mass: Float64Array } => {
  const rule = overSupport(density.support, [...(density.kinks?.(at) ?? []), ...otherKinks])
  const logP = logProbsAt(density, at, rule.points)
  return { ...rule, logP, mass: logP.map((l, i) => Math.exp(l) * (rule.weights[i] ?? Number.NaN)) }
}

/** A density that is a distribution of this library, which can be made again at any parameters. */
export type Made = Density & { readonly make: Make }
/** Of one number, or of as many as its parameters have. */
type Make = (at: Readonly<Record<string, AnyExpr>>) => AnyDist

const entropyAt = (dist: AnyDist): Expr<[]> =>
  pipe(
    entropyTerms(dist),
    O.match(() => broken<[]>(`${dist.family} states no entropy`), exprOf<[]>),
  )

/** The law of the one noise that a draw is made of; nothing where there are several, as in a mixture, or none. */
const lawOf = (dist: AnyDist): NoiseLaw | undefined => {
  const laws = leavesOf(dist.parts.draw === undefined ? [] : [dist.parts.draw]).flatMap((leaf) =>
    leaf.op === 'noise' ? [leaf.arg.law] : [],
  )
  return laws.length === 1 ? laws[0] : undefined
}

/** A distribution of this library over [], as a density. */
export const densityOf = (
  options: Pick<Density, 'name' | 'parameters' | 'kinks' | 'table'> & { readonly make: Make },
): Made => {
  const { make, ...given } = options
  const example = make(leavesFor({ ...given, support: 'real', logProb: (_, x) => x }))
  const law = lawOf(example)
  const { mean, variance, entropy } = example.parts
  const drawn = (at: At, noise: Expr<[]>): Expr<[]> => {
    const [draw = noise.node] = substitute([sampleOf(make(at), 'draw')], (n) =>
      n.op === 'noise' ? noise.node : undefined,
    )
    return exprOf(draw)
  }
  return {
    ...given,
    make,
    support: example.support === 'oneHot' ? 'binary' : example.support,
    reparameterised: example.sampling === 'reparameterised',
    normal: example.family === 'Normal',
    logProb: (at, x) => exprOf(logProbTerms(make(at), x.node)),
    ...(law === undefined ? {} : { sample: { noise: law, from: drawn } }),
    ...(mean === undefined ? {} : { mean: (at: At) => exprOf<[]>(meanOf(make(at))) }),
    ...(variance === undefined ? {} : { variance: (at: At) => exprOf<[]>(varianceOf(make(at))) }),
    ...(entropy === undefined ? {} : { entropy: (at: At) => entropyAt(make(at)) }),
  }
}
