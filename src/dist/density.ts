import { answered } from '../call/answer.ts'
import { record } from '../call/Kind.ts'
import { takes } from '../call/takes.ts'
import { broadcastTo } from '../expr/build.ts'
import { type AnyExpr, broken, type Expr, exprOf, problemsOf } from '../expr/Expr.ts'
import type { Node, NoiseLaw, Support } from '../expr/Op.ts'
import { substitute } from '../expr/substitute.ts'
import type { Shape } from '../shape/Shape.ts'
import { type Dist, noiseLeaf, otherLeaf, ownLeaf, ownParam, type Parts, type Sampling, valueLeaf } from './Dist.ts'
import { isOfLibrary, type LibraryFamily, type LibraryParam, paramNamesOf } from './library.ts'
import { nameOfLibrary, neitherMeanNorDraw, noSuchParameter, parametersDiffer, unknownOther } from './messages.ts'
import { overEvent } from './overEvent.ts'
import { type Parameter, parameter, type shapeOf } from './parameter.ts'

/** Parameters, or what is known of them, by their names. */
type Named<K extends string> = { readonly [P in K]: Expr<[]> }
type Numbers<K extends string> = { readonly [P in K]: number }

/** A draw as a function of noise. */
interface Draw<K extends string, N extends NoiseLaw = NoiseLaw> {
  readonly noise: N
  readonly from: (at: Named<K>, noise: Expr<[]>) => Expr<[]>
}

/** What is said of one number x at its parameters, each an expression of shape []. */
interface Described<
  Name extends string,
  Su extends Exclude<Support, 'oneHot'>,
  K extends string,
  R extends boolean,
  N extends NoiseLaw,
  Kl extends string,
> {
  readonly name: Name
  readonly support: Su
  /** a range for each parameter, from which the laws choose */
  readonly parameters: { readonly [P in K]: readonly [low: number, high: number] }
  readonly logProb: (at: Named<K>, x: Expr<[]>) => Expr<[]>
  readonly sample?: Draw<K, N>
  /** whether a draw is a smooth function of the parameters */
  readonly reparameterised?: R
  readonly mean?: (at: Named<K>) => Expr<[]>
  readonly variance?: (at: Named<K>) => Expr<[]>
  readonly entropy?: (at: Named<K>) => Expr<[]>
  /** KL(this‖p) in closed form, by the name of p: this density itself, or a family of the library */
  readonly kl?: {
    readonly [P in Kl]: (q: Named<K>, p: Named<P extends LibraryFamily ? LibraryParam<P> : K>) => Expr<[]>
  }
  /** whether it is the Normal of mean `loc` and standard deviation `scale`, of which more laws hold */
  readonly normal?: boolean
  /** where the density has a corner, so that integrals are split there */
  readonly kinks?: (at: Numbers<K>) => readonly number[]
  /** known values, to be met to about a part in 10¹² */
  readonly table?: readonly { readonly at: Numbers<string>; readonly x: number; readonly logProb: number }[]
}

type samplingOf<R extends boolean, N extends NoiseLaw> = [N] extends [never]
  ? 'none'
  : R extends true
    ? 'reparameterised'
    : 'discrete'

type isUnion<T, All = T> = T extends unknown ? ([All] extends [T] ? false : true) : never
type shapesIn<A> = Exclude<{ readonly [P in keyof A]: shapeOf<A[P]> }[keyof A], []>
type isLate<A> = number extends shapesIn<A>['length' & keyof shapesIn<A>] ? true : false
/** The one shape among parameters that are numbers, scalars, or of that shape; late where one of them is known late. */
type eventOf<A> = [shapesIn<A>] extends [never] ? [] : true extends isLate<A> ? number[] : shapesIn<A> & Shape
type judged<A, Name extends string> =
  true extends isLate<A> ? A : true extends isUnion<shapesIn<A>> ? parametersDiffer<Name> : A

/** An own density: a function of its parameters that answers a distribution, with what was declared of it for the laws. */
export interface OwnDensity<
  Name extends string,
  Su extends Exclude<Support, 'oneHot'>,
  Sa extends Sampling,
  K extends string,
  Kl extends string,
> extends Omit<Described<Name, Su, K, boolean, NoiseLaw, string>, 'kl'> {
  <const A extends { readonly [P in K]: Parameter }>(
    at: judged<A, Name> & A,
  ): Dist<Name, eventOf<A>, Su, Sa, Kl, 'values'>
}

type Leaves = Readonly<Record<string, Expr<[]>>>
const leavesOf = (names: readonly string[], leaf: (name: string) => Node): Leaves =>
  Object.fromEntries(names.map((name) => [name, exprOf<[]>(leaf(name))]))

/** What a density says, over leaves that stand for its parameters, the value, the noise and the other distribution's parameters. */
interface Template {
  readonly parts: Readonly<Record<string, AnyExpr>>
  readonly klTo: Readonly<Record<string, AnyExpr>>
  readonly problems: readonly string[]
}

type AnyDescribed = Described<string, Exclude<Support, 'oneHot'>, string, boolean, NoiseLaw, string>

const templateOf = (d: AnyDescribed): Template => {
  const names = Object.keys(d.parameters)
  const at = leavesOf(names, ownLeaf)
  const { sample, mean, variance, entropy } = d
  const parts = {
    logProb: d.logProb(at, exprOf(valueLeaf([], d.support))),
    ...(sample === undefined ? {} : { draw: sample.from(at, exprOf(noiseLeaf([], sample.noise))) }),
    ...(mean === undefined ? {} : { mean: mean(at) }),
    ...(variance === undefined ? {} : { variance: variance(at) }),
    ...(entropy === undefined ? {} : { entropy: entropy(at) }),
  }
  const rows = Object.entries<(q: Leaves, p: Leaves) => Expr<[]>>(d.kl ?? {})
  const strangers = rows.filter(([other]) => other !== d.name && !isOfLibrary(other))
  const klTo = Object.fromEntries(
    rows.map(([other, rule]) => {
      const theirs = other === d.name ? names : paramNamesOf(other)
      return [
        other,
        rule(
          at,
          leavesOf(theirs, (name) => otherLeaf(name, [])),
        ),
      ]
    }),
  )
  for (const [part, made] of [...Object.entries(parts), ...Object.entries(klTo)]) answered(d.name, part, made)
  return {
    parts,
    klTo,
    problems: [
      ...(isOfLibrary(d.name) ? [nameOfLibrary(d.name)] : []),
      ...(d.mean === undefined && d.sample === undefined ? [neitherMeanNorDraw(d.name)] : []),
      ...strangers.map(([other]) => unknownOther(d.name, other)),
      ...problemsOf(...Object.values<AnyExpr>(parts), ...Object.values(klTo)),
    ],
  }
}

/** The parameters at the shape of the event, or what is wrong with them. */
const placed = (
  { name, parameters }: AnyDescribed,
  given: Readonly<Record<string, unknown>>,
): { readonly event: Shape; readonly params: Readonly<Record<string, Node>>; readonly problems: readonly string[] } => {
  const names = Object.keys(parameters)
  const strange = [
    ...names.filter((n) => !Object.hasOwn(given, n)),
    ...Object.keys(given).filter((n) => !names.includes(n)),
  ]
  const exprs = names.map((n): AnyExpr => (Object.hasOwn(given, n) ? parameter(given[n]) : broken()))
  const event = exprs.find((e) => e.shape.length > 0)?.shape ?? []
  const same = exprs.every(({ shape }) => shape.length === 0 || `${shape}` === `${event}`)
  const problems = [
    ...strange.map((n) => noSuchParameter(name, n, names)),
    ...problemsOf(...exprs),
    ...(same ? [] : [parametersDiffer(name)]),
  ]
  const params = names.map((n, i) => [n, exprs[i]?.node ?? broken().node] as const)
  if (problems.length > 0) return { event: [], params: Object.fromEntries(params), problems }
  const shape = exprOf(params.find(([, x]) => x.shape.length > 0)?.[1] ?? broken().node).shape
  return {
    event: shape,
    params: Object.fromEntries(params.map(([n, x]) => [n, broadcastTo(x, shape.map(Number))])),
    problems,
  }
}

/** What {@link density} is to the compiler. */
interface Declare {
  <
    const Name extends string,
    const Su extends Exclude<Support, 'oneHot'>,
    const K extends string,
    const R extends boolean = false,
    N extends NoiseLaw = never,
    Kl extends string = never,
  >(
    described: Described<Name, Su, K, R, N, Kl>,
  ): OwnDensity<Name, Su, samplingOf<R, N>, K, Kl>
}

const declare = (d: AnyDescribed): object => {
  const template = templateOf(d)
  const sampling: Sampling =
    d.sample === undefined ? 'none' : d.reparameterised === true ? 'reparameterised' : 'discrete'
  const make = (at: Readonly<Record<string, unknown>>): Dist<string, Shape, Support, Sampling> => {
    const { event, params, problems } = placed(d, at)
    const wrong = [...template.problems, ...problems]
    const [partNames, klNames] = [Object.keys(template.parts), Object.keys(template.klTo)]
    const roots = [...Object.values(template.parts), ...Object.values(template.klTo)].map((e) => e.node)
    const filled =
      wrong.length > 0 ? [] : substitute(overEvent(roots, event.map(Number)), (leaf) => params[ownParam(leaf) ?? ''])
    const group = (names: readonly string[], nodes: readonly Node[]): Readonly<Record<string, Node>> =>
      Object.fromEntries(nodes.map((x, i) => [names[i] ?? '', x]))
    return {
      family: d.name,
      shape: event,
      support: d.support,
      sampling,
      scores: 'values',
      params,
      parts: group(partNames, filled.slice(0, partNames.length)) as Parts,
      klTo: group(klNames, filled.slice(partNames.length)),
      problems: wrong,
    }
  }
  const { name, ...rest } = d
  return Object.defineProperty(Object.assign(make, rest), 'name', { value: name })
}

/**
 * A distribution of your own: what it says of one number at its parameters. The result is a function from parameters (numbers, or expressions of
 * one shape) to a distribution over an event of that shape, independent in each coordinate, which `latent` and `observe` take. It is also what
 * `distributionLaws` of `elbo-ts/verify` check. It needs no registration: a run that uses it is resumed, sampled and exported from its folder alone.
 *
 * Every function is written for one number, shape []; the library repeats it over the event.
 *
 * Units    nats
 * Defaults without `sample` it has no draw, so that it can be a prior or a likelihood but not a guide; `reparameterised` false; without `kl` an
 *          objective estimates its KL from draws: `elbo({ kl: 'sampled' })`
 *          where a value is to be shown, its mean is; without `mean` the draw at the middle of its noise
 * Errors   neither a mean nor a draw; a parameter that is missing or unknown; parameters of several shapes; a name of the library
 * @example density({ name: 'Exponential', support: 'positive', parameters: { rate: [0.3, 3] }, logProb: ({ rate }, x) => pipe(log(rate), sub(pipe(rate, mul(x)))) })
 */
// Every call hands the functions exactly the parameters that are declared, and answers the traits that are declared.
export const density: Declare = takes('density', declare as Declare, [record])
