import {
  evaluation,
  findingsOf,
  gather,
  inOrder,
  load,
  mnist,
  type Portrait,
  type Rows,
  rowsAt,
  rowsOf,
  sampleScores,
} from 'elbo-ts'
import { describe, expect, it } from 'vitest'
import { labelsOf } from '../../../src/data/batches.ts'
import { uniforms } from '../../../src/diagnose/draws.ts'
import type { Split } from '../../../src/data/Field.ts'
import { right } from '../either.ts'

/** Digits in the place of a model's samples: the verdicts' thresholds, both ways. Lab 1 has an autoencoder's samples. */

const COUNT = 250
const dataset = right(await load(mnist())())
const rowsAtPlaces = (split: Split, places: readonly number[]): Rows => {
  const order = inOrder(split)
  const found = gather(
    dataset.fields,
    split,
    Uint32Array.from(places, (i) => order[i] ?? 0),
    evaluation(0),
  ).get('x')
  return found === undefined ? { count: 0, width: 0, data: new Float64Array(0) } : rowsOf(found)
}
const run = (from: number, count: number): readonly number[] => Array.from({ length: count }, (_, i) => from + i)

const train = rowsAtPlaces(dataset.train, run(0, 3 * COUNT))
const test = rowsAtPlaces(dataset.test, run(0, COUNT))
const labels = labelsOf(dataset, dataset.test) ?? new Uint8Array(0)
const digits = (wanted: (label: number) => boolean): Rows =>
  rowsAtPlaces(
    dataset.test,
    run(COUNT, 5000)
      .filter((i) => wanted(labels[i] ?? 0))
      .slice(0, COUNT),
  )
const honest = rowsAtPlaces(dataset.test, run(COUNT, COUNT))

const estimate = { value: 0, standardError: 1 }
const portrait: Portrait = {
  count: COUNT,
  bound: estimate,
  distortion: estimate,
  rate: estimate,
  latents: [],
  planes: [],
  ranges: [],
  information: { lower: estimate, upper: estimate, ceiling: 6 },
  collapse: { verdict: 'none', latents: [], evidence: [], remedy: [] },
}
const said = (samples: Rows): string =>
  findingsOf({ portrait, progress: undefined, trained: undefined, samples: sampleScores(samples, train, test) }).find(
    ({ topic }) => topic === 'samples',
  )?.statement ?? ''

const FINE = 'Samples are about as like data, and as varied, as data are.'

describe('in the place of samples', { timeout: 60_000 }, () => {
  it.each([1, 4])('held-out digits are fine, from place %i × 250', (part) => {
    expect(said(rowsAtPlaces(dataset.test, run(part * COUNT, COUNT)))).toBe(FINE)
  })
  it('training digits are copies', () => {
    // NIST's writers differ between the two sets, so they may miss some of the test data too
    expect(said(rowsAt(train, run(2 * COUNT, COUNT)))).toContain('Some samples are nearly training data.')
  })
  it('one copy in ten is found', () => {
    const mixed = { ...honest, data: Float64Array.from(honest.data) }
    mixed.data.set(train.data.subarray(2 * COUNT * train.width, (2 * COUNT + COUNT / 10) * train.width))
    expect(said(mixed)).toBe('Some samples are nearly training data.')
  })
  it('half of the classes miss some of the data', () => {
    expect(said(digits((label) => label < 5))).toBe('Samples miss some of what data are like.')
  })
  it('one class alone misses most of them, and its crowding is not taken for copying', () => {
    expect(said(digits((label) => label === 1))).toBe('Samples miss some of what data are like.')
  })
  it('noise is unlike data, though its recall is that of data', () => {
    const data = uniforms(COUNT * train.width, { seed: 1, step: 0, name: 'noise' }).map((u) => (u < 0.13 ? 1 : 0))
    expect(said({ count: COUNT, width: train.width, data })).toBe('Samples are unlike data.')
  })
})
