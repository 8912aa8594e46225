import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'
import { loadGraphModel } from '@tensorflow/tfjs-converter'
import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import conv from '../../../examples/04-conv.ts'
import hierarchy from '../../../examples/08-hierarchy.ts'
import { fillUniform } from '../../../src/data/seeds.ts'
import type { Tensor } from '../../../src/expr/Tensor.ts'
import { openReference } from '../../../src/interp/reference/index.ts'
import type { Session } from '../../../src/interp/Session.ts'
import { runProgram } from '../../../src/interp/native/command.ts'
import { nativeBinding } from '../../../src/interp/tfgraph/binding.ts'
import { openGraph } from '../../../src/interp/tfgraph/index.ts'
import type { AnyVae } from '../../../src/model/Vae.ts'
import { type ExportFormat, exportedVae, exportFiles, logProbGraph, writeExport } from '../../../src/train/export.ts'
import { vaeParams } from '../../../src/train/graphs.ts'
import { decode, encode, reconstruct, sample } from '../../../src/train/inference.ts'
import { initialValues } from '../../../src/train/initialize.ts'
import { newFolder } from '../../temporary.ts'
import { messageOf, right } from '../either.ts'
import { tinyVae } from './tiny.ts'

const native = E.isRight(await openGraph())
const SEED = 7
const subjects: Readonly<Record<string, AnyVae>> = { tiny: tinyVae(), conv: conv.vae, hierarchy: hierarchy.vae }

const binaryData = (vae: AnyVae, count: number): ReadonlyMap<string, Tensor> =>
  new Map(
    Object.entries(vae.given).map(([name, { shape }]) => {
      const data = new Float32Array(shape.reduce((n, d) => n * d, count))
      fillUniform(data, { seed: 1, step: 0, name })
      return [name, { shape: [count, ...shape], data: data.map((u) => (u < 0.5 ? 0 : 1)) }]
    }),
  )

/** A VAE with its first weights: exported, in a folder, and on the reference. */
const prepared = (vae: AnyVae, format: ExportFormat) => {
  const weights = initialValues(vaeParams(vae), SEED)
  const session: Session = openReference()
  session.write(weights)
  const model = right(exportedVae(vae, weights, SEED))
  const folder = newFolder()
  for (const [name, content] of Object.entries(exportFiles(model, format))) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), content)
  }
  return { session, model, folder }
}

const expectClose = (got: ArrayLike<number> | undefined, wanted: Tensor | undefined, what: string): void => {
  expect(got?.length, what).toBe(wanted?.data.length)
  const off = Array.from(wanted?.data ?? []).reduce(
    (most, w, i) => Math.max(most, Math.abs(w - (got?.[i] ?? Number.NaN)) / (1 + Math.abs(w))),
    0,
  )
  expect(off, what).toBeLessThan(2e-5)
}

describe.skipIf(!native).each(Object.entries(subjects))('a SavedModel of %s', (_, vae) => {
  it('gives our numbers for batches of any size, by each signature', () => {
    const { session, model, folder } = prepared(vae, 'savedmodel')
    expect(Object.keys(model.signatures)).toHaveLength(6)
    const binding = right(nativeBinding())
    const id = binding.loadSavedModel(folder, 'serve')
    const call = (
      name: string,
      inputs: ReadonlyMap<string, Tensor>,
      seed = 0,
    ): ReadonlyMap<string, ArrayLike<number>> => {
      const signature = model.signatures[name]
      if (signature === undefined) throw new Error(`no signature ${name}`)
      const fed = Object.entries(signature.inputs).map(([input, info]) => {
        const given = inputs.get(input)
        if (input === 'seed') return [info.name, binding.createTensor([], 9, Int32Array.of(seed, 0))] as const
        if (input === 'count') return [info.name, binding.createTensor([], 3, Int32Array.of(3))] as const
        return [info.name, binding.createTensor(given?.shape ?? [], 1, Float32Array.from(given?.data ?? []))] as const
      })
      const outputs = Object.entries(signature.outputs)
      const held = binding.runSavedModel(
        id,
        fed.map(([, tensor]) => tensor),
        fed.map(([input]) => input).join(','),
        outputs.map(([, info]) => info.name).join(','),
      )
      return new Map(outputs.map(([output], i) => [output, binding.tensorDataSync(held[i]?.id ?? -1)]))
    }
    for (const count of [1, 5]) {
      const data = binaryData(vae, count)
      const latents = right(encode(vae, session, data))
      for (const name of ['encode', 'serving_default']) {
        const found = call(name, data)
        for (const [latent, wanted] of latents) expectClose(found.get(latent), wanted, `${name} ${latent}`)
      }
      const rebuilt = call('reconstruct', data)
      for (const [x, wanted] of right(reconstruct(vae, session, data))) expectClose(rebuilt.get(x), wanted, x)
      const decoded = call('decode', new Map([...latents, ...data]))
      for (const [x, wanted] of right(decode(vae, session, new Map([...latents, ...data]))))
        expectClose(decoded.get(x), wanted, x)
      const plan = right(session.prepare(logProbGraph(vae, count)))
      const bound = plan.run({ data, scalars: {}, seed: SEED, step: 4 }).get('bound')
      expectClose(call('log_prob', data, 4).get('log_prob'), bound, 'log_prob')
    }
    const drawn = call('sample', new Map())
    const wanted = right(sample(vae, session, { count: 3, seed: SEED }))
    for (const [z, value] of wanted.latents) expectClose(drawn.get(`latent_${z}`), value, z)
    for (const [x, value] of wanted.means) expectClose(drawn.get(`mean_${x}`), value, x)
    binding.deleteSavedModel(id)
  }, 60_000)
})

describe.each(Object.entries(subjects))('a model for TensorFlow.js of %s', (_, vae) => {
  it('gives our numbers', async () => {
    const { session, model, folder } = prepared(vae, 'tfjs')
    const files = exportFiles(model, 'tfjs')
    await tf.setBackend('cpu')
    const data = binaryData(vae, 2)
    const latents = right(encode(vae, session, data))
    const ask = async (
      name: 'encode' | 'decode',
      inputs: ReadonlyMap<string, Tensor>,
    ): Promise<ReadonlyMap<string, ArrayLike<number>>> => {
      const json: unknown = JSON.parse(String(files[`${name}/model.json`]))
      const weights = files[`${name}/group1-shard1of1.bin`]
      const artifacts = json as tf.io.ModelJSON
      const graph = await loadGraphModel(
        tf.io.fromMemory({
          modelTopology: artifacts.modelTopology,
          signature: artifacts.signature,
          weightSpecs: artifacts.weightsManifest.flatMap((group) => group.weights),
          weightData: Uint8Array.from(weights instanceof Uint8Array ? weights : []).buffer,
        }),
      )
      const signature = model.signatures[name]
      const fed = Object.entries(signature?.inputs ?? {}).map(([input, info]) => {
        const given = inputs.get(input)
        return [
          info.name.split(':')[0] ?? '',
          tf.tensor(Float32Array.from(given?.data ?? []), [...(given?.shape ?? [])]),
        ] as const
      })
      const outputs = Object.entries(signature?.outputs ?? {})
      const found = graph.execute(
        Object.fromEntries(fed),
        outputs.map(([, info]) => info.name),
      )
      const list = Array.isArray(found) ? found : [found]
      return new Map(outputs.map(([output], i) => [output, list[i]?.dataSync() ?? []]))
    }
    expect(folder).not.toBe('')
    const encoded = await ask('encode', data)
    for (const [z, wanted] of latents) expectClose(encoded.get(z), wanted, z)
    const decoded = await ask('decode', new Map([...latents, ...data]))
    for (const [x, wanted] of right(decode(vae, session, new Map([...latents, ...data]))))
      expectClose(decoded.get(x), wanted, x)
  }, 60_000)
})

describe('writing', () => {
  it('makes the folders, and leaves nothing where a file cannot be written', async () => {
    const parent = newFolder()
    right(await writeExport(join(parent, 'a/b'), { 'c/d.txt': 'text', 'e.txt': 'more' })())
    expect(readFileSync(join(parent, 'a/b/c/d.txt'), 'utf8')).toBe('text')
    writeFileSync(join(parent, 'file'), '')
    expect(messageOf(await writeExport(join(parent, 'file/x'), { 'e.txt': '' })())).toMatch(/cannot make the folder/)
    expect(messageOf(await writeExport(join(parent, 'new'), { 'e.txt': '', 'e.txt/f.txt': '' })())).toMatch(/cannot/)
    expect(readdirSync(parent).sort()).toEqual(['a', 'file'])
  })
})

const python = process.env['ELBO_PYTHON'] ?? 'python3'
const hasTensorFlow = E.isRight(
  await runProgram(
    python,
    ['-c', 'import importlib.util, sys; sys.exit(importlib.util.find_spec("tensorflow") is None)'],
    { seconds: 20 },
  ),
)

describe.skipIf(!hasTensorFlow)('Python', () => {
  it('loads a SavedModel and gets our numbers, by each signature', async () => {
    const vae = tinyVae()
    const { session, folder } = prepared(vae, 'savedmodel')
    const data = binaryData(vae, 4)
    const script = `
import json, sys, tensorflow as tf
model = tf.saved_model.load(sys.argv[1])
x = tf.constant(json.loads(sys.argv[2]), shape=(4, 6), dtype=tf.float32)
z = model.signatures["encode"](x=x)["z"]
asked = {
  "encode": dict(x=x), "serving_default": dict(x=x), "reconstruct": dict(x=x), "decode": dict(z=z),
  "sample": dict(count=tf.constant(3), seed=tf.constant(0, tf.int64)), "log_prob": dict(x=x, seed=tf.constant(4, tf.int64)),
}
answers = {name: model.signatures[name](**inputs) for name, inputs in asked.items()}
print("!" + json.dumps([sorted(model.signatures), {name: {k: v.numpy().ravel().tolist() for k, v in outputs.items()} for name, outputs in answers.items()}]))`
    const ran = await runProgram(python, ['-c', script, folder, JSON.stringify([...(data.get('x')?.data ?? [])])], {
      seconds: 170,
    })
    if (E.isLeft(ran)) throw new Error(ran.left.tail)
    const [names, answers] = JSON.parse(ran.right.split('!').at(-1) ?? '') as [
      readonly string[],
      Readonly<Record<string, Readonly<Record<string, readonly number[]>>>>,
    ]
    expect(names).toEqual(['decode', 'encode', 'log_prob', 'reconstruct', 'sample', 'serving_default'])
    const codes = right(encode(vae, session, data))
    for (const name of ['encode', 'serving_default']) expectClose(answers[name]?.['z'], codes.get('z'), name)
    expectClose(answers['decode']?.['x'], right(decode(vae, session, codes)).get('x'), 'decode')
    expectClose(answers['reconstruct']?.['x'], right(reconstruct(vae, session, data)).get('x'), 'reconstruct')
    const { latents, means } = right(sample(vae, session, { count: 3, seed: SEED }))
    expectClose(answers['sample']?.['latent_z'], latents.get('z'), 'sampled latents')
    expectClose(answers['sample']?.['mean_x'], means.get('x'), 'sampled means')
    const plan = right(session.prepare(logProbGraph(vae, 4)))
    const bound = plan.run({ data, scalars: {}, seed: SEED, step: 4 }).get('bound')
    expectClose(answers['log_prob']?.['log_prob'], bound, 'log_prob')
  }, 180_000)
})
