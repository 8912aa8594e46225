import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** A piece of code in the documentation. */
export interface Snippet {
  /** path:line */
  readonly where: string
  readonly code: string
  /** what stands behind `// =>` */
  readonly expected?: string
}

/** Of the root; `src/dist` is none of them. */
const LEFT_OUT = ['node_modules', 'dist', 'runs', '.git']

const filesUnder = (folder: string, ending: string, leftOut: readonly string[] = []): readonly string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return leftOut.includes(entry.name) ? [] : filesUnder(path, ending)
    return entry.name.endsWith(ending) ? [path] : []
  })
const readmes = (root: string): readonly string[] => filesUnder(root, 'README.md', LEFT_OUT)

const linesBefore = (text: string, at: number): number => text.slice(0, at).split('\n').length

const withExpectation = (code: string): Pick<Snippet, 'code' | 'expected'> => {
  const [before = '', expected] = code.split(/\s*\/\/ => /)
  return expected === undefined ? { code } : { code: before, expected: expected.trim() }
}

const tag = /^ *\* @example +(.*(?:\n *\* {4,}.*)*)/gm

/** The examples of docstrings: behind the tag, and on the lines below that are indented as far. */
export const docExamples = (root: string): readonly Snippet[] =>
  filesUnder(join(root, 'src'), '.ts').flatMap((path) => {
    const text = readFileSync(path, 'utf8')
    return [...text.matchAll(tag)].map(({ index, 1: code = '' }) => ({
      where: `${path.slice(root.length)}:${linesBefore(text, index)}`,
      ...withExpectation(code.replaceAll(/\n *\* +/g, '\n')),
    }))
  })

/** The fenced blocks of all READMEs in a language. */
export const fenced = (root: string, language: 'ts' | 'sh'): readonly Snippet[] =>
  readmes(root).flatMap((path) => {
    const text = readFileSync(path, 'utf8')
    return [...text.matchAll(/^```(\w+)\n([^]*?)^```$/gm)]
      .filter(({ 1: of }) => of === language)
      .map(({ index, 2: code = '' }) => ({ where: `${path.slice(root.length)}:${linesBefore(text, index)}`, code }))
  })

/** What stands between backticks in the READMEs' prose. */
export const inlineCode = (root: string): readonly Snippet[] =>
  readmes(root).flatMap((path) => {
    const text = readFileSync(path, 'utf8').replaceAll(/^```[^]*?^```$/gm, (block) => block.replaceAll(/[^\n]/g, ' '))
    return [...text.matchAll(/`([^`\n]+)`/g)].map(({ index, 1: code = '' }) => ({
      where: `${path.slice(root.length)}:${linesBefore(text, index)}`,
      code,
    }))
  })

/** The relative links of the READMEs. */
export const links = (root: string): readonly { readonly where: string; readonly target: string }[] =>
  readmes(root).flatMap((path) => {
    const text = readFileSync(path, 'utf8')
    return [...text.matchAll(/\]\((?!https?:)([^)#]+)\)/g)].map(({ index, 1: target = '' }) => ({
      where: `${path.slice(root.length)}:${linesBefore(text, index)}`,
      target: join(path, '..', target),
    }))
  })
