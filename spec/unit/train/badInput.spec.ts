import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { version_core } from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { adam, elbo, inline, warmUp } from 'elbo-ts'
import { openReference } from '../../../src/interp/reference/index.ts'
import type { Experiment } from '../../../src/train/Experiment.ts'
import { train } from '../../../src/train/loop.ts'
import { readRun, runFiles } from '../../../src/train/runFolder.ts'
import { readCheckpoint, readWeights } from '../../../src/train/runState.ts'
import { messageOf, right } from '../either.ts'
import { newPath } from '../../temporary.ts'
import { dataOf, tiny, tinyVae, trained, withSettings } from './tiny.ts'

const refused = async (e: Experiment): Promise<string> => {
  const out = newPath()
  const { result, events } = await trained(e, { out })
  expect(events).toEqual([])
  expect(existsSync(out), 'nothing is written').toBe(false)
  return messageOf(result)
}

describe('settings', () => {
  it.each([
    [{ epochs: 0 }, 'settings: epochs must be a whole number of at least 1 but got 0'],
    [{ epochs: 1.5 }, 'settings: epochs must be a whole number of at least 1 but got 1.5'],
    [{ epochs: Number.NaN }, 'settings: epochs must be a whole number of at least 1 but got NaN'],
    [{ batch: 0 }, 'settings: batch must be a whole number of at least 1 but got 0'],
    [{ batch: 2.5 }, 'settings: batch must be a whole number of at least 1 but got 2.5'],
    [{ batch: 37 }, 'settings: batch 37 is larger than the 36 training data; choose a batch of at most 36'],
    [
      { batch: 36, validation: 0.5 },
      'settings: batch 36 is larger than the 18 training data; choose a batch of at most 18',
    ],
    [{ seed: -1 }, 'settings: seed must be a whole number of at least 0 and at most 4294967295 but got -1'],
    [{ seed: 0.5 }, 'settings: seed must be a whole number of at least 0 and at most 4294967295 but got 0.5'],
    [{ validation: 1 }, 'settings: validation must be a fraction in [0, 1) but got 1'],
    [{ validation: -0.1 }, 'settings: validation must be a fraction in [0, 1) but got -0.1'],
    [{ validation: 0.1, patience: 0 }, 'settings: patience must be a whole number of at least 1 but got 0'],
    [{ patience: 2 }, 'settings: patience needs validation data to judge by; set validation, such as 0.1'],
    [{ epochs: 0, batch: 0 }, /epochs must be .*\n.*batch must be/],
  ])('%o', async (settings, message) => {
    expect(await refused(withSettings(settings))).toMatch(message)
  })
})

describe('an experiment', () => {
  it('with a setting that there is not, in a module that nobody type-checked', async () => {
    const settings = Object.assign({ ...tiny.settings }, { epoch: 1 })
    expect(await refused({ ...tiny, settings })).toBe(
      "settings: there is no 'epoch'; there are epochs, batch, patience, seed, validation",
    )
  })
  it('whose warm-up never ends', async () => {
    expect(await refused({ ...tiny, objective: elbo({ beta: warmUp({ epochs: 5 }) }) })).toBe(
      'beta: warmUp needs 25 steps but training is planned for 20; train longer or shorten it',
    )
  })
  it('with an optimiser out of range', async () => {
    expect(await refused({ ...tiny, optimizer: adam(-1) })).toBe('optimizer: learning rate must be above 0 but got -1')
  })
  it('whose data are of another shape, or lack a field', async () => {
    const data = (name: string, shape: readonly number[]) =>
      inline({ fields: { [name]: { shape, support: 'binary', values: Array(40).fill(1) } } })
    expect(await refused({ ...withSettings({ batch: 2 }), data: data('x', [5]) })).toBe(
      "data field 'x' has shape [5] but the program is given [6]",
    )
    expect(await refused({ ...withSettings({ batch: 2 }), data: data('y', [5]) })).toBe(
      "data has no field 'x', which the program is given\nthe data have y",
    )
  })
  it('whose program has problems tells all of them', async () => {
    expect(await refused({ ...tiny, vae: { ...tiny.vae, problems: ['this', 'that'] } })).toBe('this\nthat')
  })
})

describe('a folder', () => {
  it('that holds something is left as it is', async () => {
    const out = newPath()
    mkdirSync(out)
    writeFileSync(join(out, 'mine'), 'text')
    expect(messageOf((await trained(tiny, { out })).result)).toBe(
      `'${out}' is not empty; choose another folder, or resume the run in it`,
    )
    expect(readdirSync(out)).toEqual(['mine'])
  })
  it('that is empty is used', async () => {
    const out = newPath()
    mkdirSync(out)
    right((await trained(tiny, { out })).result)
    expect(readdirSync(out).sort()).toEqual(['last.npz', 'metrics.jsonl', 'run.json', 'weights.npz'])
  })
  it('that cannot be', async () => {
    const file = newPath()
    writeFileSync(file, '')
    expect(messageOf((await trained(tiny, { out: join(file, 'run') })).result)).toBe(
      `cannot look into '${file}/run': a part of the path is a file, not a folder`,
    )
    expect(messageOf((await trained(tiny, { out: file })).result)).toBe(`'${file}' is a file; choose another folder`)
    expect(readFileSync(file, 'utf8')).toBe('')
  })
  it('that goes while training is one error', async () => {
    const out = newPath()
    const onEvent = ({ event }: { event: string }): void => {
      if (event === 'started') rmSync(out, { recursive: true })
    }
    const result = await train(tiny, { session: openReference(), dataset: await dataOf(tiny), out, onEvent })()
    expect(messageOf(result)).toBe(`cannot write '${out}/metrics.jsonl': there is no such file or folder`)
  })
})

describe('a run to be used or resumed', () => {
  const made = async (): Promise<string> => {
    const out = newPath()
    right((await trained(withSettings({ validation: 0.25 }), { out })).result)
    return out
  }
  it('tells what it is', async () => {
    const out = await made()
    const record = right(await readRun(out)())
    expect(record).toMatchObject({ target: 'reference', limit: null, data: { train: 27, validation: 9, test: 4 } })
    expect(record.experiment).toMatchObject({ name: 'tiny', settings: { seed: 3 } })
    expect(record.versions).toMatchObject({
      node: process.versions.node,
      'elbo-ts': expect.stringMatching(/^\d+\.\d+\.\d+/),
      '@tensorflow/tfjs-core': version_core,
    })
    expect(record.versions, 'nothing ran on it').not.toHaveProperty(['@tensorflow/tfjs-node'])
    expect(record.data.fields).toEqual({ x: { shape: [6], support: 'binary', encoding: 'value' } })
    const weights = right(await readWeights(out, record)())
    const names = ['dense_0/kernel', 'dense_0/bias', 'dense_1/kernel', 'dense_1/bias']
    expect([...weights.keys()].sort()).toEqual(names.flatMap((n) => [`guide/z/${n}`, `model/x/${n}`]).sort())
    const best = right(await readCheckpoint(out, runFiles.best, record)())
    for (const [name, value] of weights) expect(value).toEqual(best.values.get(name))
  })
  it('with a record that was damaged', async () => {
    const out = await made()
    const path = join(out, 'run.json')
    const text = readFileSync(path, 'utf8')
    const reading = async (content: string): Promise<string> => {
      writeFileSync(path, content)
      return messageOf(await readRun(out)())
    }
    expect(await reading(text.slice(0, 100))).toMatch(/^'.*run.json' is not JSON: /)
    expect(await reading('{}')).toMatch(/^'.*run.json' is no record of a run: \w+: expected .* but found nothing$/)
    expect(await reading(text.replace('"fingerprint": "', '"fingerprint": "0'))).toMatch(
      /run.json': the program is not the one that was written; was the file edited\?$/,
    )
    expect(await reading(text.replaceAll('"Normal"', '"Bernoulli"'))).toMatch(
      /run.json': model 'z': Bernoulli has the parameters logits/,
    )
  })
  it.each(['last.npz', 'best.npz'])('with a corrupted %s', async (name) => {
    const out = await made()
    const path = join(out, name)
    const bytes = readFileSync(path)
    bytes[Math.floor(bytes.length / 2)]! ^= 1
    writeFileSync(path, bytes)
    const before = readFileSync(join(out, 'metrics.jsonl'), 'utf8')
    const e = withSettings({ validation: 0.25, epochs: 6 })
    expect(messageOf((await trained(e, { resume: out })).result)).toMatch(new RegExp(`/${name}' is corrupted: `))
    expect(readFileSync(join(out, 'metrics.jsonl'), 'utf8')).toBe(before)
    rmSync(path)
    expect(messageOf((await trained(e, { resume: out })).result)).toBe(
      `cannot read '${path}': there is no such file or folder`,
    )
  })
  it('with the checkpoint of another model', async () => {
    const [out, other] = [await made(), newPath()]
    right((await trained({ ...tiny, vae: tinyVae(7) }, { out: other })).result)
    writeFileSync(join(out, 'last.npz'), readFileSync(join(other, 'last.npz')))
    expect(messageOf((await trained(withSettings({ validation: 0.25 }), { resume: out })).result)).toMatch(
      /last.npz' is a checkpoint of another model; its parameters do not belong to this one$/,
    )
  })
})
