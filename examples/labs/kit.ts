import * as E from 'fp-ts/lib/Either.js'
import {
  type AnyVae,
  type Batch,
  type ElboError,
  evaluation,
  type Experiment,
  gather,
  inOrder,
  load,
  openTarget,
  type Run,
  type Session,
  type Split,
  train,
} from 'elbo-ts'

/** One thing that a lab says, and what was measured. */
export interface Claim {
  readonly lab: string
  readonly claim: string
  /** measured: a mean over the seeds, or how many of them */
  readonly value: number
  /** how far beyond what is claimed the value is, chance allowed for */
  readonly margin: number
  readonly holds: boolean
}

/** A lab's claims and its picture, an SVG. */
export interface Findings {
  readonly claims: readonly Claim[]
  readonly picture: string
}

export interface Lab {
  readonly name: string
  readonly title: string
  readonly run: () => Promise<Findings>
}

/** A lab stops at the first error: nothing that comes after would mean anything. */
export const orThrow = <A>(either: E.Either<ElboError, A>): A => {
  if (E.isLeft(either)) throw new Error(either.left.message)
  return either.right
}

/** Student's t, one-sided 1 %, by degrees of freedom. */
const T = [Number.NaN, 31.82, 6.965, 4.541, 3.747, 3.365, 3.143, 2.998, 2.896, 2.821]

const mean = (values: readonly number[]): number => values.reduce((sum, v) => sum + v, 0) / values.length

/** What Student's t allows chance, 99 % one-sided, in the mean of these. */
const chance = (values: readonly number[]): number => {
  const variance = values.reduce((sum, v) => sum + (v - mean(values)) ** 2, 0) / (values.length - 1)
  return (T[values.length - 1] ?? 2.6) * Math.sqrt(variance / values.length)
}

/** The mean over the seeds is above `bound`, by more than chance. */
export const exceeds = (lab: string, claim: string, values: readonly number[], bound = 0): Claim => {
  const margin = mean(values) - bound - chance(values)
  return { lab, claim, value: mean(values), margin, holds: margin > 0 }
}

/** The mean over the seeds is below `bound`, by more than chance. */
export const below = (lab: string, claim: string, values: readonly number[], bound: number): Claim => {
  const margin = bound - mean(values) - chance(values)
  return { lab, claim, value: mean(values), margin, holds: margin > 0 }
}

/** Something is true at so many of the seeds at least. */
export const often = (lab: string, claim: string, truths: readonly boolean[], atLeast: number): Claim => {
  const value = truths.filter(Boolean).length
  return { lab, claim, value, margin: value - atLeast, holds: value >= atLeast }
}

export interface Trained {
  readonly vae: AnyVae
  readonly session: Session
  readonly run: Run
  readonly train: Batch
  readonly test: Batch
}

/** Train on a wasm session of its own; the weights stay in it. Dispose of the session when done. */
const trained = async (experiment: Experiment, limit?: number): Promise<Trained> => {
  const { session } = orThrow(await openTarget('wasm')())
  const dataset = orThrow(await load(experiment.data, limit === undefined ? {} : { limit })())
  const run = orThrow(await train(experiment, { session, dataset })())
  const all = (split: Split): Batch => gather(dataset.fields, split, inOrder(split), evaluation(0))
  return { vae: experiment.vae, session, run, train: all(dataset.train), test: all(dataset.test) }
}

/** Do something with what was trained, then close its session. */
export const withTrained = async <A>(experiment: Experiment, use: (t: Trained) => A, limit?: number): Promise<A> => {
  const t = await trained(experiment, limit)
  const result = use(t)
  t.session.dispose()
  return result
}

/** The same experiment with another seed. */
export const seeded = (experiment: Experiment, seed: number): Experiment => ({
  ...experiment,
  settings: { ...experiment.settings, seed },
})

/** What a plain generator gives from a seed: a stream of standard normal numbers, for data that are simulated. */
export const normalStream = (seed: number): (() => number) => {
  let state = (seed + 1) >>> 0
  const uniform = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return (((t ^ (t >>> 14)) >>> 0) + 0.5) / 2 ** 32
  }
  return () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform())
}

export const inSeeds = async <A>(
  seeds: readonly number[],
  each: (seed: number) => Promise<A>,
): Promise<readonly A[]> => {
  const results: A[] = []
  // eslint-disable-next-line no-await-in-loop -- one after another, so that each has the machine
  for (const seed of seeds) results.push(await each(seed))
  return results
}
