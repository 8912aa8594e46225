import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { fit as fitInNode } from 'elbo-ts'
import { expect, test } from 'vitest'
import bars from '../../examples/browser-training/bars.ts'
import { chromium } from '../cli/chromium.ts'
import { toldBy } from '../cli/pages.ts'
import { right } from '../unit/either.ts'

/** `elbo-ts/browser`: what it is made of, and what it computes in a real page. */

const root = fileURLToPath(new URL('../..', import.meta.url))
const bundled = (contents: string): ReturnType<typeof build<{ write: false; metafile: true }>> =>
  build({
    stdin: { contents, resolveDir: join(root, 'spec/examples'), loader: 'ts' },
    bundle: true,
    format: 'esm',
    target: 'es2022',
    platform: 'browser',
    conditions: ['source'],
    write: false,
    metafile: true,
    logLevel: 'silent',
  })

const EPOCHS = 7
const page = `
import bars from '../../examples/browser-training/bars.ts'
import { fit } from 'elbo-ts/browser'
const tell = (value: unknown) => fetch('/told', { method: 'POST', body: JSON.stringify(value) })
try {
  const events: unknown[] = []
  const fitted = await fit({ ...bars, settings: { ...bars.settings, epochs: ${EPOCHS} } }, { wasmPaths: '/wasm/', onEvent: (e) => e.event === 'epoch' && events.push(e.train.bound) })()
  if (fitted._tag === 'Left') throw new Error(fitted.left.message)
  const { done, model } = fitted.right
  const { means } = model.sample({ count: 4, seed: 1 }).right
  await tell({ target: done.target, bounds: events, test: done.test.bound, x: [...means.x.data] })
} catch (cause) {
  await tell({ failed: String(cause.stack) })
}
`

test('nothing that a page loads needs Node', async () => {
  const { metafile } = await bundled("export * from 'elbo-ts/browser'")
  expect(Object.keys(metafile.inputs).filter((path) => path.startsWith('src/')).length).toBeGreaterThan(100)
  const needed = Object.values(metafile.inputs).flatMap(({ imports }) => imports.map(({ path }) => path))
  expect(needed.filter((path) => path.startsWith('node:'))).toEqual([])
  await expect(bundled("export * from 'elbo-ts'")).rejects.toThrow(/node:/)
})

test.skipIf(chromium === undefined)('a page trains to the numbers of Node', { timeout: 120_000 }, async () => {
  const { outputFiles } = await bundled(page)
  const script = outputFiles[0]?.contents
  const wasm = dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm'))
  const told: unknown = JSON.parse(
    await toldBy(
      chromium ?? '',
      (path) =>
        path === '/'
          ? '<!doctype html><script type="module" src="/page.js"></script>'
          : path === '/page.js'
            ? script
            : path.startsWith('/wasm/')
              ? readFileSync(join(wasm, path.slice('/wasm/'.length)))
              : undefined,
      100_000,
    ),
  )
  const inNode = right(
    await fitInNode({ ...bars, settings: { ...bars.settings, epochs: EPOCHS } }, { target: 'wasm' })(),
  )
  expect(told).toEqual({
    target: 'wasm',
    bounds: inNode.history.map(({ train }) => train.bound),
    test: inNode.done?.test?.bound,
    x: [...(right(inNode.model.sample({ count: 4, seed: 1 })).means.x?.data ?? [])],
  })
  inNode.model.dispose()
})
