import { request } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import * as E from 'fp-ts/lib/Either.js'
import { afterAll, expect, test, vi } from 'vitest'
import { listening } from '../../examples/service/listening.ts'
import type { Service } from '../../examples/service/weather.ts'

// `GET //`, `///`, `//[`, `//a:99999/`: `new URL` threw, and the server was dead.

const known: Service = {
  similar: (day) => E.right([{ day, distance: 0 }]),
  unusual: () => E.right({ score: 1, unusual: false }),
}
const server = await listening(known, { port: 0 })
afterAll(() => void server.close())
// A server that listens on a port has an address of this kind.
const { port, address } = server.address() as AddressInfo

/** The status and the body that these very bytes are answered with. */
const answered = (bytes: string): Promise<{ readonly status: number; readonly body: string }> =>
  new Promise((resolve, reject) => {
    let text = ''
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes))
    socket.on('data', (part) => {
      text += part.toString()
      const [, status, body] = /^HTTP\/1\.1 (\d+)[^]*?\r\n\r\n([^]*)/.exec(text) ?? []
      if (status === undefined || body === undefined) return
      socket.destroy()
      resolve({ status: Number(status), body })
    })
    socket.on('error', reject)
    socket.on('end', () => reject(new Error(`no answer to ${bytes.slice(0, 40)}`)))
  })

const line = (first: string, headers = '', body = ''): string => `${first} HTTP/1.1\r\nHost: a\r\n${headers}\r\n${body}`
const day = '/similar?day=0,25,15,3'
const lives = async (): Promise<boolean> => (await answered(line(`GET ${day}`))).status === 200

test('it listens on this machine alone', () => {
  expect(address).toBe('127.0.0.1')
})

test.each([
  ['//', 404],
  ['///', 404],
  ['//[', 404],
  ['//a:99999/', 404],
  ['http://[', 404],
  ['http://a:99999/similar', 404],
  ['*', 404],
  ['/__proto__', 404],
  ['/similar/../../etc/passwd', 404],
  ['/%', 404],
  ['/similar', 400],
  ['/similar?day=%', 400],
  ['/similar?day=%E0%A4%A', 400],
  ['/similar?day', 400],
  ['/similar?day=1,2,3,null', 400],
  ['/similar?day=[[null]]', 400],
  ['/similar?day=1,2,3,0x10', 400],
  [`/similar?day=${'1,'.repeat(3000)}`, 400],
  [`/similar?day=${'1'.repeat(40_000)}`, 431],
])('GET %s', async (target, status) => {
  expect((await answered(line(`GET ${target}`))).status).toBe(status)
  expect(await lives()).toBe(true)
})

test.each([
  [line(`POST ${day}`, 'Content-Type: application/json\r\nContent-Length: 1\r\n', '{'), 405],
  [line(`DELETE ${day}`), 405],
  [line(`PUT ${day}`, 'Transfer-Encoding: chunked\r\n', 'zz\r\n'), 405],
  [line('OPTIONS *'), 404],
  [line(`GET ${day}`, 'Content-Length: 9999999999\r\n'), 413],
  [line(`GET ${day}`, 'Transfer-Encoding: chunked\r\n', '5\r\n'), 413],
  [line(`GET ${day}`, 'Content-Length: -1\r\n'), 400],
  [line(`GET ${day}`, `X: ${'a'.repeat(40_000)}\r\n`), 431],
  [line(`BREW ${day}`), 400],
  ['\u0000\u0000\r\n\r\n', 400],
])('%j', async (bytes, status) => {
  expect((await answered(bytes)).status).toBe(status)
  expect(await lives()).toBe(true)
})

test('a body without end is not kept, and the rest are answered meanwhile', async () => {
  const sending = request({ port, host: '127.0.0.1', path: day, method: 'POST' })
  const status = new Promise((resolve) => sending.on('response', (r) => resolve(r.statusCode)))
  sending.on('error', () => {})
  sending.write(Buffer.alloc(1 << 20))
  expect(await status).toBe(405)
  expect(await lives()).toBe(true)
  sending.destroy()
})

test('a client that hangs up is forgotten', async () => {
  const socket = connect(port, '127.0.0.1', () => {
    socket.write('GET /sim')
    socket.resetAndDestroy()
  })
  await new Promise((closed) => socket.on('close', closed))
  expect(await lives()).toBe(true)
})

test('what the service throws is its own failure, not the end of it', async () => {
  const logged = vi.spyOn(console, 'error').mockReturnValue()
  const failing: Service = {
    ...known,
    similar: () => {
      throw new Error('out of memory')
    },
  }
  const other = await listening(failing, { port: 0 })
  const { port: at } = other.address() as AddressInfo
  const responses = [
    await fetch(`http://127.0.0.1:${at}${day}`),
    await fetch(`http://127.0.0.1:${at}/unusual?day=0,25,15,3`),
  ]
  expect(responses.map((r) => r.status)).toEqual([500, 200])
  expect(logged).toHaveBeenCalledOnce()
  logged.mockRestore()
  other.close()
})
