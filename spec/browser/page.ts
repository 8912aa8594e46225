import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { chromium } from '../cli/chromium.ts'
import { toldBy } from '../cli/pages.ts'

/** A program that runs in a real page, or in a Worker of one, where there is a browser. */

const root = fileURLToPath(new URL('../..', import.meta.url))
const wasm = dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm'))

/** A module as a bundler makes it for a page; its relative imports are from spec/browser. */
export const bundled = (contents: string): ReturnType<typeof build<{ write: false; metafile: true }>> =>
  build({
    stdin: { contents, resolveDir: join(root, 'spec/browser'), loader: 'ts' },
    bundle: true,
    format: 'esm',
    target: 'es2022',
    platform: 'browser',
    conditions: ['source'],
    write: false,
    metafile: true,
    logLevel: 'silent',
  })

type Place = 'page' | 'worker'

export interface Program {
  readonly imports: string
  /** of an async function; what it returns comes back as JSON, with typed arrays and maps as lists */
  readonly body: string
  /** served beside the script; the .wasm files of TensorFlow.js are under /wasm/ */
  readonly files?: Readonly<Record<string, string | Uint8Array>>
  /** where to run it, one after the other; in the page itself unless said */
  readonly places?: readonly Place[]
  /** of every answer of the server */
  readonly headers?: Readonly<Record<string, string>>
}

const script = ({ imports, body }: Program): string => `${imports}
const listed = (_, v) => (v instanceof Map || ArrayBuffer.isView(v) ? [...v] : v)
const main = async () => { ${body} }
export const run = () => main().then((answer) => JSON.stringify({ answer }, listed), (cause) => JSON.stringify({ failed: String(cause?.stack ?? cause) }))
if (typeof WorkerGlobalScope !== 'undefined') postMessage(await run())`

const html = (places: readonly Place[]): string => `<!doctype html><script type="module">
const inPlace = {
  page: async () => (await import('/script.js')).run(),
  worker: () => new Promise((resolve) => {
    const worker = new Worker('/script.js', { type: 'module' })
    worker.onmessage = ({ data }) => resolve(data)
    worker.onerror = ({ message }) => resolve(JSON.stringify({ failed: message }))
  }),
}
const answers = []
for (const place of ${JSON.stringify(places)}) answers.push(JSON.parse(await inPlace[place]()))
fetch('/told', { method: 'POST', body: JSON.stringify(answers) })
</script>`

/** What the program answered, place by place. Throws what it threw there. */
export const inPage = async (program: Program): Promise<readonly unknown[]> => {
  const files: Readonly<Record<string, string | Uint8Array | undefined>> = {
    '/': html(program.places ?? ['page']),
    '/script.js': (await bundled(script(program))).outputFiles[0]?.contents,
    ...program.files,
  }
  const site = (path: string): string | Uint8Array | undefined =>
    path.startsWith('/wasm/') ? readFileSync(join(wasm, path.slice('/wasm/'.length))) : files[path]
  const answers: readonly { readonly answer?: unknown; readonly failed?: string }[] = JSON.parse(
    await toldBy(chromium ?? '', site, 100_000, program.headers),
  )
  return answers.map(({ answer, failed }) => {
    if (failed !== undefined) throw new Error(failed)
    return answer
  })
}
