import { mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, test, vi } from 'vitest'
import { emptyFolder, manyCommands, moduleText, place } from '../cli/elbo.ts'

// A .cts module: "TypeError: Cannot read properties of undefined (reading 'exports')".

vi.setConfig({ testTimeout: 60_000 })

const root = fileURLToPath(new URL('../..', import.meta.url))
const installed = emptyFolder()
mkdirSync(join(installed.path, 'node_modules'))
symlinkSync(root, join(installed.path, 'node_modules/elbo-ts'))
symlinkSync(join(root, 'node_modules/fp-ts'), join(installed.path, 'node_modules/fp-ts'))
const bare = emptyFolder()
const [here, there] = [manyCommands(installed.path), manyCommands(bare.path)]
afterAll(() => {
  here.close()
  there.close()
  installed.remove()
  bare.remove()
})

const esm = moduleText()
/** The same as CommonJS, which ends as `end` says. */
const commonJs = (end: string): string =>
  esm
    .replace("import { pipe } from 'fp-ts/lib/function.js'", "const { pipe } = require('fp-ts/lib/function.js')")
    .replace("import * as e from 'elbo-ts'", "const e = require('elbo-ts')")
    .replace('export default experiment', `${end} experiment`)
const modules = {
  'esm.mts': esm,
  'esm.cts': esm,
  'esm.mjs': esm,
  'typed.cts': esm.replace('export default', 'const width: number = 2\nvoid width\nexport default'),
  'equals.cts': esm.replace('export default experiment', 'export = experiment'),
  'required.cts': commonJs('module.exports ='),
  'required.cjs': commonJs('module.exports ='),
  'default.cjs': commonJs('exports.default ='),
}
const nested = {
  'sizes.cts': 'const units: number = 64\nexports.units = units\n',
  'nested.ts': `import { units } from './sizes.cts'\n${esm.replaceAll('dense(64)', 'dense(units)')}`,
}

describe.each(['{}', '{ "type": "module" }'])('under a package.json of %s', (manifest) => {
  test.each([...Object.keys(modules), 'nested.ts'])('%s is loaded', async (name) => {
    place(installed.path, { ...modules, ...nested, 'package.json': manifest })
    const { code, err, out } = await here.elbo(['show', name])
    expect([code, err]).toEqual([0, ''])
    expect(out).toContain('model/x/dense_0/kernel')
  })
})

test('a package that CommonJS requires and that is not there is named, with what installs it', async () => {
  place(bare.path, modules)
  expect((await there.elbo(['show', 'esm.cts'])).code).toBe(0)
  for (const name of ['required.cts', 'required.cjs', 'equals.cts', 'default.cjs'])
    expect((await there.elbo(['show', name])).err).toMatch(
      `'fp-ts/lib/function.js', which is not installed there; run npm install fp-ts in its project`,
    )
})
