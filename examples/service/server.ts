import { fileURLToPath } from 'node:url'
import { pipe } from 'fp-ts/lib/function.js'
import * as E from 'fp-ts/lib/Either.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { type ElboError, fit, openRun } from 'elbo-ts'
import weather from '../06-table.ts'
import { listening } from './listening.ts'
import { daysIn, type Model, service } from './weather.ts'

/**
 * A model behind HTTP, for this machine alone; HOST=0.0.0.0 lets others ask.
 *
 *   npx tsx examples/service/server.ts [runs/table-1]      trains where no run is named
 *   curl 'localhost:8080/similar?day=0,25,15,3'
 *   curl 'localhost:8080/unusual?day=55,35,-7,9'
 */

const { HOST: host = '127.0.0.1', PORT: port = '8080' } = process.env
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
const days = await daysIn(fileURLToPath(new URL('../data/seattle-weather.csv', import.meta.url)))
const started = await pipe(
  model,
  TE.chainEitherK((trained) => service(trained, days)),
  TE.chainW((asked) =>
    TE.tryCatch(
      () => listening(asked, { host, port: Number(port) }),
      (cause) => ({
        message: `cannot listen on ${host}:${port}: ${cause instanceof Error ? cause.message : String(cause)}`,
      }),
    ),
  ),
)()
if (E.isRight(started)) console.log(`http://${host}:${port}`)
else {
  console.error(started.left.message)
  process.exitCode = 1
}
