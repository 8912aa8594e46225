import { fit as fitInNode } from 'elbo-ts'
import { expect, test } from 'vitest'
import bars from '../../examples/browser-training/bars.ts'
import { chromium } from '../cli/chromium.ts'
import { right } from '../unit/either.ts'
import { bundled, inPage } from './page.ts'

/** `elbo-ts/browser`: what it is made of, and what training computes in a real page. */

const EPOCHS = 7

test('nothing that a page loads needs Node', async () => {
  const { metafile } = await bundled("export * from 'elbo-ts/browser'")
  expect(Object.keys(metafile.inputs).filter((path) => path.startsWith('src/')).length).toBeGreaterThan(100)
  const needed = Object.values(metafile.inputs).flatMap(({ imports }) => imports.map(({ path }) => path))
  expect(needed.filter((path) => path.startsWith('node:'))).toEqual([])
  await expect(bundled("export * from 'elbo-ts'")).rejects.toThrow(/node:/)
})

test.skipIf(chromium === undefined)('a page trains to the numbers of Node', { timeout: 120_000 }, async () => {
  const [told] = await inPage({
    imports: `
      import bars from '../../examples/browser-training/bars.ts'
      import { fit } from 'elbo-ts/browser'`,
    body: `
      const events = []
      const fitted = await fit({ ...bars, settings: { ...bars.settings, epochs: ${EPOCHS} } }, { wasmPaths: '/wasm/', onEvent: (e) => e.event === 'epoch' && events.push(e.train.bound) })()
      if (fitted._tag === 'Left') throw new Error(fitted.left.message)
      const { done, model } = fitted.right
      const { means } = model.sample({ count: 4, seed: 1 }).right
      return { target: done.target, bounds: events, test: done.test.bound, x: means.x.data }`,
  })
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
