import * as E from 'fp-ts/lib/Either.js'
import * as fc from 'fast-check'
import { describe, expect, expectTypeOf, test } from 'vitest'
import {
  csv,
  dataSource,
  decodeSource,
  inline,
  mnist,
  shards,
  type DataSource,
  type FieldTypesOf,
} from '../../../src/data/DataSource.ts'
import type { FieldTypes } from '../../../src/data/Field.ts'

type Of<D> = FieldTypesOf<D>
type Y = { readonly shape: [10]; readonly support: 'oneHot' }
type X<S extends string> = { readonly shape: [28, 28, 1]; readonly support: S }
interface Row<N extends number> {
  readonly shape: [N]
  readonly support: 'real'
}

describe('the type of a source carries the types of its fields', () => {
  test('mnist', () => {
    const [plain, threshold, grey] = [mnist(), mnist({ binarize: 'threshold' }), mnist({ binarize: 'none' })]
    expectTypeOf<Of<typeof plain>>().toEqualTypeOf<{ readonly x: X<'binary'>; readonly y: Y }>()
    expectTypeOf<Of<typeof threshold>>().toEqualTypeOf<{ readonly x: X<'binary'>; readonly y: Y }>()
    expectTypeOf<Of<typeof grey>>().toEqualTypeOf<{ readonly x: X<'unit'>; readonly y: Y }>()
  })
  test('csv: as wide as the columns named', () => {
    const [all, two] = [csv({ file: 'a.csv' }), csv({ file: 'a.csv', columns: ['u', 'v'], label: 'kind' })]
    expectTypeOf<Of<typeof all>['x']>().toEqualTypeOf<{ readonly shape: [number]; readonly support: 'real' }>()
    expectTypeOf<Of<typeof two>['x']>().toEqualTypeOf<{ readonly shape: [2]; readonly support: 'real' }>()
    expectTypeOf<Of<typeof two>['y']>().toEqualTypeOf<{ readonly shape: [number]; readonly support: 'oneHot' }>()
    expectTypeOf<'y' extends keyof Of<typeof all> ? true : false>().toEqualTypeOf<false>()
    expectTypeOf(two).not.toExtend<DataSource<{ x: Row<3> }>>()
  })
  test('inline: each field its own', () => {
    const values = Float32Array.of(1, 2, 3, 4)
    const points = inline({
      fields: { p: { shape: [2], support: 'real', values }, n: { shape: [1], support: 'count', values } },
    })
    expectTypeOf<Of<typeof points>>().toEqualTypeOf<{
      readonly p: { readonly shape: [2]; readonly support: 'real' }
      readonly n: { readonly shape: [1]; readonly support: 'count' }
    }>()
  })
  test('shards: each field its own', () => {
    const cells = shards({
      folder: 'cells',
      fields: { x: { shape: [8, 8], support: 'unit', encoding: 'grey' }, n: { shape: [1], support: 'count' } },
    })
    expectTypeOf<Of<typeof cells>>().toEqualTypeOf<{
      readonly x: { readonly shape: [8, 8]; readonly support: 'unit' }
      readonly n: { readonly shape: [1]; readonly support: 'count' }
    }>()
  })
  test('every source is a source of some fields', () => {
    expectTypeOf(mnist()).toExtend<DataSource<FieldTypes>>()
    expectTypeOf(mnist()).toExtend<DataSource>()
  })
})

describe('the codec', () => {
  const optional = <A>(values: fc.Arbitrary<A>): fc.Arbitrary<A | undefined> => fc.option(values, { nil: undefined })
  const defined = <A extends object>(a: A): { [K in keyof A]: Exclude<A[K], undefined> } =>
    JSON.parse(JSON.stringify(a))
  const holdOut = fc.double({ min: 0.01, max: 0.99, noNaN: true })
  const sources: fc.Arbitrary<DataSource> = fc.oneof(
    fc
      .record({ binarize: fc.constantFrom('dynamic', 'threshold', 'none'), folder: optional(fc.string()) })
      .map((o) => mnist(defined(o))),
    fc
      .record({
        file: fc.string(),
        columns: optional(fc.array(fc.string())),
        label: optional(fc.string()),
        standardize: optional(fc.boolean()),
        holdOut: optional(holdOut),
      })
      .map((o) => csv(defined(o))),
    fc
      .record({ file: fc.string(), support: fc.constantFrom('count', 'positive', 'unit', 'binary'), holdOut })
      .map((o) => csv(o)),
    fc
      .record({
        fields: fc.dictionary(
          fc.stringMatching(/^[a-z]{1,8}$/),
          fc.record({
            shape: fc.array(fc.integer({ min: 1, max: 30 }), { maxLength: 3 }),
            support: fc.constantFrom('real', 'positive', 'unit', 'binary', 'oneHot', 'count'),
            values: fc.array(fc.double({ noNaN: true, noDefaultInfinity: true })),
          }),
        ),
        holdOut,
      })
      .map((o) => inline(o)),
    fc
      .record({
        folder: fc.string(),
        fields: fc.dictionary(
          fc.stringMatching(/^[a-z]{1,8}$/),
          fc.record({
            shape: fc.array(fc.integer({ min: 1, max: 30 }), { maxLength: 3 }),
            support: fc.constantFrom('real', 'unit', 'binary', 'oneHot'),
            encoding: fc.constantFrom('value', 'grey', 'threshold', 'dynamic', 'class'),
          }),
        ),
        holdOut: optional(holdOut),
      })
      .map((o) => shards(defined(o))),
  )
  test('what is written as JSON reads back', () => {
    fc.assert(
      fc.property(sources, (source) => {
        const text = JSON.stringify(dataSource.encode(source))
        // JSON has no −0
        expect(JSON.stringify(E.getOrElseW(() => 'not read')(dataSource.decode(JSON.parse(text))))).toBe(text)
      }),
      { seed: 9, numRuns: 300 },
    )
  })

  const bits = { shape: [2], support: 'binary', values: [0, 1] } as const
  test.each([
    [undefined, 'data source: should be a data source but is missing'],
    [7, 'data source: should be a data source but is 7'],
    [{ tag: 'cifar' }, 'data source: \'tag\' should be "mnist" | "csv" | "inline" | "shards" but is "cifar"'],
    [
      { tag: 'mnist', binarize: 'yes' },
      'data source: \'binarize\' should be "dynamic" | "threshold" | "none" but is "yes"',
    ],
    [{ tag: 'csv', standardize: true, holdOut: 0.1 }, "data source: 'file' should be string but is missing"],
    [
      { tag: 'csv', file: 'a', standardize: true, holdOut: 1 },
      "data source: 'holdOut' should be a share between 0 and 1 but is 1",
    ],
    [
      { tag: 'inline', holdOut: 0.5, fields: { x: { shape: [2, 0], support: 'real', values: [] } } },
      "data source: 'fields.x.shape' should be a whole number from 1 on but is 0",
    ],
    [
      { tag: 'inline', holdOut: 0.5, fields: { x: { shape: [2], support: 'odd', values: [] } } },
      'data source: \'fields.x.support\' should be "real" | "positive" | "unit" | "binary" | "oneHot" | "count" but is "odd"',
    ],
    [mnist({ binarise: 'none' } as never), "mnist: there is no 'binarise'; there are binarize, folder"],
    [
      csv(Object.assign({ file: 'a.csv' }, { lable: 'y' })),
      "csv: there is no 'lable'; there are label, file, standardize, columns, holdOut, encoding, support",
    ],
    [
      inline(Object.assign({ fields: { x: bits } }, { holdout: 0.5 })),
      "inline: there is no 'holdout'; there are holdOut, fields",
    ],
    [
      inline({ fields: { x: Object.assign({ names: ['a'] }, bits) } }),
      "field 'x': there is no 'names'; there are values, shape, support",
    ],
    [
      shards(Object.assign({ folder: 'a', fields: {} }, { files: 'x-*.npy', shuffle: true })),
      "shards: there is no 'files'; there are fields, folder, holdOut\nshards: there is no 'shuffle'; there are folder, fields, holdOut",
    ],
    [
      shards({ folder: 'a', fields: { x: { shape: [2], support: 'unit', encode: 'grey' } as never } }),
      "field 'x': there is no 'encode'; there are encoding, shape, support",
    ],
  ])('%j', (value, message) => {
    expect(decodeSource(value)).toEqual(E.left({ tag: 'Data', message }))
  })
})
