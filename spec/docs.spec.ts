import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { isAsSaid, typeErrors, valueOf } from './docs/check.ts'
import { commandProblem, helpExamples } from './docs/commands.ts'
import { docExamples, fenced, inlineCode, links, type Snippet } from './docs/snippets.ts'

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

describe('code in the documentation', () => {
  const examples = docExamples(root)
  const blocks = fenced(root, 'ts')

  test('type-checks', { timeout: 120_000 }, () => {
    expect(blocks.length).toBeGreaterThan(3)
    expect(examples.length).toBeGreaterThan(30)
    expect(typeErrors(root, [...examples, ...blocks])).toEqual([])
  })

  const valued = examples.filter((e): e is Required<Snippet> => e.expected !== undefined)
  test.each(valued)('$where is worth what it says', async ({ code, expected }) => {
    expect(isAsSaid(await valueOf(code), expected), `${code} // => ${expected}`).toBe(true)
  })
})

describe('command lines in the documentation', () => {
  const isCommand = (code: string): boolean =>
    /^(npx )?elbo \w|^npm (run \w|start$|test$)/.test(code) && !code.includes('<')
  const shell = fenced(root, 'sh').flatMap(({ where, code }) =>
    code
      .trim()
      .split('\n')
      .map((line) => ({ where, code: line })),
  )
  const lines: readonly Snippet[] = [...shell, ...inlineCode(root).filter(({ code }) => isCommand(code))]

  test.each(lines)('$where: $code', async ({ code }) => {
    expect(await commandProblem(root, code)).toBe(undefined)
  })

  test('and under the help of each command', async () => {
    const commands = [
      'train',
      'sweep',
      'show',
      'sample',
      'reconstruct',
      'interpolate',
      'encode',
      'report',
      'export',
      'verify',
      'doctor',
    ]
    const examples = await helpExamples(commands)
    expect(examples.length).toBeGreaterThan(commands.length)
    for (const line of examples)
      expect(await commandProblem(root, line.replaceAll('model.ts', 'examples/01-mnist.ts')), line).toBe(undefined)
  })

  test.each([
    ['npx elbo trian examples/01-mnist.ts', "there is no command 'trian'"],
    ['npx elbo train examples/01-mnist.ts --epoch 3', 'train has no option --epoch'],
    ['elbo show examples/0-mnist.ts', 'there is no examples/0-mnist.ts'],
    ['npm ci && npm run lab', "there is no script 'lab'"],
  ])('a wrong one is found: %s', async (line, problem) => {
    expect(await commandProblem(root, line)).toBe(problem)
  })
})

test.each(links(root))('$where links to what is there', ({ target }) => {
  expect(existsSync(target), target).toBe(true)
})
