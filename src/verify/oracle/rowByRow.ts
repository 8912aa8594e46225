import * as E from 'fp-ts/lib/Either.js'
import { fillNormal, fillUniform, type Stream } from '../../data/seeds.ts'
import { binarizeStream, evaluateBinarizeStream, type HeldOut, heldOutStep } from '../../data/streams.ts'
import { node } from '../../expr/node.ts'
import { sizeOf, type Tensor } from '../../expr/Tensor.ts'
import { evaluateNodes } from '../../interp/reference/index.ts'
import { measure } from '../../model/objective.ts'
import { LawBroken } from '../Gauge.ts'
import { PIXELS, type Probe } from '../subject/probes.ts'

/**
 * What an objective measures of one row at a time, by hand: the datum's program in float64, its bits and its ε taken from the streams number by
 * number. It uses no minibatch, no `vmap`, no session and no metric.
 */

type Variables = ReadonlyMap<string, Tensor>

/** Sums of bound, reconstruction and KL (of all latents) over the rows measured. */
export interface Measured {
  readonly bound: number
  readonly reconstruction: number
  readonly kl: number
}

/** Where the numbers of a datum begin in its streams, and which streams these are. */
export interface Place {
  readonly at: number
  readonly bits: (field: string) => Stream
  readonly noise: (name: string) => Stream
}
export const trainingPlace = (seed: number, step: number, at: number): Place => ({
  at,
  bits: (field) => binarizeStream(seed, step, field),
  noise: (name) => ({ seed, step, name }),
})
export const heldOutPlace = (seed: number, part: HeldOut, at: number): Place => ({
  at,
  bits: (field) => evaluateBinarizeStream(seed, part, field),
  noise: (name) => ({ seed, step: heldOutStep[part], name }),
})

/** Sample `first` and on, the long way: all from the first on. */
const taken = (fill: typeof fillUniform, stream: Stream, first: number, size: number): Float32Array => {
  const all = new Float32Array(first + size)
  fill(all, stream)
  return all.slice(first)
}

/** u < grey / 255 in single precision. */
export const bitsByHand = (greys: ArrayLike<number>, { at, bits }: Place, field: string): Float32Array => {
  const u = taken(fillUniform, bits(field), at * PIXELS, PIXELS)
  return u.map((level, i) => (level < Math.fround((greys[i] ?? 0) / 255) ? 1 : 0))
}

/** The row of a dataset that has this number for a name. */
export const rowNamed = (
  { dataset: { train, test } }: Probe,
  id: number,
): { readonly [name: string]: Float32Array } => {
  const split = id < train.size ? train : test
  const row = id < train.size ? id : id - train.size
  const columns = Object.entries(split.columns)
  return Object.fromEntries(
    columns.map(([name, column]) => {
      const width = column.length / split.size
      return [name, Float32Array.from(column.subarray(row * width, (row + 1) * width))]
    }),
  )
}

/** Measure one row of a probe. */
export const measuredByHand = (probe: Probe, id: number, place: Place, weights: Variables): Measured => {
  const { vae, objective } = probe.experiment
  const given = (name: string) => vae.given[name] ?? { shape: [], support: 'real' as const }
  const { bound, reconstruction, kl } = measure(vae, objective, (name) => node('data', { name, ...given(name) }))
  const row = rowNamed(probe, id)
  const kls = Object.values(kl)
  const values = evaluateNodes([bound ?? reconstruction, reconstruction, ...kls], {
    leaf: (leaf) => {
      switch (leaf.op) {
        case 'data': {
          const { name, shape } = leaf.arg
          const greys = row[name] ?? new Float32Array()
          return { shape, data: name === 'id' ? greys : bitsByHand(greys, place, name) }
        }
        case 'noise': {
          const { name, shape } = leaf.arg
          const size = sizeOf(shape)
          return { shape, data: taken(fillNormal, place.noise(name), place.at * size, size) }
        }
        default:
          return weights.get(leaf.arg.name)
      }
    },
  })
  if (E.isLeft(values)) throw new LawBroken(values.left.message)
  const sums = values.right.map(({ data }) => Array.from(data).reduce((sum, x) => sum + x, 0))
  const [b = Number.NaN, r = Number.NaN, ...k] = sums
  return { bound: b, reconstruction: r, kl: k.reduce((sum, x) => sum + x, 0) }
}
