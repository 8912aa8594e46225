import type { Findings, Lab } from './kit.ts'

/** A lab and what it found. */
export interface Finished {
  readonly lab: Lab
  readonly findings: Findings
}

const escaped = (text: string): string => text.replace(/[<>&"']/g, (c) => `&#${c.charCodeAt(0)};`)

const section = ({ lab, findings }: Finished): string => `
<section id="${escaped(lab.name)}">
<h2>${escaped(lab.title)}</h2>
<table>
<thead><tr><th>claim</th><th>measured</th><th>margin</th><th></th></tr></thead>
<tbody>${findings.claims
  .map(
    ({ claim, value, margin, holds }) =>
      `<tr><td>${escaped(claim)}</td><td>${value.toPrecision(4)}</td><td>${margin.toPrecision(2)}</td><td>${holds ? 'holds' : '<strong>fails</strong>'}</td></tr>`,
  )
  .join('\n')}</tbody>
</table>
<figure>${findings.picture}</figure>
</section>`

/** All of it on one page that needs nothing else: no script, no network. */
export const pageOf = (finished: readonly Finished[]): string => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Labs</title>
<style>
:root { color-scheme: light dark }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 50rem; margin: 2rem auto; padding: 0 1rem }
table { border-collapse: collapse; width: 100% }
th, td { text-align: left; vertical-align: top; padding: 0.3rem 0.6rem; border-bottom: 1px solid color-mix(in srgb, currentColor 25%, transparent) }
figure { margin: 1rem 0 }
svg { max-width: 100%; height: auto }
</style>
<h1>Labs</h1>
<nav><ul>${finished
  .map(({ lab, findings }) => {
    const failed = findings.claims.filter((c) => !c.holds).length
    return `<li><a href="#${escaped(lab.name)}">${escaped(lab.title)}</a>: ${findings.claims.length - failed} of ${findings.claims.length} claims hold</li>`
  })
  .join('\n')}</ul></nav>
${finished.map(section).join('\n')}
</html>
`
