import { createServer, type IncomingMessage, type Server } from 'node:http'
import { pipe } from 'fp-ts/lib/function.js'
import * as E from 'fp-ts/lib/Either.js'
import type { ElboError } from 'elbo-ts'
import { dayIn, type Service } from './weather.ts'

/** The service over HTTP. Whatever is asked, it answers in JSON and goes on. */

interface Answer {
  readonly status: number
  readonly body: unknown
  readonly headers?: Readonly<Record<string, string>>
}

const wrong = (status: number, error: string, headers = {}): Answer => ({ status, body: { error }, headers })

const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) !== 0

/** A fault of ours, which the client is told no more of. */
const attempted = (answer: () => Answer): Answer => {
  try {
    return answer()
  } catch (cause) {
    console.error(cause)
    return wrong(500, 'the question could not be answered')
  }
}

/** The address is taken apart as text: what a client sends need not be one, and `new URL` throws of `//`. */
const answerTo = ({ similar, unusual }: Service, request: IncomingMessage): Answer => {
  const routes = new Map<string, (day: readonly number[]) => E.Either<ElboError, unknown>>([
    ['/similar', similar],
    ['/unusual', unusual],
  ])
  const [, path = '', query = ''] = /^([^?#]*)\??([^#]*)/.exec(request.url ?? '') ?? []
  const route = routes.get(path)
  if (route === undefined)
    return wrong(404, `there is no ${path.slice(0, 50)}; there are ${[...routes.keys()].join(', ')}`)
  if (request.method !== 'GET' && request.method !== 'HEAD')
    return wrong(405, `${request.method} is not answered; GET is`, { allow: 'GET, HEAD' })
  if (hasBody(request)) return wrong(413, 'a question is its address; send no body')
  return pipe(
    dayIn(new URLSearchParams(query).get('day') ?? ''),
    E.chain(route),
    E.match(
      ({ message }) => wrong(400, message),
      (body): Answer => ({ status: 200, body }),
    ),
  )
}

/** Heard on this machine alone, unless `host` says otherwise: '0.0.0.0' is every network that it is on. */
export const listening = (
  service: Service,
  { host = '127.0.0.1', port = 8080 }: { readonly host?: string; readonly port?: number } = {},
): Promise<Server> =>
  new Promise((resolve, reject) => {
    const server = createServer((request, response) => {
      const { status, body, headers } = attempted(() => answerTo(service, request))
      response.writeHead(status, { 'content-type': 'application/json', ...headers })
      response.end(JSON.stringify(body))
    })
    server.once('error', reject)
    server.listen({ host, port }, () => resolve(server))
  })
