import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { compile, root } from './runner/compiler.ts'

/** The declarations that are handed out, as a user's compiler sees them: checked whole, without our settings and without skipLibCheck. */

// Beside the packages that the declarations speak of, so that they are found.
mkdirSync(join(root, 'node_modules/.cache'), { recursive: true })
const folder = mkdtempSync(join(root, 'node_modules/.cache/elbo-declared-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const project = (name: string, options: object, files: readonly string[]): string => {
  const path = join(folder, `${name}.json`)
  writeFileSync(path, JSON.stringify({ compilerOptions: options, files: files.map((file) => join(folder, file)) }))
  return path
}

const consumer = {
  target: 'ES2022',
  strict: true,
  skipLibCheck: false,
  types: [],
  paths: Object.fromEntries(
    [
      ['elbo-ts', 'index'],
      ['elbo-ts/browser', 'browser'],
      ['elbo-ts/verify', 'verify/index'],
    ].map(([name = '', file = '']) => [name, [join(folder, 'declared', `${file}.d.ts`)]]),
  ),
}

describe('declarations', async () => {
  const build = JSON.stringify({
    extends: join(root, 'tsconfig.build.json'),
    compilerOptions: { emitDeclarationOnly: true, rootDir: join(root, 'src'), outDir: join(folder, 'declared') },
    include: [join(root, 'src')],
  })
  writeFileSync(join(folder, 'build.json'), build)
  const built = await compile(join(folder, 'build.json'), '--noEmit', 'false')
  writeFileSync(
    join(folder, 'all.ts'),
    ['elbo-ts', 'elbo-ts/browser', 'elbo-ts/verify'].map((name, i) => `export * as m${i} from '${name}'`).join('\n'),
  )

  test('are emitted', () => {
    expect(built.diagnostics).toEqual([])
  })

  test.each([
    ['in Node, without its types', { module: 'NodeNext', moduleResolution: 'NodeNext', lib: ['ES2023'] }],
    ['in a page', { module: 'ESNext', moduleResolution: 'bundler', lib: ['ES2023', 'DOM'] }],
  ])('check whole %s', async (name, options) => {
    const said = await compile(project(name.replaceAll(/\W+/g, '-'), { ...consumer, ...options }, ['all.ts']))
    expect(said.diagnostics).toEqual([])
  })
})
