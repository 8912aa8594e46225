import { builtinModules } from 'node:module'
import { posix } from 'node:path'
import { barred, type Barred, cycles, folderOf, layerOf, layers, reachedFrom, sideways } from './layers.ts'
import type { Source } from './scan.ts'

/** A place where a rule does not hold: `path` or `path:line`, and what is there. */
export interface Violation {
  readonly path: string
  readonly at: string
  readonly found: string
}

/** A rule of the house. `planted` is a small tree of files that breaks it, so that the specs can show that it bites. */
export interface Rule {
  readonly id: string
  readonly statement: string
  readonly reason: string
  readonly fix: string
  readonly check: (sources: readonly Source[]) => readonly Violation[]
  readonly planted: readonly Readonly<Record<string, string>>[]
}

/** A place that may break a rule, at most `times` times. The list is the whole list: one that is no longer needed fails. */
export interface Exception {
  readonly rule: string
  readonly path: string
  readonly times: number
  readonly reason: string
}

export const exceptions: readonly Exception[] = [
  {
    rule: 'double-cast',
    path: 'src/expr/Expr.ts',
    times: 1,
    reason: 'the boundary between a shape at run time and its type',
  },
  {
    rule: 'double-cast',
    path: 'src/expr/node.ts',
    times: 1,
    reason: 'interning makes every node in one place, for all ops',
  },
  {
    rule: 'double-cast',
    path: 'src/interp/tfjs/hostKernel.ts',
    times: 1,
    reason: 'tfjs types what a kernel is told as numbers, strings and lists of them; a function is none',
  },
]

const maxCasts = 3
const maxLines = 400
const usualLines = 300
const dataTables: ReadonlySet<string> = new Set(['src/shape/arithTables.ts'])

const violation = (s: Source, line: number, found: string): Violation => ({
  path: s.path,
  at: `${s.path}:${line}`,
  found,
})
const inSource = (s: Source): boolean => s.path.startsWith('src/')

const eachLine =
  (linesOf: (s: Source) => readonly number[], found: string, where: (s: Source) => boolean = inSource) =>
  (sources: readonly Source[]): readonly Violation[] =>
    sources.filter(where).flatMap((s) => linesOf(s).map((line) => violation(s, line, found)))

const eachImport =
  (wrong: (s: Source, target: string) => boolean) =>
  (sources: readonly Source[]): readonly Violation[] =>
    sources.flatMap((s) =>
      s.imports.filter((i) => wrong(s, i.target)).map((i) => violation(s, i.line, `imports ${i.target}`)),
    )

const goesUp = (s: Source, target: string): boolean =>
  inSource(s) &&
  target.startsWith('src/') &&
  folderOf(s.path) !== folderOf(target) &&
  layerOf(target) >= layerOf(s.path) &&
  !(layerOf(target) === layerOf(s.path) && sideways.some((e) => s.path.startsWith(e.from) && target.startsWith(e.to)))

const isBuiltin = (target: string): boolean => target.startsWith('node:') || builtinModules.includes(target)

const lines = (count: number, text = '//'): string => `${text}\n`.repeat(count)

const except = (edge: Barred): string =>
  [...edge.exceptFrom.map((from) => `; ${from} does`), ...edge.exceptTo.map((to) => `; but ${to} it may`)].join('')

const plantImport = (from: string, to: string): Readonly<Record<string, string>> => ({
  [from]: `import '${to.startsWith('src/') ? posix.relative(posix.dirname(from), `${to}x.ts`).replace(/^(?!\.)/, './') : to}'`,
})

export const rules: readonly Rule[] = [
  {
    id: 'folder',
    statement: 'every file of src/ is in a folder that has a layer',
    reason: 'the layers are the map of the project',
    fix: 'move it to the folder whose noun it is; a new folder needs its row in spec/architecture/layers.ts',
    check: (sources) =>
      sources
        .filter((s) => inSource(s) && layerOf(s.path) < 0)
        .map((s) => violation(s, 1, `no layer for ${folderOf(s.path)}`)),
    planted: [{ 'src/widgets/a.ts': '' }, { 'src/stray.ts': '' }],
  },
  {
    id: 'layer',
    statement: `imports go down: ${layers.map((l) => l.join(' ')).join(' < ')}`,
    reason:
      'a layer can be read, tested and trusted without those above it; types too, since they are half of the design',
    fix: 'move the noun that both need down, or pass it in as an argument',
    check: eachImport(goesUp),
    planted: [
      { 'src/expr/a.ts': "import { b } from '../dist/b.ts'", 'src/dist/b.ts': '' },
      { 'src/model/a.ts': "import type { Session } from '../interp/Session.ts'", 'src/interp/Session.ts': '' },
      { 'src/data/a.ts': "import { node } from '../expr/node.ts'", 'src/expr/node.ts': '' },
      { 'src/shape/a.ts': "export type A = import('../expr/node.ts').Node", 'src/expr/node.ts': '' },
    ],
  },
  {
    id: 'cycle',
    statement: 'no file imports itself by way of others',
    reason: 'the order of loading, and of reading, is then a matter of luck',
    fix: 'move what both files need into a third one below them',
    check: (sources) =>
      cycles(sources.filter(inSource)).map((c) => ({ path: c[0] ?? '', at: c[0] ?? '', found: c.join(' ↔ ') })),
    planted: [
      {
        'src/expr/a.ts': "export { b } from './b.ts'",
        'src/expr/b.ts': "import type { C } from './c.ts'",
        'src/expr/c.ts': "import './a.ts'",
      },
    ],
  },
  ...barred.map((edge): Rule => ({
    id: `no ${edge.from} → ${edge.to}`,
    statement: `${edge.from} does not import ${edge.to}${except(edge)}`,
    reason: edge.reason,
    fix: edge.fix,
    check: eachImport(
      (s, target) =>
        s.path.startsWith(edge.from) &&
        target.startsWith(edge.to) &&
        !edge.exceptFrom.some((from) => s.path.startsWith(from)) &&
        !edge.exceptTo.some((to) => target.startsWith(to)),
    ),
    planted: [plantImport(edge.from.endsWith('/') ? `${edge.from}x/a.ts` : edge.from, edge.to)],
  })),
  {
    id: 'page',
    statement: 'nothing that src/browser.ts loads speaks of Node: no globals or modules of its own',
    reason: 'a page and its Workers have no `Buffer`, and specs that run in Node do not notice',
    fix: 'what browsers and Node both have: Uint8Array, TextDecoder, MessageChannel, Web Crypto; or leave it to the Node side',
    check: (sources) =>
      reachedFrom('src/browser.ts', sources).flatMap((s) => [
        ...s.nodeNames.map(({ line, name }) => violation(s, line, name)),
        ...s.imports
          .filter((i) => !i.typeOnly && isBuiltin(i.target))
          .map((i) => violation(s, i.line, `imports ${i.target}`)),
      ]),
    planted: [
      { 'src/browser.ts': "export const a = Buffer.from('a')" },
      { 'src/browser.ts': "export * from './train/a.ts'", 'src/train/a.ts': 'export const a = process.env' },
      { 'src/browser.ts': "await import('./train/a.ts')", 'src/train/a.ts': "import { join } from 'path'" },
      { 'src/browser.ts': "import { createHash } from 'node:crypto'" },
      { 'src/browser.ts': "import fs from 'fs/promises'" },
      { 'src/browser.ts': "export const a = typeof setImmediate === 'function'" },
      { 'src/browser.ts': 'export const a = globalThis.process?.pid' },
      { 'src/browser.ts': "export const a = globalThis['Buffer']" },
      { 'src/browser.ts': 'export const a = `${__dirname}/a`' },
      { 'src/browser.ts': 'export const a = import.meta.dirname' },
      { 'src/browser.ts': 'export const a = { Buffer }' },
      { 'src/browser.ts': "export const a = require('a')" },
    ],
  },
  {
    id: 'length',
    statement: `no file has more than ${maxLines} lines, but for data tables`,
    reason: 'a file is one noun or one verb, and is read in one sitting',
    fix: 'split it by noun; a table of data goes into a file of its own, listed in spec/architecture/rules.ts',
    check: (sources) =>
      sources
        .filter((s) => s.lines > maxLines && !dataTables.has(s.path))
        .map((s) => violation(s, s.lines, `${s.lines} lines`)),
    planted: [{ 'src/expr/a.ts': lines(401) }, { 'spec/a.spec.ts': lines(401) }],
  },
  {
    id: 'usual length',
    statement: `at least 90% of the files have at most ${usualLines} lines`,
    reason: 'long files are exceptions, not the habit',
    fix: 'split the longest ones by noun',
    check: (sources) => {
      const long = sources.filter((s) => s.lines > usualLines && !dataTables.has(s.path))
      return long.length * 10 > sources.length ? long.map((s) => violation(s, s.lines, `${s.lines} lines`)) : []
    },
    planted: [{ 'src/expr/a.ts': lines(301), 'src/expr/b.ts': '', 'src/expr/c.ts': '' }],
  },
  {
    id: 'name',
    statement: 'no file or folder is called utils, common, misc, helpers, shared, lib, stuff',
    reason: 'a name that says nothing gathers everything',
    fix: 'name it after its noun or its verb',
    check: (sources) =>
      sources
        .filter((s) =>
          s.path.split(/[/.]/).some((part) => /^(utils?|commons?|misc|helpers?|shared|lib|stuff)$/i.test(part)),
        )
        .map((s) => violation(s, 1, 'a name that says nothing')),
    planted: [{ 'src/utils/a.ts': '' }, { 'src/expr/helpers.ts': '' }, { 'spec/unit/common.spec.ts': '' }],
  },
  {
    id: 'any',
    statement: 'no `any`',
    reason: 'it switches the checker off for whatever it touches',
    fix: '`unknown` and a decoder at the boundary, a type parameter inside',
    check: eachLine(
      (s) => s.anys,
      '`any`',
      () => true,
    ),
    planted: [
      { 'src/expr/a.ts': 'export const f = (x: any): number => x' },
      { 'spec/a.spec.ts': 'const x: any[] = []' },
    ],
  },
  {
    id: 'double-cast',
    statement: 'no `as unknown as`',
    reason: 'it says that two types have nothing in common, and then goes on',
    fix: 'a narrower type, an io-ts decoder, or an exception with its reason',
    check: eachLine((s) => s.doubleCasts, '`as unknown as`'),
    planted: [{ 'src/expr/a.ts': 'export const a = 1 as unknown as string' }],
  },
  {
    id: 'casts',
    statement: `at most ${maxCasts} casts a file`,
    reason: 'one cast a boundary; a file has few boundaries',
    fix: 'put the cast into one function that both callers use, with the reason it holds',
    check: eachLine((s) => s.casts.slice(maxCasts), `a cast beyond the first ${maxCasts} of the file`),
    planted: [{ 'src/expr/a.ts': 'export const a = (x: unknown) => [x as 1, x as 2, x as 3, x as 4]' }],
  },
  {
    id: 'suppression',
    statement: 'no @ts-ignore, @ts-nocheck, @ts-expect-error in src/; no @ts-ignore, @ts-nocheck elsewhere',
    reason: 'the checker is the first spec',
    fix: 'satisfy the checker; a mistake that must not compile goes to spec/types',
    check: eachLine(
      (s) => s.suppressions,
      'the compiler switched off',
      (s) => !s.path.startsWith('spec/types/'),
    ),
    planted: [
      { 'src/expr/a.ts': '// @ts-ignore\nexport const a: string = 1' },
      { 'spec/unit/a.spec.ts': '/* @ts-nocheck */' },
    ],
  },
  {
    id: 'default export',
    statement: 'no default export in src/',
    reason: 'a thing has one name everywhere',
    fix: 'export it by name',
    check: eachLine((s) => s.defaultExports, 'a default export'),
    planted: [
      { 'src/expr/a.ts': 'export default 1' },
      { 'src/expr/a.ts': 'export default function f() {}' },
      { 'src/expr/a.ts': "export { a as default } from './b.ts'" },
    ],
  },
  {
    id: 'class',
    statement: 'no class but an error',
    reason: 'values are data, and functions are functions',
    fix: 'an interface and functions over it',
    check: eachLine((s) => s.classes, 'a class'),
    planted: [{ 'src/expr/a.ts': 'export class A {}' }, { 'src/expr/a.ts': 'export const A = class extends Map {}' }],
  },
]
