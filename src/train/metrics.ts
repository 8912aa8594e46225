import * as t from 'io-ts'
import type { Tensor } from '../expr/Tensor.ts'

/**
 * What an objective measures of some data: means over the data, in nats a datum. `bound` and `reconstruction` are log-probabilities, so for
 * discrete data negative. All are unweighted, whatever β or free bits the objective has. Null where the objective has no such thing.
 */
export interface Metrics {
  readonly bound: number | null
  readonly reconstruction: number
  readonly kl: number | null
  readonly latents: Readonly<Record<string, LatentMetrics>>
}
export interface LatentMetrics {
  readonly kl: number
  readonly perDimension: readonly number[]
}

/** Of an epoch's training data, each as it stood when its minibatch came; `loss` is what was minimised, with all its weights. */
export interface TrainMetrics extends Metrics {
  readonly loss: number
  /** the objective's β at the last update of the epoch */
  readonly beta: number | null
  /** null where the optimiser has none, or another for each part */
  readonly learningRate: number | null
  /** whatever else changes over training, by its name; absent where nothing does */
  readonly scheduled?: Readonly<Record<string, number>>
}

/** Sums over data of a graph's outputs, each with the number of data behind it; plain data, so that half an epoch can be written down. */
export interface Sums {
  readonly data: number
  readonly outputs: Readonly<Record<string, readonly number[]>>
  /** schedules, as they stood at the last update; absent before the first */
  readonly latest?: Readonly<Record<string, number>>
}
export const sumsCodec: t.Type<Sums, unknown, unknown> = t.intersection(
  [
    t.type({ data: t.number, outputs: t.record(t.string, t.readonlyArray(t.number)) }),
    t.partial({ latest: t.record(t.string, t.number) }),
  ],
  'sums over data',
)

const [BETA, RATE, PART, SCHEDULED] = ['beta', 'learningRate', 'learningRate/', 'scheduled/']
/** Whether an output is a schedule at the step, and not a mean over the minibatch. */
const isSchedule = (name: string): boolean =>
  name === BETA || name === RATE || name.startsWith(PART) || name.startsWith(SCHEDULED)

export const noSums: Sums = { data: 0, outputs: {} }

/** With the means of one more minibatch of `size`. A short last one counts as much as it holds. */
export const plus = (sums: Sums, outputs: ReadonlyMap<string, Tensor>, size: number): Sums => ({
  data: sums.data + size,
  outputs: Object.fromEntries(
    [...outputs]
      .filter(([name]) => !isSchedule(name))
      .map(([name, { data }]) => {
        const before = sums.outputs[name]
        return [name, Array.from(data, (mean, i) => (before?.[i] ?? 0) + mean * size)]
      }),
  ),
  latest: Object.fromEntries(
    [...outputs].filter(([name]) => isSchedule(name)).map(([name, { data }]) => [name, data[0] ?? Number.NaN]),
  ),
})

/** The schedules of an epoch's training, as they stood at its last update. */
export const schedulesIn = ({ latest = {} }: Sums): Pick<TrainMetrics, 'beta' | 'learningRate' | 'scheduled'> => {
  const others = Object.entries(latest).flatMap(([name, value]) =>
    name.startsWith(PART)
      ? [[`learning rate of ${name.slice(PART.length)}`, value] as const]
      : name.startsWith(SCHEDULED)
        ? [[name.slice(SCHEDULED.length), value] as const]
        : [],
  )
  return {
    beta: latest[BETA] ?? null,
    learningRate: latest[RATE] ?? null,
    ...(others.length === 0 ? {} : { scheduled: Object.fromEntries(others) }),
  }
}

/** The means of an output of several numbers; absent where there is no such output. */
export const meansOf = (sums: Sums, name: string): readonly number[] | undefined =>
  sums.outputs[name]?.map((total) => total / sums.data)

/** The mean of an output of one number. */
export const meanOf = (sums: Sums, name: string): number | null => {
  const total = sums.outputs[name]?.[0]
  return total === undefined || sums.data === 0 ? null : total / sums.data
}

const KL = 'kl/'
const total = (terms: readonly number[]): number => terms.reduce((sum, x) => sum + x, 0)

export const metricsOf = (sums: Sums): Metrics => {
  const latents = Object.entries(sums.outputs)
    .filter(([name]) => name.startsWith(KL))
    .map(([name, terms]): readonly [string, LatentMetrics] => {
      const perDimension = terms.map((term) => term / sums.data)
      return [name.slice(KL.length), { kl: total(perDimension), perDimension }]
    })
  return {
    bound: meanOf(sums, 'bound'),
    reconstruction: meanOf(sums, 'reconstruction') ?? Number.NaN,
    kl: latents.length === 0 ? null : total(latents.map(([, { kl }]) => kl)),
    latents: Object.fromEntries(latents),
  }
}

/** The number by which the best epoch is chosen: the bound, or the reconstruction where the objective bounds nothing. Higher is better. */
export const scoreOf = (metrics: Metrics): number => metrics.bound ?? metrics.reconstruction
