import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))
const run = promisify(execFile)

/** What `elbo show` says of a module: the printed program and its parameters. */
const shown = async (module: string): Promise<unknown> => {
  const args = ['--conditions=source', '--import', 'tsx', join(root, 'src/cli/main.ts'), 'show', module, '--json']
  const { stdout } = await run(process.execPath, args, { cwd: root })
  const { program, parameters } = JSON.parse(stdout) as Readonly<Record<string, unknown>>
  return { program, parameters }
}

test('the model on the README is the one that npm start trains', { timeout: 60_000 }, async () => {
  const readme = await readFile(join(root, 'README.md'), 'utf8')
  const fence = /```ts\n([\s\S]*?)```/.exec(readme)?.[1] ?? ''
  const folder = await mkdtemp(join(tmpdir(), 'elbo-readme-'))
  const module = join(folder, 'readme.ts')
  await writeFile(module, fence)
  const [written, example] = await Promise.all([shown(module), shown('examples/01-mnist.ts')])
  expect(written).toEqual(example)
  expect(written).toMatchObject({ program: expect.stringContaining('model/x/logits') })
  await rm(folder, { recursive: true })
})
