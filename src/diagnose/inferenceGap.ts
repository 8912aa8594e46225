import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { FITTED_STEP } from '../data/streams.ts'
import { type ElboError, targetError } from '../error.ts'
import * as b from '../expr/build.ts'
import type { Graph } from '../expr/Graph.ts'
import { node } from '../expr/node.ts'
import { sizeOf, type Tensor } from '../expr/Tensor.ts'
import type { Batch } from '../interp/inParts.ts'
import type { Session } from '../interp/Session.ts'
import { elbo, measure } from '../model/objective.ts'
import type { AnyVae } from '../model/Vae.ts'
import { grad } from '../transform/grad.ts'
import { vmap } from '../transform/vmap.ts'
import { type Estimate, estimateOf } from './Estimate.ts'
import { freeGuide, locOf, logScaleOf, normalParams } from './freeGuide.ts'
import { isData, isNoise, observed, perDatumGraph } from './graphs.ts'
import { type Ascent, ascend } from './hostAdam.ts'
import { countOf } from './inspect.ts'
import { type LogLikelihood, logLikelihood } from './logLikelihood.ts'
import { output, perDatum } from './perDatum.ts'

/** The bound of each datum, averaged over ε, from a guide whose parameters are fed; and its gradient in them. */
const boundGraph = (
  free: AnyVae,
  names: readonly string[],
  size: number,
  samples: number,
  gradients: boolean,
): Graph => {
  const { bound } = measure(free, elbo(), observed(free))
  const [sampled = b.constant(Number.NaN)] = vmap([bound ?? b.constant(Number.NaN)], samples, isNoise)
  const isDatum = (leaf: Parameters<typeof isData>[0]): boolean => isData(leaf) || isNoise(leaf)
  const [each = b.constant(Number.NaN)] = vmap([b.mean(sampled, [0])], size, isDatum)
  if (!gradients) return { outputs: { bound: each }, updates: {} }
  const leaves = names.map((name) => {
    const site = free.guide.find((s) => locOf(s.name) === name || logScaleOf(s.name) === name)
    return node('data', { name, shape: [size, ...(site?.dist.shape ?? [])], support: 'real' })
  })
  const found = grad(b.sum(each), leaves)
  return {
    outputs: Object.fromEntries(names.map((name, i) => [`gradient/${name}`, found[i] ?? b.constant(Number.NaN)])),
    updates: {},
  }
}

const cut = (x: Float64Array, shapes: ReadonlyMap<string, readonly number[]>): Batch => {
  let at = 0
  return new Map(
    [...shapes].map(([name, shape]): [string, Tensor] => {
      const from = at
      at += sizeOf(shape)
      return [name, { shape, data: x.slice(from, at) }]
    }),
  )
}
const flat = (parts: readonly ArrayLike<number>[]): Float64Array =>
  Float64Array.from(parts.flatMap((part) => Array.from(part)))

export interface LocalOptions extends Partial<Ascent> {
  /** ε a datum and step */
  readonly samples?: number
  readonly seed?: number
}

/** A guide of its own for every datum: by name, each latent's mean and log-scale. */
export interface LocalGuide {
  /** the model with this guide; its parameters are read as data */
  readonly vae: AnyVae
  /** from the encoder, and after the optimisation */
  readonly amortised: Batch
  readonly optimised: Batch
}

/**
 * Optimise q per datum, from the encoder's answer on: what inference without amortisation would say.
 *
 * Errors    a guide that is not of independent Normals; data that the model needs and that are absent
 * Source    Cremer, Li & Duvenaud 2018, arXiv:1801.03558, §3; Kim, Wiseman, Miller, Sontag & Rush 2018, arXiv:1802.02550
 */
export const optimiseGuide = (
  vae: AnyVae,
  session: Session,
  data: Batch,
  { steps = 300, learningRate = 0.05, samples = 8, seed = 0 }: LocalOptions = {},
): E.Either<ElboError, LocalGuide> => {
  const count = countOf(data)
  const start = Object.assign({}, ...vae.guide.map(normalParams))
  return pipe(
    E.Do,
    E.bind('free', () => freeGuide(vae)),
    E.bind('answers', () => perDatum(session, { data, count, seed }, (size) => perDatumGraph(start, size))),
    E.bind('shapes', ({ free }) => {
      const shapes = free.guide.flatMap(({ name, dist }): [string, readonly number[]][] => [
        [locOf(name), [count, ...dist.shape]],
        [logScaleOf(name), [count, ...dist.shape]],
      ])
      return E.right(new Map(shapes))
    }),
    E.chain(({ free, answers, shapes }) => {
      const names = [...shapes.keys()]
      const amortised = flat(names.map((name) => output(answers, name).data))
      const plan = session.prepare(boundGraph(free, names, count, samples, true))
      if (E.isLeft(plan)) return plan
      try {
        const gradientAt = (x: Float64Array, step: number): Float64Array => {
          const feeds = {
            data: new Map([...data, ...cut(x, shapes)]),
            scalars: { step: 0 },
            seed,
            step: FITTED_STEP + step,
          }
          const outputs = plan.right.run(feeds)
          return flat(names.map((name) => outputs.get(`gradient/${name}`)?.data ?? []))
        }
        const optimised = ascend(amortised, gradientAt, { steps, learningRate })
        return E.right({ vae: free, amortised: cut(amortised, shapes), optimised: cut(optimised, shapes) })
      } catch (cause) {
        return E.left(targetError(`${session.target}: ${cause instanceof Error ? cause.message : String(cause)}`))
      } finally {
        plan.right.dispose()
      }
    }),
  )
}

/** The bound of each datum under a guide of its own, from many ε. */
export const localBound = (
  vae: AnyVae,
  session: Session,
  data: Batch,
  guide: Batch,
  options: { readonly samples: number; readonly seed: number },
): E.Either<ElboError, Float64Array> => {
  const each = Math.min(50, options.samples)
  return pipe(
    perDatum(
      session,
      {
        data: new Map([...data, ...guide]),
        count: countOf(data),
        seed: options.seed,
        part: 50,
        rounds: Math.ceil(options.samples / each),
      },
      (size) => boundGraph(vae, [], size, each, false),
    ),
    E.map((answers) => {
      const { count, width, data: bounds } = output(answers, 'bound')
      return Float64Array.from({ length: count }, (_, i) =>
        bounds.subarray(i * width, (i + 1) * width).reduce((sum, x) => sum + x / width, 0),
      )
    }),
  )
}

/** log p(x) − bound, in two parts. Units nats a datum. */
export interface InferenceGap {
  readonly logLikelihood: LogLikelihood
  /** the bound of each datum under the guide, and under the best of its family for that datum */
  readonly amortised: Float64Array
  readonly optimised: Float64Array
  /** log p(x) − optimised: what the family cannot express */
  readonly approximation: Estimate
  /** optimised − amortised: what one encoder for all data loses; also the likelihood regret of each datum */
  readonly amortisation: Estimate
  readonly inference: Estimate
}

export interface GapOptions extends LocalOptions {
  /** ε of the bounds, and importance samples of log p(x) from the optimised guide */
  readonly bounds?: number
  readonly importance?: number
}

/**
 * Split the inference gap of data into what the guide's family costs and what sharing one encoder costs.
 *
 *   log p(x) − L[q_φ(·|x)] = (log p(x) − L[q*]) + (L[q*] − L[q_φ(·|x)])
 *
 * Bias      both bounds use the same ε, so their difference has little noise; an optimum not reached moves gap from amortisation to
 *           approximation; log p(x) is too low by about `logLikelihood.bias`, and the approximation gap with it
 * Errors    those of {@link optimiseGuide}
 * Source    Cremer, Li & Duvenaud 2018, arXiv:1801.03558, eq. 3
 */
export const inferenceGap = (
  vae: AnyVae,
  session: Session,
  data: Batch,
  { bounds = 500, importance = 1000, seed = 0, ...local }: GapOptions = {},
): E.Either<ElboError, InferenceGap> =>
  pipe(
    optimiseGuide(vae, session, data, { seed, ...local }),
    E.bindTo('guide'),
    E.bind('amortised', ({ guide }) =>
      localBound(guide.vae, session, data, guide.amortised, { samples: bounds, seed: seed + 1 }),
    ),
    E.bind('optimised', ({ guide }) =>
      localBound(guide.vae, session, data, guide.optimised, { samples: bounds, seed: seed + 1 }),
    ),
    E.bind('logLikelihood', ({ guide }) =>
      logLikelihood(guide.vae, session, new Map([...data, ...guide.optimised]), {
        samples: importance,
        seed: seed + 2,
      }),
    ),
    E.map(({ amortised, optimised, logLikelihood }) => {
      const truth = logLikelihood.data.map((d) => d.logMean)
      const difference = (a: ArrayLike<number>, b: ArrayLike<number>): Estimate =>
        estimateOf(Array.from({ length: a.length }, (_, i) => (a[i] ?? Number.NaN) - (b[i] ?? Number.NaN)))
      return {
        logLikelihood,
        amortised,
        optimised,
        approximation: difference(truth, optimised),
        amortisation: difference(optimised, amortised),
        inference: difference(truth, amortised),
      }
    }),
  )
