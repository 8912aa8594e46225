import { expect, test } from 'vitest'
import { elbo, emptyFolder, moduleText, place } from '../cli/elbo.ts'

// A .js ES module under a package.json without "type": "Cannot require() ES Module … in a cycle", or no elbo-ts to be found.
test.each(['{}', '{ "type": "commonjs" }', '{ "type": "module" }'])(
  'a .js module that imports and exports is an ES module under %s',
  async (manifest) => {
    const folder = emptyFolder()
    place(folder.path, {
      'package.json': manifest,
      'model.js': `import { units } from './units.js'\n${moduleText().replaceAll('dense(64)', 'dense(units)')}`,
      'units.js': 'export const units = 64\n',
    })
    const { code, err, out } = await elbo(['show', 'model.js'], folder.path)
    folder.remove()
    expect([code, err]).toEqual([0, ''])
    expect(out).toContain('model/x/dense_0/kernel')
  },
)

test.each(['module.exports = { units: 64 }', 'const units = 64\nexports.units = units'])(
  'what is written as CommonJS stays so: %j',
  async (source) => {
    const folder = emptyFolder()
    place(folder.path, {
      'package.json': '{}',
      'model.js': `import sizes from './units.js'\n${moduleText().replaceAll('dense(64)', 'dense(sizes.units)')}`,
      'units.js': `/*\nimport nothing\n*/\n${source}\n`,
    })
    const { code, err } = await elbo(['show', 'model.js'], folder.path)
    folder.remove()
    expect([code, err]).toEqual([0, ''])
  },
)
