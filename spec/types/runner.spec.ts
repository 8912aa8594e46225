import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { compile, parseDiagnostics, root, type Compilation } from './runner/compiler.ts'
import { disagreements, expectationsOf } from './runner/expectations.ts'

/** Programs, and what the runner must say about each: how its words begin. */
const programs: Readonly<Record<string, { readonly lines: readonly string[]; readonly said: readonly string[] }>> = {
  right: {
    lines: ["//~ Type 'string' is not assignable to type 'number'", "export const a: number = 'one'"],
    said: [],
  },
  'right by two texts': {
    lines: ["//~ Type 'string'", "//~ to type 'number'", "export const a: number = 'one'"],
    said: [],
  },
  'two mistakes on a line': {
    lines: ["//~ Type 'string'", "//~ Type 'boolean'", "export const a: number[] = ['one', true]"],
    said: [],
  },
  'wrong text': {
    lines: ["//~ Type 'boolean' is not assignable", "export const a: number = 'one'"],
    said: ["line 2 is not refused with: Type 'boolean'", 'line 2 is refused, as no //~ line says'],
  },
  'one text of two': {
    lines: ["//~ Type 'string'", "//~ 'boolean'", "export const a: number = 'one'"],
    said: ["line 3 is not refused with: 'boolean'"],
  },
  'one mistake of two': {
    lines: ["//~ Type 'string'", "export const a: number[] = ['one', true]"],
    said: ["line 2 is refused, as no //~ line says, with: TS2322: Type 'boolean'"],
  },
  'a mistake that compiles': {
    lines: ['//~ is not assignable', 'export const a: number = 1'],
    said: ['line 2 is not refused with: is not assignable'],
  },
  'a mistake not written down': {
    lines: ['export const a = 1', "export const b: number = 'one'"],
    said: ['line 2 is refused, as no //~ line says'],
  },
  'a text over the wrong line': {
    lines: ["//~ Type 'string'", 'export const a = 1', "export const b: number = 'one'"],
    said: ["line 2 is not refused with: Type 'string'", 'line 3 is refused, as no //~ line says'],
  },
}

const folder = mkdtempSync(join(tmpdir(), 'elbo-runner-'))
afterAll(() => rmSync(folder, { recursive: true }))

const compiled = (sources: Readonly<Record<string, readonly string[]>>): Promise<Compilation> => {
  const project = mkdtempSync(join(folder, 'project-'))
  for (const [name, lines] of Object.entries(sources)) writeFileSync(join(project, `${name}.ts`), lines.join('\n'))
  const tsconfig = { extends: join(root, 'tsconfig.json'), compilerOptions: { types: [] }, include: ['*.ts'] }
  writeFileSync(join(project, 'package.json'), '{"type":"module"}')
  writeFileSync(join(project, 'tsconfig.json'), JSON.stringify(tsconfig))
  return compile(join(project, 'tsconfig.json'))
}

describe('the runner', () => {
  let said: Compilation
  beforeAll(async () => {
    said = await compiled(Object.fromEntries(Object.entries(programs).map(([name, { lines }]) => [name, lines])))
  })

  test.each(Object.entries(programs))('%s', (name, program) => {
    const ofFile = said.diagnostics.filter((d) => basename(d.file) === `${name}.ts`)
    const found = disagreements(program.lines.join('\n'), ofFile)
    expect(found).toHaveLength(program.said.length)
    found.forEach((text, i) => expect(text).toContain(program.said[i]))
  })

  test('does not take a file that cannot be parsed for one refused as written', async () => {
    const lines = ["//~ Type 'string'", 'export const = 1']
    const { diagnostics } = await compiled({ broken: lines })
    expect(disagreements(lines.join('\n'), diagnostics)[0]).toContain("line 2 is not refused with: Type 'string'")
  })

  test('does not take a project that cannot be read for one without mistakes', async () => {
    const { diagnostics } = await compile(join(folder, 'absent.json'))
    expect(diagnostics.map((d) => d.text).join()).toContain('absent.json')
  })

  test('reads the lines that explain a complaint as part of it', () => {
    const output = 'a.ts(3,5): error TS2345: first\n  because\n    of this\na.ts(9,1): error TS1005: second\n'
    expect(parseDiagnostics(output, '/p')).toEqual([
      { file: '/p/a.ts', line: 3, text: 'TS2345: first\n  because\n    of this' },
      { file: '/p/a.ts', line: 9, text: 'TS1005: second' },
    ])
  })

  test('lets several texts be about one line', () => {
    expect(expectationsOf('//~ one\n  //~ two\ncode\n//~ three\ncode')).toEqual([
      { line: 3, text: 'one' },
      { line: 3, text: 'two' },
      { line: 5, text: 'three' },
    ])
  })
})
