import { dirname, join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import type { Fields } from '../data/Field.ts'
import { attempt, type ElboError, modelError } from '../error.ts'
import * as b from '../expr/build.ts'
import { type Graph, rootsOf } from '../expr/Graph.ts'
import { node } from '../expr/node.ts'
import type { Node } from '../expr/Op.ts'
import type { Tensor } from '../expr/Tensor.ts'
import { topological } from '../expr/walk.ts'
import { type Exported, exported, graphModel, primeAbove, type Signature } from '../interp/tfgraph/exported/index.ts'
import { encodeSavedModel } from '../interp/tfgraph/graphdef/savedModel.ts'
import { iwae, measure } from '../model/objective.ts'
import type { AnyVae } from '../model/Vae.ts'
import { vmap } from '../transform/vmap.ts'
import { filledFolder, writeWhole } from './files.ts'
import { parametersAmong } from './fitting.ts'
import { decodeGraph, encodeGraph, reconstructGraph, sampleGraph } from './graphs.ts'
import { inOwnUnits } from './ownUnits.ts'

/** Samples of the bound that stands for log p(x). */
const SAMPLES = 64

/** The importance-weighted bound on log p(x) of each datum, under the name `bound`. Shapes [size] */
export const logProbGraph = (vae: AnyVae, size: number): Graph => {
  const data = (name: string): Node => {
    const field = vae.given[name]
    return field === undefined
      ? b.constant(Number.NaN)
      : node('data', { name, shape: field.shape, support: field.support })
  }
  const { bound } = measure(vae, iwae(SAMPLES), data)
  const [each] = vmap([bound ?? b.constant(Number.NaN)], size, (leaf) => leaf.op === 'data' || leaf.op === 'noise')
  return { outputs: each === undefined ? {} : { bound: each }, updates: {} }
}

const named = (graph: Graph, to: (kind: string, name: string) => string): Signature => ({
  graph,
  outputs: Object.fromEntries(
    Object.keys(graph.outputs).map((output) => {
      const [kind = '', ...name] = output.split('/')
      return [output, to(kind, name.join('/'))]
    }),
  ),
})

const graphOf = (
  vae: AnyVae,
  weights: ReadonlyMap<string, Tensor>,
  seed: number,
  fields: Fields,
): E.Either<ElboError, Exported> =>
  attempt(
    () => {
      const extents = topological(rootsOf(logProbGraph(vae, 2))).flatMap(({ shape }) => shape)
      const prime = primeAbove([...extents, ...[...weights.values()].flatMap(({ shape }) => shape)])
      const only = (_: string, name: string): string => name
      const own = (graph: Graph): Graph => inOwnUnits(graph, vae, fields)
      const encode = named(own(encodeGraph(vae, prime)), only)
      return exported(
        {
          encode,
          serving_default: encode,
          decode: named(own(decodeGraph(vae, prime)), only),
          reconstruct: named(own(reconstructGraph(vae, prime)), only),
          sample: named(own(sampleGraph(vae, prime)), (kind, name) => `${kind}_${name}`),
          log_prob: named(own(logProbGraph(vae, prime)), () => 'log_prob'),
        },
        weights,
        prime,
        seed,
      )
    },
    (cause) => modelError(`this model cannot be exported for batches of any size: ${cause.message}`),
  )

/**
 * A trained VAE as a TensorFlow graph for batches of any size. Its data are in their own units, as in the file that a table was read from:
 * `fields`, as a run's record has them, say how they are standardised, and that is done within the graph. A class is a one-hot row.
 *
 * - `encode` and `serving_default`   data → the posterior's means, by latent
 * - `decode`        latents → the likelihoods' means, by observation
 * - `reconstruct`   data → the same at the posterior's means
 * - `sample`        `count`, `seed` → `latent_z`, `mean_x`, `draw_x`
 * - `log_prob`      data, `seed` → `log_prob`, the importance-weighted bound with 64 samples, in nats; the density is that of
 *                   the data in their own units
 *
 * Errors    weights that do not fit the model; a model with a constant that differs from datum to datum
 */
export const exportedVae = (
  vae: AnyVae,
  weights: ReadonlyMap<string, Tensor>,
  seed: number,
  fields: Fields = {},
): E.Either<ElboError, Exported> =>
  pipe(
    parametersAmong('weights', vae, weights),
    E.chain((parameters) => graphOf(vae, parameters, seed, fields)),
  )

export const exportFormats = ['savedmodel', 'tfjs'] as const
export type ExportFormat = (typeof exportFormats)[number]

/** What a program must know of the data to ask the model: which column is which, which class is which. Their units are those of the file. */
const describedFields = (fields: Fields): string => {
  const plain = Object.entries(fields).map(([name, { shape, support, names }]) => [name, { shape, support, names }])
  return `${JSON.stringify(Object.fromEntries(plain), null, 2)}\n`
}

/**
 * What each format is, in files: a SavedModel for TensorFlow and TF Serving, or an encoder and a decoder for TensorFlow.js; with each, where `fields`
 * are given, a `fields.json` that names columns and classes in the order that the tensors have.
 */
export const exportFiles = (
  model: Exported,
  format: ExportFormat,
  fields: Fields = {},
): Readonly<Record<string, Uint8Array | string>> => {
  const described = Object.keys(fields).length === 0 ? undefined : describedFields(fields)
  if (format === 'savedmodel')
    return {
      'saved_model.pb': encodeSavedModel(model.graph, model.signatures),
      // The folder of a SavedModel that is for others than TensorFlow.
      ...(described === undefined ? {} : { 'assets.extra/fields.json': described }),
    }
  return {
    ...(described === undefined ? {} : { 'fields.json': described }),
    ...Object.fromEntries(
      (['encode', 'decode'] as const).flatMap((name) => {
        const found = graphModel(model, name)
        return found === undefined
          ? []
          : [
              [`${name}/model.json`, JSON.stringify(found.json)] as const,
              [`${name}/group1-shard1of1.bin`, found.weights] as const,
            ]
      }),
    ),
  }
}

/**
 * Write a model's files to a folder, all or none.
 *
 * Errors    a folder or file that cannot be written
 */
export const writeExport = (
  folder: string,
  files: Readonly<Record<string, Uint8Array | string>>,
): TE.TaskEither<ElboError, void> => {
  const names = Object.keys(files)
  const inner = [...new Set(names.map((name) => dirname(name)).filter((name) => name !== '.'))]
  const one = ([name, content]: readonly [string, Uint8Array | string]): TE.TaskEither<ElboError, void> =>
    filledFolder(dirname(join(folder, name)), [], writeWhole(join(folder, name), content))
  return filledFolder(
    folder,
    [...names, ...inner],
    pipe(
      Object.entries(files),
      TE.traverseSeqArray(one),
      TE.map(() => undefined),
    ),
  )
}
