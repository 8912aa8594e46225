import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { type ElboError, usageError } from '../error.ts'
import { type Graph, rootsOf } from '../expr/Graph.ts'
import { leavesOf } from '../expr/leaf.ts'
import type { Tensor } from '../expr/Tensor.ts'
import { type Batch, inParts } from '../interp/inParts.ts'
import type { Session } from '../interp/Session.ts'
import type { AnyVae } from '../model/Vae.ts'
import { decodeGraph, encodeGraph, reconstructGraph, sampleGraph } from './graphs.ts'

/** Questions to a VAE whose parameters are in a session. Batches come and go by name; what a question does not need of them is left alone. */

export type { Batch } from '../interp/inParts.ts'

/** What a VAE makes of given latents, under the observations' names. */
export interface Generated {
  /** what was drawn from the prior, by latent */
  readonly latents: Batch
  /** the likelihoods' means there */
  readonly means: Batch
  /** draws from the likelihoods there */
  readonly draws: Batch
}

/** The data that a graph reads. */
const dataOf = (graph: Graph): readonly string[] =>
  leavesOf(rootsOf(graph)).flatMap((leaf) => (leaf.op === 'data' ? [leaf.arg.name] : []))

const joined = (parts: readonly Tensor[]): Tensor => {
  const size = parts.reduce((n, p) => n + (p.shape[0] ?? 0), 0)
  const data = new Float32Array(parts.reduce((n, p) => n + p.data.length, 0))
  let at = 0
  for (const part of parts) {
    data.set(part.data, at)
    at += part.data.length
  }
  return { shape: [size, ...(parts[0]?.shape.slice(1) ?? [])], data }
}

/** Batches as one, in order. */
const together = (parts: readonly Batch[]): Batch =>
  new Map([...(parts[0]?.keys() ?? [])].map((name) => [name, joined(parts.flatMap((p) => p.get(name) ?? []))]))

/** Run a graph on `count` data, part by part; every datum has its own noise. */
const answer = (
  session: Session,
  count: number,
  seed: number,
  data: Batch,
  graphFor: (size: number) => Graph,
): E.Either<ElboError, Batch> => {
  const answers: Batch[] = []
  return pipe(
    inParts(session, { data, count, seed }, graphFor, (outputs) => answers.push(outputs)),
    E.map(() => together(answers)),
  )
}

/** The outputs whose names begin with this, without it. */
const under = (prefix: string, outputs: Batch): Batch =>
  new Map(
    [...outputs].flatMap(([name, value]) =>
      name.startsWith(prefix) ? [[name.slice(prefix.length), value] as const] : [],
    ),
  )

/**
 * Ancestral draws: latents from the prior, then the likelihoods at them. Equal seeds give equal latents on every target.
 *
 * Shapes    `given` holds what a conditional model is conditioned on: [count, …] each
 * Errors    a count or a seed out of range; conditions that the model needs and that are absent
 */
export const sample = (
  vae: AnyVae,
  session: Session,
  options: { readonly count: number; readonly seed: number; readonly given?: Batch },
): E.Either<ElboError, Generated> =>
  pipe(
    options.count >= 1
      ? answer(session, options.count, options.seed, options.given ?? new Map(), (size) => sampleGraph(vae, size))
      : E.left(usageError(`count: ${options.count} is not a number of samples: a whole number from 1 on`)),
    E.map((outputs) => ({
      latents: under('latent/', outputs),
      means: under('mean/', outputs),
      draws: under('draw/', outputs),
    })),
  )

const countOf = (batch: Batch): number => [...batch.values()][0]?.shape[0] ?? 0

/** The posterior's means of data: for each latent [n, …]. */
export const encode = (vae: AnyVae, session: Session, data: Batch): E.Either<ElboError, Batch> =>
  pipe(
    answer(session, countOf(data), 0, data, (size) => encodeGraph(vae, size)),
    E.map((outputs) => under('location/', outputs)),
  )

/** The likelihoods' means at latents; `batch` holds them, and what a conditional model is given, by name. */
export const decode = (vae: AnyVae, session: Session, batch: Batch): E.Either<ElboError, Batch> =>
  pipe(
    answer(session, countOf(batch), 0, batch, (size) => decodeGraph(vae, size)),
    E.map((outputs) => under('mean/', outputs)),
  )

/** The likelihoods' means at the posterior's means of data. */
export const reconstruct = (vae: AnyVae, session: Session, data: Batch): E.Either<ElboError, Batch> =>
  pipe(
    answer(session, countOf(data), 0, data, (size) => reconstructGraph(vae, size)),
    E.map((outputs) => under('mean/', outputs)),
  )

/** What generation must be given besides latents: the names of a conditional model's conditions. */
export const conditionsOf = (vae: AnyVae): readonly string[] => dataOf(sampleGraph(vae, 1))
