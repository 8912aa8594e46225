import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { describe, expect, test, vi } from 'vitest'
import { newFolder } from '../temporary.ts'
import { compile, root } from '../types/runner/compiler.ts'

// TypeScript 5.0 to 5.2 let 23 of the 157 mistakes of spec/types/ui pass in silence; 5.3 finds them all.

vi.setConfig({ testTimeout: 60_000 })

const manifest: {
  readonly exports: Readonly<Record<string, Readonly<Record<string, string>>>>
  readonly peerDependencies: Readonly<Record<string, string>>
  readonly peerDependenciesMeta: Readonly<Record<string, unknown>>
} = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))

describe('the least TypeScript', () => {
  test('is stated, for npm and for who reads', () => {
    expect([manifest.peerDependencies['typescript'], manifest.peerDependenciesMeta['typescript']]).toEqual([
      '>=5.3',
      { optional: true },
    ])
    expect(readFileSync(join(root, 'README.md'), 'utf8')).toMatch(/TypeScript[^.]*5\.3 or later/)
  })

  const entries = { '.': 'index', './browser': 'browser' }

  test.each(Object.entries(entries))('compilers below it are given other types of %s', (entry, name) => {
    const conditions = Object.entries(manifest.exports[entry] ?? {})
    const [older = 0, newer = -1] = ['types@<5.3', 'types'].map((key) => conditions.findIndex(([k]) => k === key))
    // The first that matches is taken.
    expect(older).toBeLessThan(newer)
    expect(conditions[older]).toEqual(['types@<5.3', `./dist/tooOld/${name}.d.ts`])
    expect(existsSync(join(root, `src/tooOld/${name}.ts`))).toBe(true)
  })

  test('which say so at what every program calls', async () => {
    const folder = newFolder()
    const files = Object.values(entries).map((name) => {
      const from = join(root, `src/tooOld/${name}.ts`)
      writeFileSync(
        join(folder, `${name}.mts`),
        `import { experiment, vae } from '${from}'\nexport const a: unknown = vae({})\nexport const b: unknown = experiment({})\n`,
      )
      return `${name}.mts`
    })
    const typeRoots = [join(root, 'node_modules/@types')]
    const config = {
      extends: join(root, 'tsconfig.json'),
      compilerOptions: { typeRoots, rewriteRelativeImportExtensions: false },
      files,
      include: [],
    }
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config))
    const { diagnostics } = await compile(join(folder, 'tsconfig.json'))
    expect(diagnostics.map(({ file, line }) => `${basename(file)}:${line}`).toSorted()).toEqual([
      'browser.mts:2',
      'browser.mts:3',
      'index.mts:2',
      'index.mts:3',
    ])
    for (const { text } of diagnostics)
      expect(text).toContain('"elbo-ts needs TypeScript 5.3 or later: npm install --save-dev typescript@latest"')
  })
})
