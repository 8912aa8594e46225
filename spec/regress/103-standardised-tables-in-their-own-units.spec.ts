import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'
import { loadGraphModel } from '@tensorflow/tfjs-converter'
import { pipe } from 'fp-ts/lib/function.js'
import { beforeAll, expect, test } from 'vitest'
import {
  adam,
  csv,
  dense,
  diagonalNormal,
  elbo,
  experiment,
  gaussian,
  given,
  latent,
  load,
  model,
  observe,
  openRun,
  real,
  standardNormal,
  train,
  vae,
} from 'elbo-ts'
import { run } from '../../src/cli/run.ts'
import { openReference } from '../../src/interp/reference/index.ts'
import { logProbGraph } from '../../src/train/export.ts'
import { vaeParams } from '../../src/train/graphs.ts'
import { readNpz } from '../../src/train/npz.ts'
import { inOwnUnits } from '../../src/train/ownUnits.ts'
import { trainedModel } from '../../src/train/trained.ts'
import { newFolder } from '../temporary.ts'
import { right } from '../unit/either.ts'

// `sample --out s.csv` was in the table's units, `s.npz`, `reconstruct` and the exported graphs in standardised ones; log_prob of a raw row was −48 for −7.

const folder = newFolder()
const file = join(folder, 'table.csv')
/** Centimetres about 170, tonnes about 0.07, metres about a million: nobody would take one for a standardised number. */
const rows = Array.from({ length: 60 }, (_, i) => [170 + 8 * Math.sin(i), 0.07 + 0.01 * Math.cos(i), 1e6 + (i % 7)])
writeFileSync(file, ['cm,t,m', ...rows.map((row) => row.join(','))].join('\n'))

const SIGMA = 0.5
const table = experiment({
  name: 'table',
  vae: vae({
    model: pipe(
      model,
      latent('z', () => standardNormal(1)),
      observe('x', ({ z }) => pipe(z, dense(3), gaussian({ scale: SIGMA }))),
    ),
    guide: pipe(
      given({ x: real(3) }),
      latent('z', ({ x }) => pipe(x, dense(2), diagonalNormal(1))),
    ),
  }),
  objective: elbo(),
  data: csv({ file, columns: ['cm', 't', 'm'] }),
  optimizer: adam(1e-2),
  epochs: 2,
  batch: 18,
})
const dataset = right(await load(table.data)())
const { mean, scale } = dataset.fields['x']?.standardization ?? { mean: [], scale: [] }
const out = join(folder, 'run')

const elboSays = async (...args: readonly string[]): Promise<string> => {
  let [said, wrong] = ['', '']
  const streams = {
    out: { write: (text: string) => (said += text) },
    err: { write: (text: string) => (wrong += text) },
  }
  const code = await run([...args], streams)
  expect([code, wrong]).toEqual([0, ''])
  return said
}
const near = (got: ArrayLike<number> | undefined, wanted: ArrayLike<number>, relative = 1e-5): void => {
  expect(got?.length).toBe(wanted.length)
  for (let i = 0; i < wanted.length; i++)
    expect(Math.abs((got?.[i] ?? Number.NaN) - (wanted[i] ?? 0)), `number ${i}`).toBeLessThan(
      relative * Math.abs(wanted[i] ?? 0) + 1e-12,
    )
}
/** Each column of rows, of which none is a standardised number. */
const inUnits = (data: ArrayLike<number>): void => {
  for (let i = 0; i < data.length; i++)
    expect(Math.abs((data[i] ?? 0) - (mean[i % 3] ?? 0)) / (scale[i % 3] ?? 1), `number ${i}`).toBeLessThan(8)
}
const numbersIn = (text: string): number[] =>
  text
    .trim()
    .split('\n')
    .slice(1)
    .flatMap((line) => line.split(',').map(Number))

beforeAll(async () => {
  right(await train(table, { session: openReference(), dataset, out })())
}, 60_000)

test('densities are of the rows in their own units: the closed form, with the Jacobian of the scaling', () => {
  // With kernels of 0 nothing depends on z, and guide and prior are one: x is Normal(mean + bias·scale, σ·scale), exactly.
  const session = openReference()
  const bias = [0.3, -0.2, 0.1]
  const weights = vaeParams(table.vae).map(({ arg: { name, shape } }) => {
    const size = shape.reduce((n, d) => n * d, 1)
    return [
      name,
      { shape, data: name === 'model/x/dense_0/bias' ? Float64Array.from(bias) : new Float64Array(size) },
    ] as const
  })
  session.write(new Map(weights))
  const exactly = (row: readonly number[]): number =>
    row.reduce((sum, x, i) => {
      const s = SIGMA * (scale[i] ?? 1)
      return (
        sum -
        ((x - (mean[i] ?? 0) - (bias[i] ?? 0) * (scale[i] ?? 1)) / s) ** 2 / 2 -
        Math.log(s) -
        Math.log(2 * Math.PI) / 2
      )
    }, 0)
  const some = rows.slice(0, 4)
  const asked = trainedModel(table, dataset.fields, session)
  near(
    right(asked.score({ x: some })),
    some.map((row) => -exactly(row)),
    1e-6,
  )
  // The graph that `log_prob` of a SavedModel is: raw rows in.
  const plan = right(session.prepare(inOwnUnits(logProbGraph(table.vae, 4), table.vae, dataset.fields)))
  const raw = { shape: [4, 3], data: Float64Array.from(some.flat()) }
  const bound = plan.run({ data: new Map([['x', raw]]), scalars: {}, seed: 0, step: 0 }).get('bound')
  near(bound?.data, some.map(exactly), 1e-9)
  // Read as standardised, as it was, a raw row is absurd.
  const scaled = right(session.prepare(logProbGraph(table.vae, 4)))
  expect(scaled.run({ data: new Map([['x', raw]]), scalars: {}, seed: 0, step: 0 }).get('bound')?.data[0]).toBeLessThan(
    -1e6,
  )
})

test('csv and npz of samples and of reconstructions are in the table’s units, and agree', async () => {
  const to = (name: string): string => join(folder, name)
  const quick = ['--target', 'cpu', '--count', '5']
  for (const ending of ['csv', 'npz']) {
    await elboSays('sample', out, ...quick, '--out', to(`s.${ending}`))
    await elboSays('reconstruct', out, ...quick, '--out', to(`r.${ending}`))
  }
  const samples = right(readNpz(readFileSync(to('s.npz'))))
  const rebuilt = right(readNpz(readFileSync(to('r.npz'))))
  near(samples.get('draw/x')?.data, numbersIn(readFileSync(to('s.csv'), 'utf8')), 1e-6)
  near(rebuilt.get('reconstruction/x')?.data, numbersIn(readFileSync(to('r.csv'), 'utf8')), 1e-6)
  for (const values of [samples.get('draw/x'), samples.get('mean/x'), rebuilt.get('reconstruction/x')])
    inUnits(values?.data ?? [Number.NaN])
  // What was reconstructed are rows of the file, to the last digit of single precision.
  const file = new Set(rows.flat().map((x) => String(Math.fround(x))))
  for (const x of rebuilt.get('data/x')?.data ?? [Number.NaN])
    expect([...file].some((y) => Math.abs(Number(y) - x) < 1e-6 * Math.abs(x))).toBe(true)
})

test('an exported model takes and gives rows in the table’s units', async () => {
  await elboSays('export', out, '--format', 'tfjs', '--out', join(folder, 'tfjs'))
  await elboSays('export', out, '--out', join(folder, 'saved'))
  const fields = { x: { shape: [3], support: 'real', names: ['cm', 't', 'm'] } }
  expect(JSON.parse(readFileSync(join(folder, 'tfjs/fields.json'), 'utf8'))).toEqual(fields)
  expect(JSON.parse(readFileSync(join(folder, 'saved/assets.extra/fields.json'), 'utf8'))).toEqual(fields)
  await tf.setBackend('cpu')
  const ask = async (name: string, data: readonly number[], width: number): Promise<ArrayLike<number>> => {
    const json = JSON.parse(readFileSync(join(folder, 'tfjs', name, 'model.json'), 'utf8')) as tf.io.ModelJSON
    const weights = Uint8Array.from(readFileSync(join(folder, 'tfjs', name, 'group1-shard1of1.bin')))
    const graph = await loadGraphModel(
      tf.io.fromMemory({
        modelTopology: json.modelTopology,
        signature: json.signature,
        weightSpecs: json.weightsManifest.flatMap((group) => group.weights),
        weightData: weights.buffer,
      }),
    )
    const found = graph.execute(tf.tensor(Float32Array.from(data), [data.length / width, width]))
    return (Array.isArray(found) ? found[0] : found)?.dataSync() ?? []
  }
  const asked = right(await openRun(out, { target: 'reference' })())
  const some = rows.slice(0, 3)
  const { z } = right(asked.encode({ x: some })) as Readonly<Record<string, { readonly data: Float64Array }>>
  const encoded = await ask('encode', some.flat(), 3)
  // A row near a million keeps 24 bits: an eighth of a metre at a scale of two.
  expect(Math.max(...Array.from(z?.data ?? [], (v, i) => Math.abs(v - (encoded[i] ?? Number.NaN))))).toBeLessThan(0.05)
  const decoded = await ask('decode', [...(z?.data ?? [])], 1)
  const { x } = right(asked.reconstruct({ x: some })) as Readonly<Record<string, { readonly data: Float64Array }>>
  near(decoded, x?.data ?? [], 1e-4)
  asked.dispose()
})

test('what is reported says whose units its nats are of', async () => {
  const jacobian = -scale.reduce((sum, s) => sum + Math.log(s), 0)
  const said = await elboSays('report', out, '--target', 'cpu', '--out', join(folder, 'report.html'), '--json')
  const done: { readonly logAbsDetJacobian: number } = JSON.parse(said.trim().split('\n').at(-1) ?? '')
  expect(done.logAbsDetJacobian).toBeCloseTo(jacobian, 6)
  const page = readFileSync(join(folder, 'report.html'), 'utf8')
  expect(page).toContain('of the standardised rows')
  const record = JSON.parse(readFileSync(join(out, 'metrics.jsonl'), 'utf8').trim().split('\n').at(-1) ?? '')
  expect(record.logAbsDetJacobian).toBeCloseTo(jacobian, 6)
})
