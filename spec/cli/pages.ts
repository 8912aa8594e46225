import { spawn } from 'node:child_process'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Files of a page by path. */
export type Site = (path: string) => Uint8Array | string | undefined

const types: Readonly<Record<string, string>> = {
  html: 'text/html',
  js: 'text/javascript',
  wasm: 'application/wasm',
}

/**
 * Serve a site to a headless browser and wait for what its page posts to /told. Where nothing comes in time, the error has what the browser
 * said on its console.
 */
export const toldBy = async (
  program: string,
  site: Site,
  milliseconds: number,
  headers: Readonly<Record<string, string>> = {},
): Promise<string> => {
  const profile = mkdtempSync(join(tmpdir(), 'elbo-browser-'))
  let log = ''
  let tell: (text: string) => void = () => {}
  const told = new Promise<string>((resolve) => (tell = resolve))
  const server = createServer((request, response) => {
    const path = request.url ?? '/'
    if (request.method === 'POST') {
      let body = ''
      request.on('data', (part: Buffer) => (body += part.toString()))
      request.on('end', () => {
        response.end()
        tell(body)
      })
      return
    }
    const content = site(path)
    response.writeHead(content === undefined ? 404 : 200, {
      ...headers,
      'content-type': types[path.split('.').at(-1) ?? ''] ?? 'text/html',
    })
    response.end(content)
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  // A server that listens on a port has an address of this kind.
  const { port } = server.address() as AddressInfo
  const browser = spawn(program, [
    '--headless',
    '--no-sandbox',
    '--disable-gpu',
    '--disable-background-networking',
    '--enable-logging=stderr',
    `--user-data-dir=${profile}`,
    `http://127.0.0.1:${port}/`,
  ])
  browser.stderr.on('data', (text: Buffer) => (log += text.toString()))
  const closed = new Promise<void>((resolve) => browser.on('close', () => resolve()))
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`the page told nothing: ${log.slice(-2000)}`)), milliseconds)
  })
  try {
    return await Promise.race([told, late])
  } finally {
    clearTimeout(timer)
    browser.kill()
    await closed
    server.close()
    rmSync(profile, { recursive: true, force: true })
  }
}
