import { createHash } from 'node:crypto'
import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { csv } from 'elbo-ts'
import { beforeAll, describe, expect, test } from 'vitest'
import { load } from '../../src/data/load.ts'
import { fieldsCodec } from '../../src/data/Field.ts'
import { openReference } from '../../src/interp/reference/index.ts'
import { train } from '../../src/train/loop.ts'
import { readRun } from '../../src/train/runFolder.ts'
import { decodeRecord } from '../../src/train/RunRecord.ts'
import { readWeights } from '../../src/train/runState.ts'
import { createSweep, readPoint, readSweep, writePoint } from '../../src/train/sweepFolder.ts'
import { archived, unarchived } from '../../src/train/zip.ts'
import { newFolder, newPath } from '../temporary.ts'
import { messageOf, right } from '../unit/either.ts'
import { realVae } from './realVae.ts'
import { tiny, withSettings } from '../unit/train/tiny.ts'

// 110 of 1,964 edits of run.json that stay valid JSON made other samples, or another run, and nothing said so.

type Json = { [key: string]: Json } | Json[] | string | number | boolean | null
const folder = newFolder()
const out = join(folder, 'run')
let text = ''

beforeAll(async () => {
  const file = join(folder, 'rows.csv')
  writeFileSync(file, ['a,b', ...Array.from({ length: 30 }, (_, i) => `${i % 7},${100 + 5 * (i % 3)}`)].join('\n'))
  const data = csv({ file, columns: ['a', 'b'] })
  const e = withSettings({ epochs: 2, validation: 0.25 }, { ...tiny, vae: realVae, data })
  right(await train(e, { session: openReference(), dataset: right(await load(data)()), out })())
  text = readFileSync(join(out, 'run.json'), 'utf8')
})

/** Every value with another one of its type in its place, each list also one shorter, each entry left out. */
const edits = (json: Json): readonly Json[] => {
  if (typeof json === 'string') return [`${json}x`]
  if (typeof json === 'number') return [json + 1, -json - 1]
  if (typeof json === 'boolean') return [!json]
  if (json === null) return [1]
  if (Array.isArray(json))
    return [
      json.slice(1),
      [...json].reverse(),
      ...json.flatMap((v, i) => edits(v).map((edit) => json.map((w, j) => (i === j ? edit : w)))),
    ].filter((edit) => JSON.stringify(edit) !== JSON.stringify(json))
  return Object.entries(json).flatMap(([key, value]) => [
    ...edits(value).map((edit) => ({ ...json, [key]: edit })),
    Object.fromEntries(Object.entries(json).filter(([other]) => other !== key)),
  ])
}

test('every edit of a record that stays valid JSON is refused', () => {
  expect(E.isRight(decodeRecord('run.json', text)), 'as it was written').toBe(true)
  const all = edits(JSON.parse(text))
  expect(all.length).toBeGreaterThan(500)
  expect(all.filter((edit) => E.isRight(decodeRecord('run.json', JSON.stringify(edit))))).toEqual([])
})

test('spaces between may change', () => {
  expect(E.isRight(decodeRecord('run.json', JSON.stringify(JSON.parse(text))))).toBe(true)
})

test('the message says that the record was edited, and what to do', () => {
  const edited = text.replace(/"learningRate": [\d.]+/, '"learningRate": 0.5')
  expect(edited).not.toBe(text)
  expect(messageOf(decodeRecord('r/run.json', edited))).toBe(
    "'r/run.json' is not what was written: its content does not have its seal, so it was edited or damaged; put the original back, or train anew",
  )
})

describe('lengths are checked against the shape of a datum', () => {
  const field = { shape: [2], support: 'real', encoding: 'value', names: ['a', 'b'] }
  const read = (changed: object) => E.isRight(fieldsCodec.decode({ x: { ...field, ...changed } }))
  test.each([
    [{}, true],
    [{ standardization: { mean: [0, 1], scale: [1, 2] } }, true],
    [{ names: ['a'] }, false],
    [{ names: ['a', 'b', 'c'] }, false],
    [{ standardization: { mean: [0], scale: [1, 2] } }, false],
    [{ standardization: { mean: [0, 1], scale: [1] } }, false],
    [{ standardization: { mean: [0, 1], scale: [1, 0] } }, false],
    [{ standardization: { mean: [0, 1], scale: [1, -2] } }, false],
    [{ shape: [3] }, false],
  ])('%j: %s', (changed, fine) => expect(read(changed)).toBe(fine))

  test('also in a record without a seal, and fields are those of the program', () => {
    const unsealed = (change: (json: { data: { fields: { x: Record<string, unknown> } } }) => void): string => {
      const { seal: _, id: __, ...json } = JSON.parse(text)
      change(json)
      return JSON.stringify({ ...json, version: 1 })
    }
    expect(
      E.isRight(
        decodeRecord(
          'run.json',
          unsealed(() => {}),
        ),
      ),
    ).toBe(true)
    const short = unsealed(({ data }) => (data.fields.x['standardization'] = { mean: [3], scale: [2] }))
    expect(messageOf(decodeRecord('run.json', short))).toBe(
      "'run.json' is no record of a run: data.fields.x: standardization.mean has 1 entries, but a datum of shape [2] has 2",
    )
    const wide = unsealed(({ data }) => (data.fields.x = { shape: [3], support: 'real', encoding: 'value' }))
    expect(messageOf(decodeRecord('run.json', wide))).toMatch(/^'run.json': data.fields: .*\[3\].*\[2\]/)
  })
})

test('a run of the version before, without a seal, still opens and goes on', async () => {
  const old = newPath()
  cpSync(out, old, { recursive: true })
  const { seal: _, id: __, ...json } = JSON.parse(text)
  delete json.data.digests
  writeFileSync(join(old, 'run.json'), JSON.stringify({ ...json, version: 1 }))
  // A sealed checkpoint is of a run that has an id: the record of another was put beside it.
  expect(messageOf(await readWeights(old, right(await readRun(old)()))())).toMatch(
    /last.npz' is a checkpoint of another run/,
  )
  for (const name of ['last.npz', 'best.npz']) {
    const members = { ...right(unarchived(readFileSync(join(old, name)))) }
    const { fingerprint, counters, format } = JSON.parse(new TextDecoder().decode(members['checkpoint.json']))
    delete members['checkpoint.json']
    const hash = createHash('sha256').update(JSON.stringify([format, 1, fingerprint, counters]))
    for (const [member, bytes] of Object.entries(members).sort(([a], [b]) => (a < b ? -1 : 1)))
      hash.update(JSON.stringify([member, bytes.length])).update(bytes)
    const label = JSON.stringify({ format, version: 1, digest: hash.digest('hex'), fingerprint, counters })
    writeFileSync(join(old, name), archived({ 'checkpoint.json': new TextEncoder().encode(label), ...members }))
  }
  const record = right(await readRun(old)())
  expect(right(await readWeights(old, record)())).toEqual(right(await readWeights(out, right(await readRun(out)()))()))
  const e = record.experiment
  const plain = { ...e, objective: { ...e.objective, beta: 1 } } as typeof e
  const dataset = right(await load(e.data)())
  expect(messageOf(await train(plain, { session: openReference(), dataset, resume: old })())).toMatch(/objective.beta/)
  right(await train(e, { session: openReference(), dataset, resume: old })())
  expect(JSON.parse(readFileSync(join(old, 'run.json'), 'utf8'))).toMatchObject({ version: 2, id: null, seal: /./ })
})

test('so are a sweep and what was measured of a point', async () => {
  const sweep = newPath()
  const plan = { experiment: tiny, axes: [{ path: 'objective.beta', values: [1] }], seeds: [0], warm: false }
  right(await createSweep(sweep, { ...plan, digests: null, limit: null, target: 'reference' })())
  right(await readSweep(sweep)())
  const path = join(sweep, 'sweep.json')
  writeFileSync(path, readFileSync(path, 'utf8').replace('"seed": 3', '"seed": 4'))
  expect(messageOf(await readSweep(sweep)())).toMatch(/sweep.json' is not what was written/)
  const of = { value: -1, standardError: 0.5 }
  right(
    await writePoint(sweep, { settings: {}, seed: 0, bound: of, rate: of, distortion: of, active: 1, dimensions: 2 })(),
  )
  right(await readPoint(sweep)())
  const point = join(sweep, 'point.json')
  writeFileSync(point, readFileSync(point, 'utf8').replace('0.5', '0.25'))
  expect(messageOf(await readPoint(sweep)())).toMatch(/point.json' is not what was written/)
})
