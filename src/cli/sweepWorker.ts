import * as E from 'fp-ts/lib/Either.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { pipe } from 'fp-ts/lib/function.js'
import {
  checkSweepData,
  type ElboError,
  load,
  openTarget,
  readSweep,
  runPoint,
  sweepPoints,
  usageError,
} from '../index.ts'
import type { Told } from './sweepPool.ts'

/** A process that trains points of a sweep, one after another as it is told. Data are loaded and the target is opened once. */

const [folder = ''] = process.argv.slice(2)
const controller = new AbortController()

const tell = (told: Told): void => {
  // Without a parent there is nobody to tell; the points are in their folders.
  process.send?.(told, () => {})
}

const opened = pipe(
  readSweep(folder),
  TE.bindTo('record'),
  TE.bind('points', ({ record }) => TE.fromEither(sweepPoints(record))),
  TE.bind('dataset', ({ record: { experiment, limit } }) => load(experiment.data, limit === null ? {} : { limit })),
  TE.chainFirstEitherK(({ record, dataset }) => checkSweepData(record.digests, dataset)),
  TE.bind('session', ({ record }) =>
    pipe(
      openTarget(record.target),
      TE.map(({ session }) => session),
    ),
  ),
)

const ready = opened()

const trained = async (name: string): Promise<E.Either<ElboError, 'done' | 'interrupted'>> => {
  const here = await ready
  if (E.isLeft(here)) return here
  const { record, points, dataset, session } = here.right
  const point = points.find((p) => p.name === name)
  if (point === undefined) return E.left(usageError(`the sweep in '${folder}' has no point '${name}'`))
  const { limit } = record
  const result = await runPoint(folder, point, {
    session,
    dataset,
    limit: limit ?? undefined,
    signal: controller.signal,
  })()
  return E.map((measured) => (measured === undefined ? ('interrupted' as const) : ('done' as const)))(result)
}

// The terminal's Ctrl-C reaches every process, and the parent passes its own on: once or twice, it is one wish to stop in good order.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => controller.abort())
process.stderr.on('error', () => {})
process.on('disconnect', () => {
  controller.abort()
  process.exitCode = 0
})
process.on('message', (name: unknown) => {
  void (async () => {
    const result = await trained(String(name))
    tell(
      E.isLeft(result)
        ? { status: 'failed', tag: result.left.tag, message: result.left.message }
        : { status: result.right },
    )
  })()
})
