import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { labs } from './all.ts'
import type { Claim } from './kit.ts'
import { type Finished, pageOf } from './page.ts'

/** `npm run labs -- [--json] [--out runs/labs] [names or numbers]`: run the labs, say what each claims and whether it holds. */

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'boolean', default: false }, out: { type: 'string', default: join('runs', 'labs') } },
})
const wanted = labs.filter((l) => positionals.length === 0 || positionals.some((p) => l.name.startsWith(p)))
const out = values.out

const told = ({ claim, value, margin, holds }: Claim): string =>
  `  ${holds ? 'holds ' : 'FAILS '} ${claim}: ${value.toPrecision(4)} (margin ${margin.toPrecision(2)})`

mkdirSync(out, { recursive: true })
const finished: Finished[] = []
for (const lab of wanted) {
  const begun = performance.now()
  if (!values.json) process.stdout.write(`${lab.name}  ${lab.title}\n`)
  const findings = await lab.run()
  const { claims, picture } = findings
  finished.push({ lab, findings })
  writeFileSync(join(out, `${lab.name}.svg`), picture)
  for (const claim of claims) process.stdout.write(`${values.json ? JSON.stringify(claim) : told(claim)}\n`)
  if (!values.json) process.stdout.write(`  ${((performance.now() - begun) / 1000).toFixed(0)} s\n`)
}
const page = join(out, 'index.html')
writeFileSync(page, pageOf(finished))
if (!values.json) process.stdout.write(`${page}\n`)
process.exitCode = finished.every(({ findings }) => findings.claims.every((c) => c.holds)) ? 0 : 1
