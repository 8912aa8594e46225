import type { AnyDist } from '../dist/Dist.ts'
import { countOfValues } from '../dist/enumerate.ts'
import { isNatural } from '../shape/Dim.ts'
import { isSame } from '../shape/Shape.ts'
import { show } from '../shape/show.ts'
import type { AnyField, Fields } from './Field.ts'
import * as m from './messages.ts'
import type { AnyProgram, Site, Variables } from './Program.ts'
import { canScore, isInside } from '../dist/Support.ts'

/** The most values of enumerated latents that a program is computed for. */
const MOST_VALUES = 4096

/** Whether a model, a guide and the data fit together: as a type, which answers all messages in one literal, and as a value. */

export type Join<A extends string, B extends string> = A extends '' ? B : B extends '' ? A : `${A}; ${B}`

/** An argument that a check judges: T where it answers '', else the message, for the compiler to print. */
export type Passed<Message extends string, T> = [Message] extends [''] ? T : Message

/** Whether a list of variables, or a name in it, is known late: what is missing from it may yet be there. */
type isOpen<V extends Variables> = number extends V['length'] ? true : string extends V[number][0] ? true : false
type isLiteral<K extends string> = string extends K ? false : true

/** The distribution of this name, or `never`. Test with `[…] extends [never]`: `never extends …` alone holds for everything. */
export type find<V extends Variables, K extends string> = V extends readonly [
  readonly [infer N, infer D extends AnyDist],
  ...infer R extends Variables,
]
  ? N extends K
    ? D
    : find<R, K>
  : never

type latentPair<K extends string, Q extends AnyDist, P extends AnyDist> = Q['sampling'] extends 'discrete'
  ? m.notReparameterised<K, Q['family'], Q['support']>
  : Q['sampling'] extends 'none'
    ? m.noDraw<K, Q['family']>
    : P['scores'] extends 'draws'
      ? m.scoresDraws<K, P['family']>
      : isSame<Q['shape'], P['shape']> extends false
        ? m.latentShapes<K, show<Q['shape']>, show<P['shape']>>
        : isInside<Q['support'], P['support']> extends false
          ? m.latentSupport<K, Q['family'], P['family'], P['support']>
          : ''

/** What failed when it was built is told already; its shape means nothing. */
export const isBroken = (...dists: readonly AnyDist[]): boolean => dists.some((d) => d.problems.length > 0)

/** A field whose own shape is wrong is reported where it is given. */
export const cannotBe = (field: AnyField): boolean => !field.shape.every(isNatural)

const latentPair = (name: string, q: AnyDist, p: AnyDist): string[] =>
  isBroken(q, p)
    ? []
    : q.sampling === 'discrete'
      ? [m.notReparameterised(name, q.family, q.support)]
      : q.sampling === 'none'
        ? [m.noDraw(name, q.family)]
        : p.scores === 'draws'
          ? [m.scoresDraws(name, p.family)]
          : !isSame(q.shape, p.shape)
            ? [m.latentShapes(name, show(q.shape), show(p.shape))]
            : !isInside(q.support, p.support)
              ? [m.latentSupport(name, q.family, p.family, p.support)]
              : []

type latents<ML extends Variables, GL extends Variables, Sum extends string = ''> = ML extends readonly [
  readonly [infer K extends string, infer P extends AnyDist],
  ...infer R extends Variables,
]
  ? latents<R, GL, Join<Sum, guided<K, P, GL>>>
  : Sum
type guided<K extends string, P extends AnyDist, GL extends Variables> =
  isLiteral<K> extends false
    ? ''
    : [find<GL, K>] extends [never]
      ? isOpen<GL> extends true
        ? ''
        : m.missingLatent<K>
      : latentPair<K, find<GL, K>, P>

type extras<ML extends Variables, GL extends Variables, Sum extends string = ''> =
  isOpen<ML> extends true
    ? ''
    : GL extends readonly [readonly [infer K extends string, AnyDist], ...infer R extends Variables]
      ? extras<
          ML,
          R,
          Join<Sum, [find<ML, K>] extends [never] ? (isLiteral<K> extends true ? m.extraLatent<K> : '') : ''>
        >
      : Sum

type observation<K extends string, P extends AnyDist, X extends AnyField> =
  isSame<P['shape'], X['shape']> extends false
    ? m.observedShapes<K, show<P['shape']>, show<X['shape']>>
    : P['sampling'] extends 'deterministic'
      ? m.pointLikelihood<K, P['family']>
      : canScore<P['support'], X['support']> extends false
        ? m.observedSupport<K, P['family'], P['support'], X['support']>
        : P['scores'] extends 'draws'
          ? m.scoresDraws<K, P['family']>
          : ''

const observation = (name: string, p: AnyDist, x: AnyField): string[] =>
  isBroken(p) || cannotBe(x)
    ? []
    : !isSame(p.shape, x.shape)
      ? [m.observedShapes(name, show(p.shape), show(x.shape))]
      : p.sampling === 'deterministic'
        ? [m.pointLikelihood(name, p.family)]
        : !canScore(p.support, x.support)
          ? [m.observedSupport(name, p.family, p.support, x.support)]
          : p.scores === 'draws'
            ? [m.scoresDraws(name, p.family)]
            : []

type observations<O extends Variables, G extends Fields, Sum extends string = ''> = O extends readonly [
  readonly [infer K extends string, infer P extends AnyDist],
  ...infer R extends Variables,
]
  ? observations<
      R,
      G,
      Join<Sum, isLiteral<K> extends false ? '' : K extends keyof G ? observation<K, P, G[K]> : m.noDataFor<K>>
    >
  : Sum

/** A name that both are given. Several that differ are a union of messages: the names of a record have no order. */
type givens<M extends Fields, G extends Fields> = fold<
  { readonly [K in keyof M & keyof G & string]: isLiteral<K> extends true ? bothGiven<K, M[K], G[K]> : '' }[keyof M &
    keyof G &
    string]
>
type bothGiven<K extends string, M extends AnyField, G extends AnyField> =
  isSame<M['shape'], G['shape']> extends false
    ? m.givenShapes<K, show<M['shape']>, show<G['shape']>>
    : [M['support'] & G['support']] extends [never]
      ? m.givenSupports<K, M['support'], G['support']>
      : ''
const bothGiven = (name: string, model: AnyField, guide: AnyField): string[] =>
  cannotBe(model) || cannotBe(guide)
    ? []
    : !isSame(model.shape, guide.shape)
      ? [m.givenShapes(name, show(model.shape), show(guide.shape))]
      : model.support !== guide.support
        ? [m.givenSupports(name, model.support, guide.support)]
        : []

/** The messages among answers, or ''. */
export type fold<M> = [Exclude<M, ''>] extends [never] ? '' : Exclude<M, ''> & string

export type LatentsOf<P extends AnyProgram> = NonNullable<P['latents']>
type ObservedOf<P extends AnyProgram> = NonNullable<P['observed']>

/** What the guide must not do, beyond its latents: observe. */
type guideOnly<O extends Variables> = O extends readonly [readonly [infer K extends string, AnyDist], ...Variables]
  ? m.guideObserves<K>
  : ''
type something<O extends Variables> = O extends readonly [] ? m.noObservation : ''

/** '' where model and guide agree, else every message, joined. */
export type agreement<M extends AnyProgram, G extends AnyProgram> = Join<
  Join<latents<LatentsOf<M>, LatentsOf<G>>, extras<LatentsOf<M>, LatentsOf<G>>>,
  Join<
    Join<something<ObservedOf<M>>, guideOnly<ObservedOf<G>>>,
    Join<observations<ObservedOf<M>, G['given']>, givens<M['given'], G['given']>>
  >
>

/** What the checks read of a program. */
type Half = Pick<AnyProgram, 'given' | 'sites'>

const named = (sites: readonly Site[], kind: Site['kind']): ReadonlyMap<string, AnyDist> =>
  new Map(sites.filter((s) => s.kind === kind).map((s) => [s.name, s.dist]))

const enumerable = (guide: ReadonlyMap<string, AnyDist>): readonly string[] => {
  const summed = [...guide].filter(([, dist]) => dist.sampling === 'enumerated' && !isBroken(dist))
  const values = summed.reduce((n, [, dist]) => n * countOfValues(dist), 1)
  return values <= MOST_VALUES
    ? []
    : [
        m.tooManyValues(
          summed.map(([name]) => name),
          values,
          MOST_VALUES,
        ),
      ]
}

export const agreement = (model: Half, guide: Half): readonly string[] => {
  const [p, q, observed] = [named(model.sites, 'latent'), named(guide.sites, 'latent'), named(model.sites, 'observed')]
  const inLatents = [...p].flatMap(([name, dist]) => {
    const posterior = q.get(name)
    return posterior === undefined ? [m.missingLatent(name)] : latentPair(name, posterior, dist)
  })
  const inExtras = [...q.keys()].filter((name) => !p.has(name)).map((name) => m.extraLatent(name))
  const inObservations = [...observed].flatMap(([name, likelihood]) => {
    const x = guide.given[name]
    return x === undefined ? [m.noDataFor(name)] : observation(name, likelihood, x)
  })
  const inGiven = Object.entries(model.given).flatMap(([name, field]) => {
    const other = guide.given[name]
    return other === undefined ? [] : bothGiven(name, field, other)
  })
  return [
    ...inLatents,
    ...enumerable(q),
    ...inExtras,
    ...(observed.size === 0 ? [m.noObservation] : []),
    ...guide.sites
      .filter((s) => s.kind === 'observed')
      .slice(0, 1)
      .map((s) => m.guideObserves(s.name)),
    ...inObservations,
    ...inGiven,
  ]
}
