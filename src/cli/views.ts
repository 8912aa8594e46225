import * as E from 'fp-ts/lib/Either.js'
import * as O from 'fp-ts/lib/Option.js'
import { pipe } from 'fp-ts/lib/function.js'
import {
  type Batch,
  decode,
  encode,
  type ElboError,
  modelError,
  reconstruct,
  sample,
  straightLines,
  type Tensor,
  usageError,
} from '../index.ts'
import {
  type Figure,
  interpolationFigure,
  isSmallPicture,
  manifoldFigure,
  type Picture,
  picturesOf,
  reconstructionFigure,
  sampleFigure,
  tooSmall,
} from '../report/index.ts'
import { grouped } from './numerals.ts'
import { classesOf, classNames, conditions, pictured, type Subject, testData } from './subject.ts'

/** What a trained model is shown by: each view asks the model, and hands what it answers to a figure. */

type View = E.Either<ElboError, Figure>

/** The pictures under a name of a batch. */
export const asPictures = (batch: Batch, name: string): E.Either<ElboError, readonly Picture[]> =>
  pipe(
    O.fromNullable(batch.get(name)),
    O.chain(picturesOf),
    E.fromOption(() =>
      modelError(`'${name}' is not made of pictures: [height, width], with 1 or 3 channels where there are any`),
    ),
  )

const noPictures = ({ vae }: Subject): ElboError => {
  const small = vae.model.find(({ kind, dist }) => kind === 'observed' && isSmallPicture(dist.shape))
  return modelError(
    small === undefined
      ? 'the model observes no pictures: [height, width], with 1 or 3 channels where there are any'
      : `${tooSmall(small.name, small.dist.shape)}; elbo sample, reconstruct and encode write numbers: --out <file>.csv or .npz`,
  )
}

const seen = (subject: Subject): E.Either<ElboError, string> =>
  pipe(pictured(subject.vae), E.fromNullable(noPictures(subject)))

const COLUMNS = 16

/** Images in one picture: of a hundred thousand, what draws them runs out of memory. */
const MOST = 4096

const fits = (images: number, instead: string): E.Either<ElboError, object> =>
  images <= MOST
    ? E.Do
    : E.left(usageError(`${grouped(images)} images are too many for one picture, at most ${grouped(MOST)}; ${instead}`))

const asNumbers = 'choose a smaller --count, or write numbers: --out <file>.npz or .csv'

/** Test data above what the model makes of them. */
export const reconstructionView = (subject: Subject, count: number): View => {
  const data = testData(subject, count)
  return pipe(
    fits(count, asNumbers),
    E.bind('name', () => seen(subject)),
    E.bind('data', ({ name }) => asPictures(data, name)),
    E.bind('means', () => reconstruct(subject.vae, subject.session, data)),
    E.bind('reconstructions', ({ name, means }) => asPictures(means, name)),
    E.map(({ data, reconstructions }) =>
      reconstructionFigure({
        title: 'Reconstructions of test data',
        note: `${subject.name} · below each datum the mean of its likelihood, at the mean of its posterior`,
        data,
        reconstructions,
        columns: Math.min(COLUMNS, data.length),
      }),
    ),
  )
}

/** The first test data, nothing else. */
export const dataView = (subject: Subject, count: number): View =>
  pipe(
    seen(subject),
    E.chain((name) => asPictures(testData(subject, count), name)),
    E.map((samples) =>
      sampleFigure({
        title: 'Test data',
        note: `${subject.name} · the first ${samples.length}`,
        samples,
        columns: Math.min(COLUMNS, samples.length),
      }),
    ),
  )

/** Draws from the prior, and the likelihoods' means there. A conditional model shows a class a column. */
export const sampleView = (subject: Subject, count: number, seed: number): View => {
  const classes = classesOf(subject.vae)
  return pipe(
    fits(count, asNumbers),
    E.bind('name', () => seen(subject)),
    E.bind('given', () => conditions(subject, count)),
    E.bind('generated', ({ given }) => sample(subject.vae, subject.session, { count, seed, given })),
    E.bind('samples', ({ name, generated }) => asPictures(generated.means, name)),
    E.map(({ samples }) =>
      sampleFigure({
        title: 'Samples',
        note: `${subject.name} · means of the likelihood at draws from the prior${classes === undefined ? '' : ', a class a column'} · seed ${seed}`,
        samples,
        columns: Math.min(classes ?? COLUMNS, samples.length),
        names: classNames(subject),
      }),
    ),
  )
}

/** The first half of a batch's data, or the second. */
export const half = ({ shape: [count = 0, ...shape], data }: Tensor, which: 0 | 1): Tensor => {
  const n = Math.floor(count / 2)
  const width = count === 0 ? 0 : data.length / count
  return { shape: [n, ...shape], data: data.slice(which * n * width, (which + 1) * n * width) }
}

/** The same done to every value. */
export const mapBatch = (batch: Batch, f: (value: Tensor) => Tensor): Batch =>
  new Map([...batch].map(([name, value]) => [name, f(value)]))

/** From the first `strips` test data to the next ones: straight lines between posterior means. Conditions stay those of the first. */
export const interpolationView = (subject: Subject, strips: number, steps: number): View => {
  const data = testData(subject, strips * 2)
  return pipe(
    fits(
      Math.min(strips, Math.floor(subject.dataset.test.size / 2)) * (steps + 2),
      'choose a smaller --count or --steps',
    ),
    E.bind('name', () => seen(subject)),
    E.bind('ends', ({ name }) => asPictures(data, name)),
    E.bind('latents', () => encode(subject.vae, subject.session, data)),
    E.bind('means', ({ latents }) =>
      decode(
        subject.vae,
        subject.session,
        new Map([
          ...mapBatch(data, (x) => straightLines(half(x, 0), half(x, 0), steps)),
          ...mapBatch(latents, (z) => straightLines(half(z, 0), half(z, 1), steps)),
        ]),
      ),
    ),
    E.bind('decoded', ({ name, means }) => asPictures(means, name)),
    E.map(({ ends, decoded }) => {
      const n = Math.floor(ends.length / 2)
      return interpolationFigure({
        title: 'Interpolations',
        note: `${subject.name} · along the straight line between the posterior means of two test data`,
        strips: ends.slice(0, n).flatMap((from, i) => {
          const to = ends[n + i]
          return to === undefined ? [] : [{ from, between: decoded.slice(i * steps, (i + 1) * steps), to }]
        }),
      })
    }),
  )
}

/** The one latent of two dimensions, where that is all that a model has. */
export const planeOf = ({ vae }: Subject): string | undefined => {
  const latents = vae.model.filter((site) => site.kind === 'latent')
  const [only] = latents
  const flat = only?.dist.shape.length === 1 && only.dist.shape[0] === 2 && only.dist.support === 'real'
  return latents.length === 1 && flat && pictured(vae) !== undefined && classesOf(vae) === undefined
    ? only.name
    : undefined
}

/** How far from 0 a standard normal's plane is shown: 98.8 % of it, either way. */
const EDGE = 2.5

/** What the decoder makes of a whole plane of latents. */
export const manifoldView = (subject: Subject, latent: string, steps: number): View => {
  const axis = Array.from({ length: steps }, (_, i) => (2 * i) / (steps - 1) - 1).map((u) => u * EDGE)
  const plane = axis.toReversed().flatMap((up) => axis.flatMap((across) => [across, up]))
  const points = new Map([[latent, { shape: [steps * steps, 2], data: Float32Array.from(plane) }]])
  return pipe(
    E.Do,
    E.bind('name', () => seen(subject)),
    E.bind('means', () => decode(subject.vae, subject.session, points)),
    E.bind('pictures', ({ name, means }) => asPictures(means, name)),
    E.map(({ pictures }) =>
      manifoldFigure({
        title: 'The latent plane',
        note: `${subject.name} · means of the likelihood where ${latent} is fixed`,
        pictures,
        across: axis,
        up: axis,
        axes: [`${latent} 0`, `${latent} 1`],
      }),
    ),
  )
}
