import type { Diagnostic } from './compiler.ts'

/** A mistake written down: `//~ text` says that the next line of code must be refused with that text. */
export interface Expectation {
  readonly line: number
  readonly text: string
}

const mark = /^\s*\/\/~ (.*)$/

/** The expectations of a file. Several in a row are all about the line after the last. */
export const expectationsOf = (source: string): readonly Expectation[] => {
  const lines = source.split('\n')
  const codeAfter = (i: number): number => i + 1 + lines.slice(i + 1).findIndex((l) => !mark.test(l))
  return lines.flatMap((l, i) => {
    const text = mark.exec(l)?.[1]
    return text === undefined ? [] : [{ line: codeAfter(i) + 1, text: text.trim() }]
  })
}

/** How a file and what the compiler said about it disagree; empty where every mistake is refused as written and nothing else is. */
export const disagreements = (source: string, said: readonly Diagnostic[]): readonly string[] => {
  const expected = expectationsOf(source)
  const meets = (d: Diagnostic, e: Expectation): boolean => d.line === e.line && d.text.includes(e.text)
  const missing = expected.filter((e) => !said.some((d) => meets(d, e)))
  const extra = said.filter((d) => !expected.some((e) => meets(d, e)))
  return [
    ...missing.map((e) => `line ${e.line} is not refused with: ${e.text}`),
    ...extra.map((d) => `line ${d.line} is refused, as no //~ line says, with: ${d.text}`),
  ]
}
