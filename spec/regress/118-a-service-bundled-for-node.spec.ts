import { execFile } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { fit } from 'elbo-ts'
import { build } from 'esbuild'
import { describe, expect, test, vi } from 'vitest'
import bars from '../../examples/browser-training/bars.ts'
import { buildFolder, markerIn, packageIn } from '../../src/interp/native/home.ts'
import { newFolder } from '../temporary.ts'
import { right } from '../unit/either.ts'

// A service bundled by esbuild as ESM: `Dynamic require of "util" is not supported`, and the next slower target was taken silently.

vi.setConfig({ testTimeout: 120_000 })

const run = promisify(execFile)
const root = fileURLToPath(new URL('../..', import.meta.url))
const wasm = dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm'))

const service = `
import { fit, openTarget, versionsHere } from 'elbo-ts'
import bars from '../../examples/browser-training/bars.ts'
const main = async () => {
  const brief = { ...bars, settings: { ...bars.settings, epochs: 1 } }
  const asked = await openTarget('wasm')()
  const chosen = await openTarget()()
  const trained = asked._tag === 'Left' ? undefined : await fit(brief, { target: 'wasm' })()
  console.log(JSON.stringify({
    asked: asked._tag === 'Left' ? asked.left.message : asked.right.session.target,
    chosen: chosen._tag === 'Left' ? chosen.left.message : [chosen.right.session.target, chosen.right.reason],
    bound: trained?._tag === 'Right' ? trained.right.history[0].train.bound : trained?.left.message,
    left: ['require' in globalThis, '__dirname' in globalThis],
    version: versionsHere()['elbo-ts'],
  }))
}
main()`

const bundle = async (format: 'esm' | 'cjs', folder: string): Promise<string> => {
  const outfile = join(folder, format === 'esm' ? 'service.mjs' : 'service.cjs')
  await build({
    stdin: { contents: service, resolveDir: join(root, 'spec/regress'), loader: 'ts' },
    bundle: true,
    platform: 'node',
    format,
    conditions: ['source'],
    outfile,
    logLevel: 'silent',
  })
  return outfile
}

const started = async (file: string, cache: string): Promise<{ readonly told: unknown; readonly warnings: string }> => {
  const { stdout, stderr } = await run(process.execPath, [file], {
    cwd: dirname(file),
    env: { ...process.env, NODE_OPTIONS: '', ELBO_CACHE: cache },
  })
  return { told: JSON.parse(stdout), warnings: stderr }
}

const GENERATED = 'WebAssembly with generated SIMD kernels'
const ABSENT = 'native TensorFlow is not here: npx elbo doctor'

describe.each(['esm', 'cjs'] as const)('a bundle as %s, deployed without node_modules', async (format) => {
  const folder = newFolder()
  const file = await bundle(format, folder)
  // A package of another name two folders up, and no native TensorFlow.
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'service', version: '9.9.9' }))
  const none = newFolder()

  test('says what it lacks, and warns that it computes on a slower target', async () => {
    const { told, warnings } = await started(file, none)
    const lacks = `TensorFlow.js's WebAssembly does not start (no tfjs-backend-wasm-simd.wasm, neither in a node_modules above nor in ${folder}; copy the .wasm files of @tensorflow/tfjs-backend-wasm/dist there)`
    expect(told).toMatchObject({
      asked: `wasm: ${lacks}`,
      chosen: ['cpu', `plain JavaScript (${ABSENT}; faster but failing: WebAssembly: ${lacks})`],
      version: 'unknown',
    })
    expect(warnings).toContain(
      `Warning: elbo-ts computes on cpu, since a faster target does not start. WebAssembly: ${lacks}`,
    )
  })

  test('runs with the .wasm files beside it, to the numbers of the source', async () => {
    for (const name of ['tfjs-backend-wasm.wasm', 'tfjs-backend-wasm-simd.wasm'])
      copyFileSync(join(wasm, name), join(folder, name))
    const { model, history } = right(
      await fit({ ...bars, settings: { ...bars.settings, epochs: 1 } }, { target: 'wasm' })(),
    )
    model.dispose()
    const { told, warnings } = await started(file, none)
    expect(told).toEqual({
      asked: 'wasm',
      chosen: ['wasm', `${GENERATED} (${ABSENT})`],
      bound: history[0]?.train.bound,
      left: [false, false],
      version: 'unknown',
    })
    expect(warnings).toBe('')
  })

  test('native TensorFlow that is there and does not load is a fault that is told', async () => {
    const cache = newFolder()
    const own = packageIn(buildFolder(cache))
    mkdirSync(join(own, 'dist'), { recursive: true })
    writeFileSync(join(own, 'dist/index.js'), "throw new Error('libtensorflow.so.2: file too short')")
    writeFileSync(markerIn(buildFolder(cache)), JSON.stringify({ tensorflow: '2', from: 'a wheel', built: 'today' }))
    expect(existsSync(join(folder, 'node_modules'))).toBe(false)
    const { told, warnings } = await started(file, cache)
    expect(told).toMatchObject({
      chosen: [
        'wasm',
        expect.stringMatching(/\(faster but failing: native TensorFlow: .*libtensorflow\.so\.2: file too short/),
      ],
    })
    expect(warnings).toMatch(/computes on wasm, since a faster target does not start\..*file too short/)
  })
})
