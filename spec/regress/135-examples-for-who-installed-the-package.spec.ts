import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, test, vi } from 'vitest'
import { emptyFolder, manyCommands } from '../cli/elbo.ts'

// `npx elbo train examples/01-mnist.ts`, which README and help name, and `npm run native` were only there in a clone.

vi.setConfig({ testTimeout: 60_000 })

const root = fileURLToPath(new URL('../..', import.meta.url))
const folder = emptyFolder()
const { elbo, close } = manyCommands(folder.path)
afterAll(() => {
  close()
  folder.remove()
})

test('the examples and their data are in the package', () => {
  const [{ files }]: readonly [{ readonly files: readonly { readonly path: string }[] }] = JSON.parse(
    execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], { cwd: root, encoding: 'utf8' }),
  )
  const packed = new Set(files.map(({ path }) => path))
  const wanted = readdirSync(join(root, 'examples'), { recursive: true, encoding: 'utf8', withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(ts|csv|md|js|html)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length))
  expect(wanted.length).toBeGreaterThan(20)
  expect(wanted.filter((path) => !packed.has(path))).toEqual([])
})

test('an example by the name that README and help give it: where it is', async () => {
  const { code, err } = await elbo(['show', 'examples/01-mnist.ts'])
  const example = join(root, 'examples/01-mnist.ts')
  expect([code, err]).toEqual([1, `elbo: there is no module 'examples/01-mnist.ts'; elbo-ts brings '${example}'\n`])
  expect((await elbo(['show', example])).code).toBe(0)
  expect((await elbo(['show', 'examples/99-none.ts'])).err).toBe(
    "elbo: there is no module 'examples/99-none.ts'; give the path of a .ts or .js file\n",
  )
})

test('an example with data of its own trains from any folder', async () => {
  const args = ['--epochs', '1', '--limit', '64', '--target', 'cpu', '--no-pictures', '--out', 'run']
  const { code, err } = await elbo(['train', join(root, 'examples/06-table.ts'), ...args])
  expect([code, err]).toEqual([0, ''])
})

test('README names what who installed the package can type', () => {
  const readme = readFileSync(join(root, 'README.md'), 'utf8')
  expect(readme).toContain('npx elbo doctor --fix')
  for (const line of readme.split('\n').filter((l) => l.includes('npm run native')))
    expect(line).toContain('clone of this repository')
})
