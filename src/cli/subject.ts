import * as E from 'fp-ts/lib/Either.js'
import {
  type AnyVae,
  type Batch,
  classesIn,
  classNames as namesOfClasses,
  conditionsOf,
  type Dataset,
  type ElboError,
  evaluation,
  type Field,
  type Fields,
  gather,
  modelError,
  type Session,
} from '../index.ts'
import { isPicture } from '../report/index.ts'

/** A trained model with the data it can be shown on. */
export interface Subject {
  readonly name: string
  readonly vae: AnyVae
  /** holds the model's parameters */
  readonly session: Session
  readonly dataset: Dataset
  readonly seed: number
}

/** The observations of a model that can be looked at. */
export const pictured = (vae: AnyVae): string | undefined =>
  vae.model.find((site) => site.kind === 'observed' && isPicture(site.dist.shape))?.name

/** Kept as grey levels, or with an axis of channels: [height, width, 1 or 3]. A matrix or a row of one-hot words has the shape of a picture and is none. */
const isImage = ({ shape, support, encoding }: Field): boolean =>
  ['grey', 'threshold', 'dynamic'].includes(encoding) ||
  (shape.length === 3 && [1, 3].includes(shape[2] ?? 0) && (support === 'binary' || support === 'unit'))

/** What the data of a model are called where they are counted: images where what it observes is known to be images. */
export const unitOf = (vae: AnyVae, fields: Fields): 'images' | 'rows' =>
  vae.model.some(({ kind, name }) => kind === 'observed' && fields[name] !== undefined && isImage(fields[name]))
    ? 'images'
    : 'rows'

const rowsFrom = (count: number, size: number): Uint32Array => Uint32Array.from({ length: count }, (_, i) => i % size)

/** Test data at these rows, as evaluation draws them: whichever rows are asked for, a datum is the same. */
const testRows = ({ dataset, seed }: Subject, rows: Uint32Array): Batch =>
  gather(dataset.fields, dataset.test, rows, evaluation(seed))

/** The first `count` test data; fewer where there are fewer. */
export const testData = (subject: Subject, count: number): Batch =>
  testRows(subject, rowsFrom(Math.min(count, subject.dataset.test.size), subject.dataset.test.size))

/** The first `count` training data, drawn as for evaluation; fewer where there are fewer. */
export const trainData = ({ dataset, seed }: Subject, count: number): Batch =>
  gather(
    dataset.fields,
    dataset.train,
    rowsFrom(Math.min(count, dataset.train.size), dataset.train.size),
    evaluation(seed, 'train'),
  )

/** The field of the one condition of a model, where it has one and that is a class. */
const classField = (vae: AnyVae): string | undefined => {
  const [name, ...others] = conditionsOf(vae)
  const field = name === undefined ? undefined : vae.given[name]
  return others.length === 0 && field?.support === 'oneHot' && field.shape.length === 1 ? name : undefined
}

/** How many classes a model is conditioned on. */
export const classesOf = (vae: AnyVae): number | undefined => {
  const name = classField(vae)
  return name === undefined ? undefined : vae.given[name]?.shape[0]
}

/** What these classes are called; none, where a model has none. */
export const classNames = ({ vae, dataset }: Subject): readonly string[] => {
  const name = classField(vae)
  const known = name === undefined ? undefined : dataset.fields[name]?.names
  return known ?? Array.from({ length: classesOf(vae) ?? 0 }, (_, i) => String(i))
}

const classesInTurn = (count: number, classes: number): Float32Array => {
  const data = new Float32Array(count * classes)
  for (let i = 0; i < count; i++) data[i * classes + (i % classes)] = 1
  return data
}

/** What `count` draws are conditioned on: of a class each one in turn, of anything else what the test data have. */
export const conditions = (subject: Subject, count: number): E.Either<ElboError, Batch> => {
  const { vae, dataset } = subject
  const names = conditionsOf(vae)
  const [only = ''] = names
  const classes = classesOf(vae)
  if (names.length === 0) return E.right(new Map())
  if (classes !== undefined)
    return E.right(new Map([[only, { shape: [count, classes], data: classesInTurn(count, classes) }]]))
  if (dataset.test.size === 0)
    return E.left(modelError('the model is conditional, and there are no test data to take conditions from'))
  const data = testRows(subject, rowsFrom(count, dataset.test.size))
  return E.right(new Map([...data].filter(([name]) => names.includes(name))))
}

/** The one-hot field that data are labelled by, where they have exactly one; it need not be one that the model reads. */
const labelField = ({ dataset }: Subject): string | undefined => {
  const [name, ...others] = Object.entries(dataset.fields).flatMap(([name, f]) =>
    f.support === 'oneHot' && f.shape.length === 1 ? [name] : [],
  )
  return others.length === 0 ? name : undefined
}

/** What the labels are called, in order; none where data have no label. */
export const labelNames = (subject: Subject): readonly string[] => {
  const field = subject.dataset.fields[labelField(subject) ?? '']
  return field === undefined ? [] : namesOfClasses(field)
}

/** The label of each datum as a one-hot row, where data have one. */
export const labels = (subject: Subject, data: Batch): Batch => {
  const name = labelField(subject)
  return new Map([...data].filter(([field]) => field === name))
}

/** The class of each datum by name; none where data have no label. */
export const labelsOf = (subject: Subject, data: Batch): readonly string[] => {
  const field = subject.dataset.fields[labelField(subject) ?? '']
  const [value] = labels(subject, data).values()
  return field === undefined || value === undefined ? [] : (classesIn(field, value) ?? [])
}
