import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { compile, root, type Compilation } from './runner/compiler.ts'
import { disagreements, expectationsOf } from './runner/expectations.ts'

const folder = join(root, 'spec/types')
const filesIn = (part: string, ending: string): readonly string[] =>
  readdirSync(join(folder, part))
    .filter((f) => f.endsWith(ending))
    .map((f) => join(folder, part, f))
const read = (file: string): string => readFileSync(file, 'utf8')

describe.each([
  ['refused, each with its words', 'ui', '.ui.ts'],
  ['accepted', 'ok', '.ts'],
])('programs that are %s', (_, part, ending) => {
  let said: Compilation
  beforeAll(async () => {
    said = await compile(join(folder, part, 'tsconfig.json'))
  })

  test.each(filesIn(part, ending).map((file) => [basename(file), file]))('%s', (_name, file) => {
    expect(
      disagreements(
        read(file),
        said.diagnostics.filter((d) => d.file === file),
      ),
    ).toEqual([])
  })

  test('and nothing else is refused', () => {
    expect(said.diagnostics.filter((d) => !filesIn(part, ending).includes(d.file))).toEqual([])
  })
})

test('there are at least 40 mistakes, and every file of them holds one', () => {
  const counts = filesIn('ui', '.ui.ts').map((f) => expectationsOf(read(f)).length)
  expect(counts.every((n) => n > 0)).toBe(true)
  expect(counts.reduce((n, c) => n + c, 0)).toBeGreaterThanOrEqual(40)
})
