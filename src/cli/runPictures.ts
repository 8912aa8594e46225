import { join } from 'node:path'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { pipe } from 'fp-ts/lib/function.js'
import type * as E from 'fp-ts/lib/Either.js'
import { type Done, type ElboError, type EpochDone, type Metrics, writeWhole } from '../index.ts'
import { type CurvePoint, curveSvg, type Figure, rasterize } from '../report/index.ts'
import { many, nats } from './numerals.ts'
import { classesOf, pictured, type Subject } from './subject.ts'
import { interpolationView, manifoldView, planeOf, reconstructionView, sampleView } from './views.ts'
import { writeFigure } from './writeFigure.ts'

/** What a run leaves to be looked at. */

const numbersOf = ({ bound, reconstruction, kl }: Metrics): Readonly<Record<string, number>> => ({
  ...(bound === null ? {} : { bound }),
  reconstruction,
  ...(kl === null ? {} : { kl }),
})

/** What the curve of a run is drawn from. */
export const pointsOf = (history: readonly EpochDone[], done: Done | null): readonly CurvePoint[] => [
  ...history.map(({ epoch, train }): CurvePoint => ({
    epoch,
    split: 'train',
    values: { ...numbersOf(train), loss: train.loss },
  })),
  ...history.flatMap(({ epoch, validation }): readonly CurvePoint[] =>
    validation === null ? [] : [{ epoch, split: 'validation', values: numbersOf(validation) }],
  ),
  ...(done === null || done.test === null
    ? []
    : [{ epoch: done.tested, split: 'test' as const, values: numbersOf(done.test) }]),
]

/** The curve of a run as curve.svg and curve.png; answers the names of the files. */
export const writeCurve = (
  folder: string,
  name: string,
  history: readonly EpochDone[],
  done: Done | null,
): TE.TaskEither<ElboError, readonly string[]> => {
  const bound = done?.test?.bound
  const note = [
    ...(done === null ? [] : [`${many(done.epochs, 'epoch')} on ${done.target}`]),
    ...(bound === undefined || bound === null ? [] : [`test bound ${nats(bound)} nats`]),
  ].join(' · ')
  return pipe(
    curveSvg({ title: name, ...(note === '' ? {} : { note }), points: pointsOf(history, done) }),
    TE.chainFirst((svg) => writeWhole(join(folder, 'curve.svg'), svg)),
    TE.chain((svg) => rasterize(svg)),
    TE.chain((png) => writeWhole(join(folder, 'curve.png'), png)),
    TE.map(() => ['curve.png', 'curve.svg']),
  )
}

const RECONSTRUCTIONS = 48
const SAMPLES = 128
const STRIPS = 6
const STEPS = 11
/** odd, so that the origin is shown */
const PLANE = 21

/** The pictures of a model whose data are pictures: reconstructions, samples, interpolations, and the plane of a latent of two dimensions. */
export const writePictures = (folder: string, subject: Subject): TE.TaskEither<ElboError, readonly string[]> => {
  if (pictured(subject.vae) === undefined) return TE.right([])
  const plane = planeOf(subject)
  const views: readonly (readonly [file: string, view: () => E.Either<ElboError, Figure>])[] = [
    ['reconstructions.png', () => reconstructionView(subject, RECONSTRUCTIONS)],
    ['samples.png', () => sampleView(subject, (classesOf(subject.vae) ?? 16) * (SAMPLES / 16), subject.seed)],
    ['interpolation.png', () => interpolationView(subject, STRIPS, STEPS)],
    ...(plane === undefined ? [] : [['manifold.png', () => manifoldView(subject, plane, PLANE)] as const]),
  ]
  return TE.sequenceSeqArray(
    views.map(([file, view]) =>
      pipe(
        TE.fromIOEither(view),
        TE.chain((figure) => writeFigure(join(folder, file), figure)),
        TE.map(() => file),
      ),
    ),
  )
}
