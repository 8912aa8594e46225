import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { labs } from './all.ts'
import type { Claim } from './kit.ts'

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
let failed = 0
for (const lab of wanted) {
  const begun = performance.now()
  if (!values.json) process.stdout.write(`${lab.name}  ${lab.title}\n`)
  const { claims, picture } = await lab.run()
  writeFileSync(join(out, `${lab.name}.svg`), picture)
  for (const claim of claims) process.stdout.write(`${values.json ? JSON.stringify(claim) : told(claim)}\n`)
  failed += claims.filter((c) => !c.holds).length
  if (!values.json) process.stdout.write(`  ${((performance.now() - begun) / 1000).toFixed(0)} s\n`)
}
process.exitCode = failed === 0 ? 0 : 1
