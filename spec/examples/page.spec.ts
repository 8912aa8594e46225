import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import mnist from '../../examples/01-mnist.ts'
import { fillUniform } from '../../src/data/seeds.ts'
import { openReference } from '../../src/interp/reference/index.ts'
import { exportedVae, exportFiles } from '../../src/train/export.ts'
import { vaeParams } from '../../src/train/graphs.ts'
import { decode, encode } from '../../src/train/inference.ts'
import { initialValues } from '../../src/train/initialize.ts'
import { chromium } from '../cli/chromium.ts'
import { toldBy } from '../cli/pages.ts'
import { right } from '../unit/either.ts'

/** `examples/browser/` in a real browser, as a server of files gives it, with a model that has its first weights. */

const root = fileURLToPath(new URL('../..', import.meta.url))
const page = (file: string): string => readFileSync(join(root, 'examples/browser', file), 'utf8')

const weights = initialValues(vaeParams(mnist.vae), 5)
const files = exportFiles(right(exportedVae(mnist.vae, weights, 0)), 'tfjs')
const x = new Float32Array(28 * 28)
fillUniform(x, { seed: 1, step: 0, name: 'x' })
const picture = x.map((u) => (u < 0.2 ? 1 : 0))

const backendOf = {
  cpu: "<script>tf.setBackend('cpu')</script>",
  wasm: `<script src="/node_modules/@tensorflow/tfjs-backend-wasm/dist/tf-backend-wasm.min.js"></script>
    <script>tf.wasm.setWasmPaths('/node_modules/@tensorflow/tfjs-backend-wasm/dist/'); tf.setBackend('wasm')</script>`,
}

const probe = `<script type="module">
  import { openModel, surprise } from '/model.js'
  import '/page.js'
  const tell = (value) => fetch('/told', { method: 'POST', body: JSON.stringify(value) })
  const sliders = () => [...document.querySelectorAll('#code input')].map(({ value }) => Number(value))
  const pixels = () => [...document.getElementById('generated').getContext('2d').getImageData(0, 0, 28, 28).data].filter((_, i) => i % 4 === 3)
  try {
    const model = await openModel('/runs/mnist-1/tfjs')
    const picture = Float32Array.from(${JSON.stringify([...picture])})
    const code = model.encode(picture)
    const mean = model.decode(code)
    const before = { sliders: sliders(), pixels: pixels() }
    const drawn = document.getElementById('drawn')
    const { left, top, width, height } = drawn.getBoundingClientRect()
    for (let i = 0; i <= 10; i++)
      drawn.dispatchEvent(new PointerEvent('pointermove', { buttons: 1, clientX: left + width / 2, clientY: top + (height * (2 + i * 0.6)) / 10 }))
    const after = { sliders: sliders(), pixels: pixels() }
    const text = document.getElementById('verdict').value
    document.getElementById('sample').click()
    await tell({ backend: tf.getBackend(), code: [...code], mean: [...mean], ...surprise(picture, mean), before, after, text, sampled: sliders() })
  } catch (cause) {
    await tell({ failed: String(cause.stack) })
  }
</script>`

interface Told {
  readonly failed?: string
  readonly backend: string
  readonly code: readonly number[]
  readonly mean: readonly number[]
  readonly cost: number
  readonly expected: number
  readonly before: { readonly sliders: readonly number[]; readonly pixels: readonly number[] }
  readonly after: { readonly sliders: readonly number[]; readonly pixels: readonly number[] }
  readonly text: string
  readonly sampled: readonly number[]
}

const site =
  (backend: keyof typeof backendOf) =>
  (path: string): Uint8Array | string | undefined => {
    if (path === '/')
      return page('index.html')
        .replace('<script type="module" src="page.js"></script>', () => backendOf[backend])
        .replace('</body>', () => `${probe}</body>`)
    if (path === '/page.js' || path === '/model.js') return page(path.slice(1))
    const exported = files[path.replace('/runs/mnist-1/tfjs/', '')]
    const own = join(root, path)
    return (
      exported ?? (path.startsWith('/node_modules/@tensorflow/') && existsSync(own) ? readFileSync(own) : undefined)
    )
  }

const distance = (a: readonly number[], b: ArrayLike<number> | undefined): number =>
  a.reduce((most, v, i) => Math.max(most, Math.abs(v - (b?.[i] ?? Number.NaN))), a.length === b?.length ? 0 : Infinity)

test.skipIf(chromium === undefined).each(['cpu', 'wasm'] as const)(
  'a page with an exported model gives our numbers, on %s',
  { timeout: 90_000 },
  async (backend) => {
    const text = await toldBy(chromium ?? '', site(backend), 80_000)
    const told = JSON.parse(text) as Told
    expect(told.failed).toBeUndefined()
    expect(told.backend).toBe(backend)

    const session = openReference()
    session.write(weights)
    const data = new Map([['x', { shape: [1, 28, 28, 1], data: picture }]])
    const codes = right(encode(mnist.vae, session, data))
    const mean = right(decode(mnist.vae, session, codes)).get('x')
    expect(distance(told.code, codes.get('z')?.data)).toBeLessThan(1e-5)
    expect(distance(told.mean, mean?.data)).toBeLessThan(1e-5)
    const nats = [...(mean?.data ?? [])].map((p, i) => -Math.log(picture[i] === 1 ? p : 1 - p))
    expect(told.cost).toBeCloseTo(
      nats.reduce((sum, n) => sum + n, 0),
      2,
    )

    // The latent in the middle, then that of a stroke down the middle: each with the picture that it makes.
    expect(told.before.sliders).toEqual(Array.from({ length: 20 }, () => 0))
    expect(told.after.sliders).not.toEqual(told.before.sliders)
    for (const { sliders, pixels } of [told.before, told.after]) {
      const z = new Map([['z', { shape: [1, 20], data: Float32Array.from(sliders) }]])
      const wanted = right(decode(mnist.vae, session, z)).get('x')?.data ?? []
      expect(
        distance(
          pixels,
          Array.from(wanted, (p) => 255 * p),
        ),
      ).toBeLessThan(0.51)
    }
    expect(told.text).toMatch(/^\d+ nats, where \d+ are expected: (not one of|like) the data$/)
    expect(told.sampled).not.toEqual(told.after.sliders)
  },
)
