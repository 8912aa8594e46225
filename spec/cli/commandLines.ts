import { createInterface } from 'node:readline'
import { run } from '../../src/cli/run.ts'

/** One command line after another in a single process: each line of standard input is the arguments of one, each line of output how it ended. */

const told = async (args: readonly string[]): Promise<string> => {
  let out = ''
  let err = ''
  const code = await run(args, {
    out: { write: (text: string) => (out += text) },
    err: { write: (text: string) => (err += text) },
  })
  return `${JSON.stringify({ code, signal: null, out, err })}\n`
}

for await (const line of createInterface({ input: process.stdin })) {
  const args: readonly string[] = JSON.parse(line)
  process.stdout.write(await told(args))
}
