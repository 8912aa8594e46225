import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import type { AnyDist, Parts, Sampling, Scoring } from '../dist/Dist.ts'
import { countOfValues } from '../dist/enumerate.ts'
import { isLibraryMade, isOfLibrary, madeOf, paramNamesOf } from '../dist/library.ts'
import { notEnumerable } from '../dist/messages.ts'
import { codecError, type ElboError } from '../error.ts'
import { supportCodec } from '../expr/argCodec.ts'
import type { Node, Support } from '../expr/Op.ts'
import type { Site } from './Program.ts'

/** Nodes are places in the program's table of nodes. */
type Places = Readonly<Record<string, number>>

/** What a distribution that is not the library's own knows of itself. */
interface OwnJson {
  readonly support: Support
  readonly sampling: Sampling
  readonly scores: Scoring
  readonly parts: Places
  readonly klTo: Places
}

/** A site in a file. */
export interface SiteJson {
  readonly kind: Site['kind']
  readonly name: string
  readonly family: string
  readonly shape: readonly number[]
  readonly params: Places
  /** whether a guide's latent is summed out; absent where it is not */
  readonly enumerated?: true
  /** absent where the family's name and the parameters tell all */
  readonly own?: OwnJson
}

const place = t.refinement(t.number, (n) => Number.isSafeInteger(n) && n >= 0, 'a whole number from 0')
const places = t.record(t.string, place)
const partNames: { readonly [P in keyof Parts]-?: null } = {
  logProb: null,
  draw: null,
  drawLogProb: null,
  mean: null,
  variance: null,
  entropy: null,
}
const sampling: t.Type<Sampling, Sampling, unknown> = t.keyof({
  reparameterised: null,
  discrete: null,
  deterministic: null,
  enumerated: null,
  none: null,
})
const own: t.Type<OwnJson, unknown, unknown> = t.type(
  { support: supportCodec, sampling, scores: t.keyof({ values: null, draws: null }), parts: places, klTo: places },
  'what the distribution knows',
)
export const siteCodec: t.Type<SiteJson, unknown, unknown> = t.intersection(
  [
    t.type({
      kind: t.keyof({ latent: null, observed: null }, "'latent' or 'observed'"),
      name: t.string,
      family: t.string,
      shape: t.readonlyArray(place),
      params: places,
    }),
    t.partial({ enumerated: t.literal(true), own }),
  ],
  'a site',
)

/** The nodes of a site, each under a key of its own. */
export const siteNodes = ({ dist }: Site): Readonly<Record<string, Node>> => {
  const keyed = (group: string, of: object): readonly (readonly [string, Node])[] =>
    Object.entries<Node>(of as Record<string, Node>).map(([name, node]) => [`${group}/${name}`, node])
  return Object.fromEntries([
    ...keyed('params', dist.params),
    ...(isLibraryMade(dist) ? [] : [...keyed('parts', dist.parts), ...keyed('klTo', dist.klTo)]),
  ])
}

/** The keys of {@link siteNodes}, as a file has them. */
export const sitePlaces = ({ params, own: rest }: SiteJson): Places => {
  const keyed = (group: string, of: Places = {}): readonly (readonly [string, number])[] =>
    Object.entries(of).map(([name, at]) => [`${group}/${name}`, at])
  return Object.fromEntries([...keyed('params', params), ...keyed('parts', rest?.parts), ...keyed('klTo', rest?.klTo)])
}

export const encodeSite = (site: Site, placeOf: (key: string) => number): SiteJson => {
  const { kind, name, dist } = site
  const placed = (group: string, of: object): Places =>
    Object.fromEntries(Object.keys(of).map((key) => [key, placeOf(`${group}/${key}`)]))
  return {
    kind,
    name,
    family: dist.family,
    shape: dist.shape,
    params: placed('params', dist.params),
    ...(dist.sampling === 'enumerated' ? { enumerated: true } : {}),
    ...(isLibraryMade(dist)
      ? {}
      : {
          own: {
            support: dist.support,
            sampling: dist.sampling,
            scores: dist.scores,
            parts: placed('parts', dist.parts),
            klTo: placed('klTo', dist.klTo),
          },
        }),
  }
}

const show = (shape: readonly number[]): string => `[${shape.join(', ')}]`
const sameShape = (a: readonly number[], b: readonly number[]): boolean => show(a) === show(b)

/** What is wrong with the nodes of a site: parameters, draws and moments have the shape of the event. */
const shapeProblem = ({ shape, own: rest }: SiteJson, dist: AnyDist): string | undefined => {
  const odd = ([name, node]: readonly [string, Node]): string | undefined =>
    sameShape(node.shape, shape) ? undefined : `${name} has shape ${show(node.shape)} but the event is ${show(shape)}`
  const params = Object.entries(dist.params).map(odd)
  if (rest === undefined) return params.find((p) => p !== undefined)
  const { draw, mean, variance } = dist.parts
  const moments = Object.entries({ draw, mean, variance }).flatMap(([name, node]) =>
    node === undefined ? [] : [odd([name, node])],
  )
  const unknown = Object.keys(dist.parts).find((name) => !Object.hasOwn(partNames, name))
  return unknown === undefined
    ? moments.find((p) => p !== undefined)
    : `'${unknown}' is nothing that a distribution knows; there are ${Object.keys(partNames).join(', ')}`
}

const ofLibrary = (
  json: SiteJson,
  params: Readonly<Record<string, Node>>,
  problems: readonly string[],
): E.Either<string, AnyDist> => {
  const [names, given] = [paramNamesOf(json.family), Object.keys(params)]
  if (!isOfLibrary(json.family))
    return E.left(`'${json.family}' is no family of this library, and what it knows is not written beside it`)
  if (given.length !== names.length || !names.every((name) => given.includes(name)))
    return E.left(`${json.family} has the parameters ${names.join(', ')} but here are ${given.join(', ') || 'none'}`)
  const odd = names.find((name) => !sameShape(params[name]?.shape ?? [], json.shape))
  if (odd !== undefined && problems.length === 0)
    return E.left(`${odd} has shape ${show(params[odd]?.shape ?? [])} but the event is ${show(json.shape)}`)
  const inOrder = Object.fromEntries(
    names.flatMap((name) => (params[name] === undefined ? [] : [[name, params[name]]])),
  )
  const made = madeOf(json.family, inOrder, problems)
  return made === undefined ? E.left('a parameter is no node') : E.right(made)
}

/**
 * The distribution of a site. `problems`: what the program is known to be wrong in, so that its shapes may be any.
 */
export const decodeSite = (
  json: SiteJson,
  nodeAt: (key: string) => Node | undefined,
  problems: readonly string[],
): E.Either<ElboError, AnyDist> => {
  const group = (name: string, of: Places): Readonly<Record<string, Node>> =>
    Object.fromEntries(
      Object.keys(of).flatMap((key) => {
        const found = nodeAt(`${name}/${key}`)
        return found === undefined ? [] : [[key, found]]
      }),
    )
  const params = group('params', json.params)
  const made: E.Either<string, AnyDist> =
    json.own === undefined
      ? ofLibrary(json, params, problems)
      : E.right({
          family: json.family,
          shape: json.shape as AnyDist['shape'],
          support: json.own.support,
          sampling: json.own.sampling,
          scores: json.own.scores,
          params,
          parts: group('parts', json.own.parts) as Parts,
          klTo: group('klTo', json.own.klTo),
          problems,
        })
  if (E.isLeft(made)) return E.left(codecError(made.left))
  const wrong = problems.length > 0 ? undefined : shapeProblem(json, made.right)
  if (wrong !== undefined) return E.left(codecError(wrong))
  if (json.enumerated === undefined) return made
  return countOfValues(made.right) === Infinity
    ? E.left(codecError(notEnumerable(json.family)))
    : E.right({ ...made.right, sampling: 'enumerated' })
}
