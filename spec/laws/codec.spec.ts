import * as fc from 'fast-check'
import { describe, test, vi } from 'vitest'
import { inline } from '../../src/data/DataSource.ts'
import { decodeGraph, encodeGraph } from '../../src/expr/codec.ts'
import { decodeVae, encodeVae } from '../../src/model/codec.ts'
import { decodeCheckpoint, encodeCheckpoint } from '../../src/train/checkpoint.ts'
import { decodeExperiment, encodeExperiment } from '../../src/train/codec.ts'
import type { Experiment } from '../../src/train/Experiment.ts'
import { readNpz, writeNpz } from '../../src/train/npz.ts'
import { adam, sgd } from '../../src/optimizer/index.ts'
import { samples } from '../../src/verify/arbitrary/nodes.ts'
import { programs, tasks } from '../../src/verify/arbitrary/programs.ts'
import { check } from '../../src/verify/Law.ts'
import { codecLaws, codecOf, formatLaws, formatOf } from '../../src/verify/laws/codec.ts'
import { testLaws } from '../../src/verify/testLaws.ts'

vi.setConfig({ testTimeout: 120_000 * Number(process.env['ELBO_LAWS_DEPTH'] ?? 1) })

const experiments: fc.Arbitrary<Experiment> = tasks().map(({ vae, objective }) => ({
  tag: 'experiment',
  name: 'random',
  vae,
  objective,
  data: inline({ fields: { x1: { shape: [1], support: 'real', values: [0, 1, 2] } } }),
  optimizer: vae.model.length > 2 ? adam(1e-3) : sgd(0.1, { momentum: 0.9 }),
  settings: { epochs: 1, batch: 2, seed: 0, validation: 0, patience: null },
}))
const tensors = fc
  .dictionary(
    fc.constantFrom('a', 'b/c', 'model/x/kernel'),
    fc.array(fc.float({ noNaN: true }), { minLength: 1, maxLength: 6 }),
    { minKeys: 1 },
  )
  .map(
    (record) =>
      new Map(
        Object.entries(record).map(([name, data]) => [name, { shape: [data.length], data: Float32Array.from(data) }]),
      ),
  )
const shown = (
  values: ReadonlyMap<string, { readonly shape: readonly number[]; readonly data: ArrayLike<number> }>,
): string =>
  JSON.stringify(
    [...values]
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, { shape, data }]) => [name, shape, Array.from(data, (x) => (Object.is(x, -0) ? '-0' : `${x}`))]),
  )

const keysOf = (json: unknown): string => {
  const { outputs = {}, updates = {} } = json as { readonly outputs?: object; readonly updates?: object }
  return JSON.stringify([Object.keys(outputs), Object.keys(updates)])
}

interface Program {
  readonly nodes?: readonly unknown[]
  readonly problems?: readonly string[]
}
/** A program that does not agree with itself is read as one that says so; a vertex that no distribution needs any more is left out. */
const isTold = (json: Program, read: Program): boolean =>
  (read.problems ?? []).length > 0 || (read.nodes ?? []).length < (json.nodes ?? []).length

describe('codec', () => {
  testLaws(
    test,
    check(
      codecLaws,
      codecOf({
        name: 'graph',
        values: samples({ updates: true }).map(({ graph }) => graph),
        encode: encodeGraph,
        decode: decodeGraph,
        // A vertex that no result needs is left out: the rest is what it was.
        ignores: (json, read) => keysOf(json) === keysOf(read),
      }),
    ),
  )
  testLaws(
    test,
    check(
      codecLaws,
      codecOf({
        name: 'vae',
        values: programs().map(({ vae }) => vae),
        encode: encodeVae,
        decode: decodeVae,
        ignores: (json, read) => isTold(json as Program, read as Program),
      }),
    ),
  )
  testLaws(
    test,
    check(
      codecLaws,
      codecOf({
        name: 'experiment',
        values: experiments,
        encode: encodeExperiment,
        decode: decodeExperiment,
        ignores: (json, read) =>
          isTold((json as { readonly vae: Program }).vae, (read as { readonly vae: Program }).vae),
      }),
    ),
  )
})

describe('file', () => {
  testLaws(
    test,
    check(formatLaws, formatOf({ name: 'npz', values: tensors, write: writeNpz, read: readNpz, canonical: shown })),
  )
  testLaws(
    test,
    check(
      formatLaws,
      formatOf({
        name: 'checkpoint',
        values: fc.record({
          run: fc.constantFrom(null, 'a run'),
          fingerprint: fc.constantFrom('0123456789abcdef', 'f'),
          counters: fc.record({
            epoch: fc.nat(),
            position: fc.nat(),
            step: fc.nat(),
            images: fc.nat(),
            seconds: fc.double({ min: 0, max: 1e6, noNaN: true }),
            sums: fc.constant({ data: 2, outputs: { loss: [1.5] } }),
            best: fc.option(fc.record({ epoch: fc.nat(), score: fc.double({ min: -100, max: 0, noNaN: true }) })),
          }),
          values: tensors,
        }),
        write: encodeCheckpoint,
        read: (bytes) => decodeCheckpoint('a file', bytes),
        canonical: ({ fingerprint, counters, values }) => `${fingerprint} ${JSON.stringify(counters)} ${shown(values)}`,
      }),
    ),
  )
})
