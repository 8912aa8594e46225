#!/usr/bin/env node
import { FAILED } from './exit.ts'
import { isClosed, lossOf, outputOf } from './output.ts'
import { run } from './run.ts'

const [out, err] = [outputOf(process.stdout), outputOf(process.stderr)]
const code = await run(process.argv.slice(2), { out, err, ...(process.stderr.isTTY ? { bar: process.stderr } : {}) })

// Whether the last words were lost is known a turn later.
await new Promise((resolve) => setImmediate(resolve))
const lost = out.lost()
if (code === 0 && lost !== undefined && !isClosed(lost)) {
  err.write(`elbo: ${lossOf(lost)}\n`)
  process.exitCode = FAILED
} else process.exitCode = code
