import { themeCss, themed } from './theme.ts'

/** What stands on a page, one thing below the other. */
export type Block =
  | { readonly kind: 'text'; readonly text: string }
  /** `id` is the figure's name for whoever links to it */
  | { readonly kind: 'figure'; readonly id: string; readonly svg: string; readonly caption: string }
  | { readonly kind: 'table'; readonly head: readonly string[]; readonly rows: readonly (readonly string[])[] }
  | {
      readonly kind: 'verdict'
      readonly level: 'fine' | 'note' | 'problem'
      readonly statement: string
      readonly evidence: readonly string[]
      readonly meaning: string
      readonly remedy: readonly string[]
    }

export interface Section {
  readonly id: string
  readonly title: string
  readonly blocks: readonly Block[]
}

export interface Page {
  readonly title: string
  readonly subtitle: string
  readonly sections: readonly Section[]
}

const escaped = (text: string): string => text.replace(/[<>&"']/g, (c) => `&#${c.charCodeAt(0)};`)

const list = (items: readonly string[]): string =>
  items.length === 0 ? '' : `<ul>${items.map((item) => `<li>${escaped(item)}</li>`).join('')}</ul>`

/** A drawing has a name for whoever cannot see it. */
const named = (svg: string, name: string): string =>
  themed(svg).replace('<svg ', () => `<svg role="img" aria-label="${escaped(name)}" `)

const blockHtml = (block: Block): string => {
  switch (block.kind) {
    case 'text':
      return `<p>${escaped(block.text)}</p>`
    case 'figure':
      return `<figure id="${escaped(block.id)}">\n${named(block.svg, block.caption)}\n<figcaption>${escaped(block.caption)}</figcaption>\n</figure>`
    case 'table':
      return `<div class="wide"><table>\n<thead><tr>${block.head.map((h) => `<th>${escaped(h)}</th>`).join('')}</tr></thead>\n<tbody>${block.rows
        .map((row) => `<tr>${row.map((cell) => `<td>${escaped(cell)}</td>`).join('')}</tr>`)
        .join('\n')}</tbody>\n</table></div>`
    case 'verdict':
      return `<article class="verdict ${block.level}">
<h3><span class="level">${block.level}</span> ${escaped(block.statement)}</h3>
<p>${escaped(block.meaning)}</p>
${list(block.evidence)}${block.remedy.length === 0 ? '' : `\n<p>What to try:</p>\n${list(block.remedy)}`}
</article>`
  }
}

const sectionHtml = ({ id, title, blocks }: Section): string =>
  `<section id="${escaped(id)}">\n<h2>${escaped(title)}</h2>\n${blocks.map(blockHtml).join('\n')}\n</section>`

const style = `
${themeCss}
:root { color-scheme: light dark }
body { background: var(--background); color: var(--ink); font: 16px/1.5 'Open Sans', system-ui, sans-serif; max-width: 68rem; margin: 2rem auto; padding: 0 1rem }
h1 { margin-bottom: 0 }
h2 { margin-top: 2.5rem }
nav ul { display: flex; flex-wrap: wrap; gap: 0 1.2rem; list-style: none; padding: 0 }
a { color: var(--blue) }
.subtitle, figcaption { color: var(--pale) }
figure { margin: 1rem 0; overflow-x: auto }
figure svg { max-width: 100%; height: auto }
figure svg text { font-family: 'Open Sans', system-ui, sans-serif }
.wide { overflow-x: auto }
table { border-collapse: collapse }
th, td { text-align: left; vertical-align: top; padding: 0.25rem 0.9rem 0.25rem 0; border-bottom: 1px solid var(--grid); font-variant-numeric: tabular-nums }
.verdict { border-left: 4px solid var(--green); padding: 0.1rem 1rem; margin: 1rem 0 }
.verdict.note, .verdict.problem { border-left-color: var(--orange) }
.verdict h3 { margin: 0.4rem 0 }
.verdict ul { color: var(--pale); margin: 0.3rem 0 }
.level { font-size: 0.75rem; font-weight: 600; text-transform: uppercase; letter-spacing: 0.05em; color: var(--green) }
.note .level, .problem .level { color: var(--orange) }
`

/** One page that needs nothing else: no script, no network, no other file. Light or dark as the reader prefers. */
export const pageHtml = ({ title, subtitle, sections }: Page): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<link rel="icon" href="data:,">
<title>${escaped(title)}</title>
<style>${style}</style>
</head>
<body>
<h1>${escaped(title)}</h1>
<p class="subtitle">${escaped(subtitle)}</p>
<nav><ul>${sections.map((s) => `<li><a href="#${escaped(s.id)}">${escaped(s.title)}</a></li>`).join('')}</ul></nav>
${sections.map(sectionHtml).join('\n')}
</body>
</html>
`
