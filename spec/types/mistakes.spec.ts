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

const parts = [
  { what: 'refused, each with its words', files: filesIn('ui', '.ui.ts') },
  { what: 'accepted', files: filesIn('ok', '.ts') },
]

let said: Compilation
beforeAll(async () => {
  said = await compile(join(folder, 'tsconfig.json'))
}, 60_000)

describe.each(parts)('programs that are $what', ({ files }) => {
  test.each(files.map((file) => [basename(file), file]))('%s', (_, file) => {
    expect(
      disagreements(
        read(file),
        said.diagnostics.filter((d) => d.file === file),
      ),
    ).toEqual([])
  })
})

test('nothing else is refused', () => {
  const files = new Set(parts.flatMap((part) => part.files))
  expect(said.diagnostics.filter((d) => !files.has(d.file))).toEqual([])
})

/** Files that say what a user would: through the public surface, not through the rules beneath it. */
const isUsers = (file: string): boolean => read(file).includes("from 'elbo-ts'")
/** In these files each export is one program. */
const programsIn = (file: string): number => read(file).match(/^export (const|default)/gm)?.length ?? 0

test('there are at least 45 mistakes of different words as a user makes them, and every file of mistakes holds one', () => {
  const all = filesIn('ui', '.ui.ts')
  expect(all.filter((f) => expectationsOf(read(f)).length === 0)).toEqual([])
  const texts = all.filter(isUsers).flatMap((f) => expectationsOf(read(f)).map((e) => e.text))
  expect(new Set(texts).size).toBeGreaterThanOrEqual(45)
})

test('there are at least 30 programs that compile', () => {
  const counts = filesIn('ok', '.ts').filter(isUsers).map(programsIn)
  expect(counts.reduce((n, c) => n + c, 0)).toBeGreaterThanOrEqual(30)
})
