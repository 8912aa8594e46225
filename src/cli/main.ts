#!/usr/bin/env node
import { run } from './run.ts'

// A reader that has seen enough, such as `head`, closes the pipe: that is no failure.
process.stdout.on('error', (cause: Error & { readonly code?: string }) => {
  if (cause.code === 'EPIPE') process.exit(0)
  throw cause
})

process.exitCode = await run(process.argv.slice(2), {
  out: process.stdout,
  err: process.stderr,
  ...(process.stderr.isTTY ? { bar: process.stderr } : {}),
})
