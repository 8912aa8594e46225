import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as t from 'io-ts'
import { fieldTypeCodec } from '../data/Field.ts'
import { codecError, type ElboError } from '../error.ts'
import { decodeGraph, encodeGraph, type NodeJson } from '../expr/codec.ts'
import { fnv1a } from '../expr/fingerprint.ts'
import type { Node } from '../expr/Op.ts'
import { agreement } from './agreement.ts'
import { decoded } from './decoded.ts'
import type { Site } from './Program.ts'
import { decodeSite, encodeSite, siteCodec, type SiteJson, siteNodes, sitePlaces } from './siteCodec.ts'
import type { AnyVae } from './Vae.ts'

/** A model and its guide as plain JSON, over one table of vertices, operands first. */
export interface VaeJson {
  readonly given: AnyVae['given']
  readonly nodes: readonly NodeJson[]
  readonly model: readonly SiteJson[]
  readonly guide: readonly SiteJson[]
  readonly problems: readonly string[]
}

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
const key = (half: Half, site: number, name: string): string => `${half}/${site}/${name}`

export const encodeVae = (vae: AnyVae): VaeJson => {
  const outputs = Object.fromEntries(
    halves.flatMap((half) =>
      vae[half].flatMap((site, i) =>
        Object.entries(siteNodes(site)).map(([name, node]) => [key(half, i, name), node] as const),
      ),
    ),
  )
  const graph = encodeGraph({ outputs, updates: {} })
  const sites = (half: Half): readonly SiteJson[] =>
    vae[half].map((site, i) => encodeSite(site, (name) => graph.outputs[key(half, i, name)] ?? 0))
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

const rebuilt = (json: t.TypeOf<typeof vaeCodec>): E.Either<ElboError, AnyVae> => {
  const outputs = Object.fromEntries(
    halves.flatMap((half) =>
      json[half].flatMap((site, i) => Object.entries(sitePlaces(site)).map(([name, at]) => [key(half, i, name), at])),
    ),
  )
  const sites = (half: Half, nodes: Readonly<Record<string, Node>>): E.Either<ElboError, readonly Site[]> =>
    pipe(
      json[half].map((site, i) =>
        pipe(
          decodeSite(site, (name) => nodes[key(half, i, name)], json.problems),
          E.bimap(
            ({ message }) => codecError(`${half} '${site.name}': ${message}`),
            (made): Site => ({ kind: site.kind, name: site.name, dist: made }),
          ),
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
