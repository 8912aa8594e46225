import { createServer } from 'node:http'
import { pipe } from 'fp-ts/lib/function.js'
import * as E from 'fp-ts/lib/Either.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { type ElboError, fit, openRun } from 'elbo-ts'
import weather from '../06-table.ts'
import { dayIn, daysIn, type Model, type Service, service } from './weather.ts'

/**
 * A model behind HTTP.
 *
 *   npx tsx examples/service/server.ts [runs/table-1]      trains where no run is named
 *   curl 'localhost:8080/similar?day=0,25,15,3'
 *   curl 'localhost:8080/unusual?day=55,35,-7,9'
 */

const PORT = 8080

const listen = ({ similar, unusual }: Service): void => {
  const routes: Readonly<Record<string, (day: readonly number[]) => E.Either<ElboError, unknown>>> = {
    '/similar': similar,
    '/unusual': unusual,
  }
  createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost')
    const route = routes[url.pathname]
    const answer =
      route === undefined
        ? E.left({ message: `there are ${Object.keys(routes).join(', ')}` })
        : pipe(dayIn(url.searchParams.get('day') ?? ''), E.chain(route))
    response.writeHead(E.isRight(answer) ? 200 : 400, { 'content-type': 'application/json' })
    response.end(JSON.stringify(E.isRight(answer) ? answer.right : { error: answer.left.message }))
  }).listen(PORT)
}

const [run] = process.argv.slice(2)
const model: TE.TaskEither<ElboError, Model> =
  run === undefined
    ? pipe(
        fit(weather, {
          onEvent: (e) => e.event === 'epoch' && console.log(`epoch ${e.epoch}: ${e.train.bound?.toFixed(2)} nats`),
        }),
        TE.map((fitted) => fitted.model),
      )
    : openRun(run, { of: weather })
const days = await daysIn('examples/data/seattle-weather.csv')
const started = await pipe(
  model,
  TE.chainEitherK((trained) => service(trained, days)),
  TE.map(listen),
)()
console.log(E.isRight(started) ? `http://localhost:${PORT}` : started.left.message)
