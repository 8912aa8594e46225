import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import {
  type Batch,
  conditionsOf,
  dataPlane,
  decode,
  type DimensionRange,
  type ElboError,
  encode,
  inOwnTerms,
  modelError,
  type Portrait,
  reconstruct,
  reconstructionByDimension,
  reconstructionErrors,
  rowsOf,
  type Rows,
  sample,
  straightLines,
  type Tensor,
  traversal,
} from '../index.ts'
import { bars, errorFigure, type Exhibit, lines, type LinePoint, scatter, traversalFigure } from '../report/index.ts'
import { nats } from './numerals.ts'
import { classesOf, conditions, pictured, type Subject, testData } from './subject.ts'
import { columnNames } from './tabular.ts'
import { asPictures, dataView, half, interpolationView, mapBatch, sampleView } from './views.ts'

/** What the page of a run shows of a model, asked of it here: pictures where its data are pictures, charts where they are not. */

type Exhibits = E.Either<ElboError, readonly Exhibit[]>

const STEPS = 11
const PAIRS = 6
const RECONSTRUCTIONS = 16
const SAMPLES = 64
/** Lines that can be told apart in one panel, and panels on a page. */
const SERIES = 8
const PANELS = 6

const observationOf = ({ vae }: Subject): string =>
  pictured(vae) ?? vae.model.find((site) => site.kind === 'observed')?.name ?? ''

const valueOf = (batch: Batch, name: string): E.Either<ElboError, Tensor> =>
  E.fromNullable(modelError(`the model says nothing of '${name}'`))(batch.get(name))

const rangeName = ({ latent, index, active, low, high }: DimensionRange): string =>
  `${latent} ${index}: ${nats(low, 1)} to ${nats(high, 1)}${active ? '' : ' (inactive)'}`

/** Decoded means along ways through latent space, as lines: a panel a way, a line a number of the datum. */
const asLines = (
  subject: Subject,
  means: Tensor,
  ways: readonly { readonly name: string; readonly places: readonly number[] }[],
  axis: string,
): Exhibit['drawing'] => {
  const name = observationOf(subject)
  const field = subject.dataset.fields[name]
  const columns = columnNames(name, means.shape.slice(1), field)
  const { data } = inOwnTerms(field, means)
  const points = ways.slice(0, PANELS).flatMap(({ name: panel, places }, w) =>
    places.flatMap((x, v): readonly LinePoint[] =>
      columns.slice(0, SERIES).map((series, j) => ({
        panel,
        series,
        x,
        y: data[(w * places.length + v) * columns.length + j] ?? Number.NaN,
      })),
    ),
  )
  return { kind: 'chart', spec: lines({ points, axes: [axis, 'mean of the likelihood'] }) }
}

const shares = Array.from({ length: STEPS }, (_, i) => i / (STEPS - 1))

/** The first test datum with one latent dimension moved at a time. */
export const traversals = (subject: Subject, { ranges }: Portrait): Exhibits => {
  if (ranges.length === 0) return E.right([])
  const datum = testData(subject, 1)
  const name = observationOf(subject)
  return pipe(
    encode(subject.vae, subject.session, datum),
    E.chain((latents) =>
      decode(subject.vae, subject.session, traversal(new Map([...datum, ...latents]), ranges, STEPS)),
    ),
    E.bindTo('means'),
    E.bind('value', ({ means }) => valueOf(means, name)),
    E.bind('drawing', ({ means, value }): E.Either<ElboError, Exhibit['drawing']> =>
      pictured(subject.vae) === undefined
        ? E.right(
            asLines(
              subject,
              value,
              ranges.map((r) => ({ name: rangeName(r), places: shares })),
              'along the range, from end to end',
            ),
          )
        : pipe(
            asPictures(means, name),
            E.map((pictures) => ({
              kind: 'pictures',
              figure: traversalFigure({
                title: 'Traversals',
                note: `${subject.name} · the first test datum, one latent dimension moved through its range`,
                pictures,
                steps: STEPS,
                names: ranges.map(rangeName),
              }),
            })),
          ),
    ),
    E.map(({ drawing }) => [
      { id: 'traversals', caption: 'Single latent dimensions moved through the range that the data take', drawing },
    ]),
  )
}

/** Between pairs of test data. */
export const interpolations = (subject: Subject): Exhibits => {
  const data = testData(subject, PAIRS * 2)
  const name = observationOf(subject)
  const caption = `Decoded along the straight line between the posterior means of two test data${conditionsOf(subject.vae).length === 0 ? '' : ', all of it under the first one’s condition'}`
  if (pictured(subject.vae) !== undefined)
    return pipe(
      interpolationView(subject, PAIRS, STEPS),
      E.map((figure) => [{ id: 'interpolations', caption, drawing: { kind: 'pictures', figure } }]),
    )
  return pipe(
    encode(subject.vae, subject.session, data),
    E.chain((latents) =>
      decode(
        subject.vae,
        subject.session,
        new Map([
          ...mapBatch(data, (x) => straightLines(half(x, 0), half(x, 0), STEPS)),
          ...mapBatch(latents, (z) => straightLines(half(z, 0), half(z, 1), STEPS)),
        ]),
      ),
    ),
    E.chain((means) => valueOf(means, name)),
    E.map((value) => {
      const ways = Array.from({ length: (value.shape[0] ?? 0) / STEPS }, (_, i) => ({
        name: `pair ${i + 1}`,
        places: shares,
      }))
      return [{ id: 'interpolations', caption, drawing: asLines(subject, value, ways, 'share of the way') }]
    }),
  )
}

/** Draws from the prior beside test data: pictures beside pictures, or points among points. */
export const samplesBesideData = (subject: Subject): Exhibits => {
  const { vae, session, seed, dataset } = subject
  if (pictured(vae) !== undefined) {
    const count = (classesOf(vae) ?? 16) * (SAMPLES / 16)
    return pipe(
      E.Do,
      E.bind('samples', () => sampleView(subject, count, seed)),
      E.bind('data', () => dataView(subject, count)),
      E.map(({ samples, data }) => [
        {
          id: 'samples',
          caption: 'Means of the likelihood at draws from the prior',
          drawing: { kind: 'pictures', figure: samples },
        },
        { id: 'data', caption: 'Test data', drawing: { kind: 'pictures', figure: data } },
      ]),
    )
  }
  const name = observationOf(subject)
  const data = testData(subject, 500)
  return pipe(
    E.Do,
    E.bind('real', () => valueOf(data, name)),
    E.bind('given', ({ real }) => conditions(subject, real.shape[0] ?? 0)),
    E.bind('generated', ({ real, given }) => sample(vae, session, { count: real.shape[0] ?? 0, seed, given })),
    E.bind('made', ({ generated }) => valueOf(generated.draws, name)),
    E.map(({ real, made }): readonly Exhibit[] => {
      const field = dataset.fields[name]
      const columns = columnNames(name, real.shape.slice(1), field)
      // Principal directions are those of standardised rows, as units would choose them; columns themselves are shown in their units.
      const shown = (value: Tensor): Rows => rowsOf(columns.length > 2 ? value : inOwnTerms(field, value))
      const plane = dataPlane(shown(real), shown(made), columns)
      const both = [
        { what: 'data', places: plane.data },
        { what: 'samples', places: plane.samples },
      ] as const
      return [
        {
          id: 'samples',
          caption: `Draws from the model among test data${columns.length > 2 && field?.standardization !== undefined ? ', of standardised rows' : ''}`,
          drawing: {
            kind: 'chart',
            spec: scatter({
              across: both.flatMap(({ places: [across] }) => [...across]),
              up: both.flatMap(({ places: [, up] }) => [...up]),
              labels: both.flatMap(({ what, places: [across] }) => Array.from(across, () => what)),
              names: both.map(({ what }) => what),
              axes: plane.axes,
            }),
          },
        },
      ]
    }),
  )
}

/** Test data, what the model makes of them, and the difference; of a table the error of each column. */
export const reconstructions = (subject: Subject): Exhibits => {
  const { vae, session, dataset } = subject
  const name = observationOf(subject)
  if (pictured(vae) === undefined)
    return pipe(
      reconstructionByDimension(vae, session, testData(subject, 1000)),
      E.map((errors): readonly Exhibit[] => {
        const { squaredError } = errors[name] ?? { squaredError: new Float64Array(0) }
        const shape = vae.model.find((site) => site.name === name)?.dist.shape ?? []
        const standardised = dataset.fields[name]?.standardization !== undefined
        const names = columnNames(name, shape, dataset.fields[name])
        return [
          {
            id: 'reconstructions',
            caption: `Mean squared error of the reconstruction of each number of ${name}${standardised ? ', as a share of its variance over the training rows' : ''}`,
            drawing: {
              kind: 'chart',
              spec: bars({
                bars: Array.from(squaredError, (height, i) => ({ name: names[i] ?? String(i), height })),
                axes: [name, standardised ? 'mean squared error / variance' : 'mean squared error'],
              }),
            },
          },
        ]
      }),
    )
  const data = testData(subject, RECONSTRUCTIONS)
  return pipe(
    E.Do,
    E.bind('means', () => reconstruct(vae, session, data)),
    E.bind('errors', ({ means }) =>
      pipe(
        E.Do,
        E.bind('x', () => valueOf(data, name)),
        E.bind('mean', () => valueOf(means, name)),
        E.map(({ x, mean }) => reconstructionErrors(x, mean)),
      ),
    ),
    E.bind('pictures', () => asPictures(data, name)),
    E.bind('reconstructed', ({ means }) => asPictures(means, name)),
    E.bind('differences', ({ errors }) => asPictures(new Map([[name, errors.absolute]]), name)),
    E.map(({ pictures, reconstructed, differences, errors }) => [
      {
        id: 'reconstructions',
        caption: 'Test data, their reconstructions, and the difference with the sum of its squares',
        drawing: {
          kind: 'pictures',
          figure: errorFigure({
            title: 'Reconstructions and their errors',
            note: `${subject.name} · the mean of the likelihood at the posterior mean`,
            data: pictures,
            reconstructions: reconstructed,
            errors: differences,
            numbers: errors.squared,
          }),
        },
      },
    ]),
  )
}
