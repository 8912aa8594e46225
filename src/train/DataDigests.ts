import * as t from 'io-ts'

/** SHA-256 of the numbers of each field at rest, first row to last, as they were loaded: other values or another order are other digests. */
export interface DataDigests {
  readonly train: Readonly<Record<string, string>>
  readonly test: Readonly<Record<string, string>>
}

export const dataDigestsCodec: t.Type<DataDigests, unknown, unknown> = t.type(
  { train: t.record(t.string, t.string), test: t.record(t.string, t.string) },
  'digests of data',
)

/** In what two differ, in words. */
export const digestDifference = (before: DataDigests, now: DataDigests): string | undefined => {
  for (const [split, what] of [
    ['train', 'training'],
    ['test', 'test'],
  ] as const) {
    const names = new Set([...Object.keys(before[split]), ...Object.keys(now[split])])
    for (const name of names)
      if (before[split][name] !== now[split][name])
        return `'${name}' of the ${what} data is not what it was: values or the order of rows were changed`
  }
  return undefined
}
