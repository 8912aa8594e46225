import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as t from 'io-ts'
import { fieldTypeCodec } from '../data/Field.ts'
import { type AnyDist, distOf, type Families, type Family } from '../dist/Dist.ts'
import { countOfValues } from '../dist/enumerate.ts'
import { families } from '../dist/family.ts'
import { notEnumerable } from '../dist/messages.ts'
import { codecError, type ElboError } from '../error.ts'
import { decodeGraph, encodeGraph, type NodeJson } from '../expr/codec.ts'
import { fnv1a } from '../expr/fingerprint.ts'
import type { Node } from '../expr/Op.ts'
import { agreement } from './agreement.ts'
import { decoded } from './decoded.ts'
import type { Site } from './Program.ts'
import type { AnyVae } from './Vae.ts'

/** A site in a file; parameters are places in the table of vertices. */
interface SiteJson {
  readonly kind: Site['kind']
  readonly name: string
  readonly family: Family
  readonly shape: readonly number[]
  readonly params: Readonly<Record<string, number>>
  /** whether a guide's latent is summed out; absent where it is not */
  readonly enumerated?: true
}

/** A model and its guide as plain JSON, over one table of vertices, operands first. */
export interface VaeJson {
  readonly given: AnyVae['given']
  readonly nodes: readonly NodeJson[]
  readonly model: readonly SiteJson[]
  readonly guide: readonly SiteJson[]
  readonly problems: readonly string[]
}

/** What each family stores under which name. */
const paramNames: { readonly [F in Family]: readonly (keyof Families[F]['params'])[] } = {
  Normal: ['loc', 'scale', 'logScale'],
  Laplace: ['loc', 'scale', 'logScale'],
  LogNormal: ['loc', 'scale', 'logScale'],
  Bernoulli: ['logits'],
  Categorical: ['logits'],
  ContinuousBernoulli: ['logits'],
  Poisson: ['rate', 'logRate'],
  NegativeBinomial: ['mean', 'logMean', 'inverseDispersion', 'logInverseDispersion'],
  Delta: ['loc'],
}

const place = t.refinement(t.number, (n) => Number.isSafeInteger(n) && n >= 0, 'a whole number from 0')
const isFamily = (u: unknown): u is Family => typeof u === 'string' && Object.hasOwn(families, u)
const family: t.Type<Family, Family, unknown> = new t.Type(
  'a family of distributions',
  isFamily,
  (u, context) => (isFamily(u) ? t.success(u) : t.failure(u, context)),
  t.identity,
)
const siteCodec: t.Type<SiteJson, unknown, unknown> = t.intersection(
  [
    t.type({
      kind: t.keyof({ latent: null, observed: null }, "'latent' or 'observed'"),
      name: t.string,
      family,
      shape: t.readonlyArray(place),
      params: t.record(t.string, place),
    }),
    t.partial({ enumerated: t.literal(true) }),
  ],
  'a site',
)
/** The vertices are checked as a graph. */
const vaeCodec = t.type(
  {
    given: t.record(t.string, fieldTypeCodec),
    nodes: t.UnknownArray,
    model: t.readonlyArray(siteCodec),
    guide: t.readonlyArray(siteCodec),
    problems: t.readonlyArray(t.string),
  },
  'a vae',
)
const halves = ['model', 'guide'] as const
type Half = (typeof halves)[number]
const key = (half: Half, site: number, param: string): string => `${half}/${site}/${param}`

export const encodeVae = (vae: AnyVae): VaeJson => {
  const outputs = Object.fromEntries(
    halves.flatMap((half) =>
      vae[half].flatMap((site, i) =>
        Object.entries<Node>(site.dist.params).map(([param, node]) => [key(half, i, param), node]),
      ),
    ),
  )
  const graph = encodeGraph({ outputs, updates: {} })
  const sites = (half: Half): readonly SiteJson[] =>
    vae[half].map(({ kind, name, dist }, i) => ({
      kind,
      name,
      family: dist.family,
      shape: dist.shape,
      params: Object.fromEntries(
        Object.keys(dist.params).map((param) => [param, graph.outputs[key(half, i, param)] ?? 0]),
      ),
      ...(dist.sampling === 'enumerated' ? { enumerated: true } : {}),
    }))
  const given = Object.entries(vae.given).map(([name, { shape, support }]) => [name, { shape, support }])
  return {
    given: Object.fromEntries(given),
    nodes: graph.nodes,
    model: sites('model'),
    guide: sites('guide'),
    problems: vae.problems,
  }
}

/**
 * A name for a program's structure: its shapes, its parameters and what is computed of them. Two experiments of one fingerprint have
 * interchangeable weights; objective, data and optimiser do not enter.
 */
export const programFingerprint = (vae: AnyVae): string => {
  const { given, nodes, model, guide } = encodeVae(vae)
  const byName = Object.entries(given).sort(([a], [b]) => (a < b ? -1 : 1))
  return fnv1a(JSON.stringify([byName, nodes, model, guide]))
}

/** `broken`: the program is known to have problems, so its shapes are allowed any. */
const distribution = (
  where: string,
  json: SiteJson,
  nodeAt: (param: string) => Node | undefined,
  broken: boolean,
): E.Either<ElboError, AnyDist> => {
  const wrong = (what: string): E.Either<ElboError, AnyDist> => E.left(codecError(`${where}: ${what}`))
  const names: readonly string[] = paramNames[json.family]
  const given = Object.keys(json.params)
  if (given.length !== names.length || !names.every((name) => given.includes(name)))
    return wrong(`${json.family} has the parameters ${names.join(', ')} but here are ${given.join(', ') || 'none'}`)
  const params = Object.fromEntries(names.map((name) => [name, nodeAt(name)]))
  const [first] = Object.values(params)
  if (first === undefined) return wrong('a parameter is no vertex')
  const odd = names.find((name) => `${params[name]?.shape}` !== `${json.shape}`)
  if (odd !== undefined && !broken)
    return wrong(`${odd} has shape [${params[odd]?.shape.join(', ')}] but the event is [${json.shape.join(', ')}]`)
  // The names are those of the family, just compared; each holds a vertex.
  const made: AnyDist = distOf(families[json.family], first, params as AnyDist['params'], [])
  if (json.enumerated === undefined) return E.right(made)
  return countOfValues(made) === Infinity
    ? wrong(notEnumerable(json.family))
    : E.right({ ...made, sampling: 'enumerated' })
}

const rebuilt = (json: t.TypeOf<typeof vaeCodec>): E.Either<ElboError, AnyVae> => {
  const outputs = Object.fromEntries(
    halves.flatMap((half) =>
      json[half].flatMap((site, i) => Object.entries(site.params).map(([param, at]) => [key(half, i, param), at])),
    ),
  )
  const sites = (half: Half, nodes: Readonly<Record<string, Node>>): E.Either<ElboError, readonly Site[]> =>
    pipe(
      json[half].map((site, i) =>
        pipe(
          distribution(`${half} '${site.name}'`, site, (param) => nodes[key(half, i, param)], json.problems.length > 0),
          E.map((made): Site => ({ kind: site.kind, name: site.name, dist: made })),
        ),
      ),
      E.sequenceArray,
    )
  return pipe(
    decodeGraph({ nodes: json.nodes, outputs, updates: {} }),
    E.bindTo('graph'),
    E.bind('model', ({ graph: { outputs: nodes } }) => sites('model', nodes)),
    E.bind('guide', ({ graph: { outputs: nodes } }) => sites('guide', nodes)),
    E.map(({ model, guide }) => {
      const half = (of: readonly Site[]) => ({ env: {}, given: json.given, sites: of, problems: [] })
      // What was wrong stays wrong, in its own words; what was right has to be so still.
      const problems = json.problems.length > 0 ? json.problems : agreement(half(model), half(guide))
      return { given: json.given, model, guide, problems }
    }),
  )
}

/**
 * The VAE that {@link encodeVae} wrote: the very same vertices, as interned, and model and guide compared anew.
 *
 * Errors    one `Codec` error that says what is wrong where
 */
export const decodeVae = (json: unknown): E.Either<ElboError, AnyVae> =>
  pipe(decoded('not a program of elbo-ts', vaeCodec, json), E.chain(rebuilt))
