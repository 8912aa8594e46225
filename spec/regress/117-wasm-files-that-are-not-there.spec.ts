import type { BrowserOptions, WasmPaths } from 'elbo-ts/browser'
import { expect, test, vi } from 'vitest'
import { inPage } from '../browser/page.ts'
import { chromium } from '../cli/chromium.ts'

// "wasm: its backend did not initialise", whatever was wrong, and TS2322 for a map of files.

vi.setConfig({ testTimeout: 120_000 })

const all: WasmPaths = {
  'tfjs-backend-wasm.wasm': '/wasm/tfjs-backend-wasm.wasm',
  'tfjs-backend-wasm-simd.wasm': '/wasm/tfjs-backend-wasm-simd.wasm',
  'tfjs-backend-wasm-threaded-simd.wasm': '/wasm/tfjs-backend-wasm-threaded-simd.wasm',
}
const map: BrowserOptions = { wasmPaths: all }

const imports = `
  import { openInBrowser } from 'elbo-ts/browser'
  const open = async (wasmPaths) => {
    const opened = await openInBrowser('wasm', wasmPaths === undefined ? {} : { wasmPaths })()
    if (opened._tag === 'Left') return opened.left.message.replaceAll(location.origin, '')
    opened.right.dispose()
    return 'open'
  }`

const advice =
  'serve the .wasm files of @tensorflow/tfjs-backend-wasm, and say by the option wasmPaths where they are: their folder, or a map from the name of each to its address'
const file = 'tfjs-backend-wasm-simd.wasm'

test.skipIf(chromium === undefined)(
  'the message names the file that was sought, what is there and the option; then the right place is taken',
  async () => {
    const answers = await inPage({
      imports,
      body: `return [
        await open(),
        await open('/assets'),
        await open('/fallback'),
        await open('http://127.0.0.1:1/'),
        await open({ 'tfjs-backend-wasm.wasm': '/wasm/tfjs-backend-wasm.wasm' }),
        await open({ ...${JSON.stringify(map.wasmPaths)}, '${file}': '/gone.wasm' }),
        ...(await Promise.all([open(${JSON.stringify(map.wasmPaths)}), open('/wasm')])),
      ]`,
      // As servers of one-page applications answer for a file that is not there.
      files: { [`/fallback/${file}`]: '<!doctype html>' },
      places: ['page', 'worker'],
    })
    for (const told of answers)
      expect(told).toEqual([
        `wasm: ${file} was sought at /${file}: the server answered 404; ${advice}`,
        `wasm: ${file} was sought at /assets/${file}: the server answered 404; ${advice}`,
        `wasm: ${file} was sought at /fallback/${file}: what is there is not WebAssembly but application/wasm; ${advice}`,
        `wasm: ${file} was sought at http://127.0.0.1:1/${file}: Failed to fetch; ${advice}`,
        `wasm: wasmPaths has no '${file}', which this browser loads; ${advice}`,
        `wasm: ${file} was sought at /gone.wasm: the server answered 404; ${advice}`,
        'open',
        'open',
      ])
  },
)

test.skipIf(chromium === undefined)(
  'a page that is cross-origin isolated takes the build that generated kernels run on, as every page',
  async () => {
    const headers = { 'cross-origin-opener-policy': 'same-origin', 'cross-origin-embedder-policy': 'require-corp' }
    const answers = await inPage({
      imports,
      body: `
    const opened = await open('/wasm/')
    const loaded = performance.getEntriesByType('resource').map(({ name }) => name.split('/').at(-1))
    return [crossOriginIsolated, opened, ...new Set(loaded.filter((name) => name.endsWith('.wasm')))]`,
      headers,
    })
    expect(answers).toEqual([[true, 'open', file]])
  },
)

test.skipIf(chromium === undefined)('a policy that forbids WebAssembly is named', async () => {
  const headers = { 'content-security-policy': "script-src 'self' 'unsafe-inline'" }
  const answers = await inPage({ imports, body: `return open('/wasm/')`, headers })
  expect(answers).toEqual([expect.stringMatching(/^wasm: WebAssembly may not be compiled here .*'wasm-unsafe-eval'$/)])
})
