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
  const missing = expected.flatMap(({ line, text }) => {
    const here = said.filter((d) => d.line === line).map((d) => d.text)
    if (here.length === 0) return [`line ${line}: it compiles, but should be refused with: ${text}`]
    return here.some((t) => t.includes(text))
      ? []
      : [`line ${line}: refused, but not with: ${text}\n  but with: ${here.join('\n')}`]
  })
  const extra = said.filter((d) => !expected.some((e) => e.line === d.line))
  return [...missing, ...extra.map((d) => `line ${d.line}: refused, which no //~ line expects: ${d.text}`)]
}
