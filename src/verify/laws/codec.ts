import * as E from 'fp-ts/lib/Either.js'
import * as fc from 'fast-check'
import { random } from '../arbitrary/random.ts'
import { type LawSuite, law } from '../Law.ts'

/** Something that is written as JSON and read again. */
export interface Codec {
  readonly name: string
  readonly values: fc.Arbitrary<unknown>
  readonly encode: (value: unknown) => unknown
  readonly decode: (json: unknown) => E.Either<{ readonly message: string }, unknown>
  /** whether a difference of what was read from what was written says nothing, such as a vertex that no result needs */
  readonly ignores?: (json: unknown, read: unknown) => boolean
}
/** A codec whose values have a type of their own. */
export const codecOf = <A>(options: {
  readonly name: string
  readonly values: fc.Arbitrary<A>
  readonly encode: (value: A) => unknown
  readonly decode: (json: unknown) => E.Either<{ readonly message: string }, A>
  readonly ignores?: (json: unknown, read: unknown) => boolean
}): Codec => ({
  ...options,
  // The laws encode only what `values` or `decode` made.
  encode: (value) => options.encode(value as A),
})

/** Something that is written as bytes and read again. */
export interface FileFormat {
  readonly name: string
  readonly values: fc.Arbitrary<unknown>
  readonly write: (value: unknown) => Uint8Array
  readonly read: (bytes: Uint8Array) => E.Either<{ readonly message: string }, unknown>
  /** the same content, written canonically */
  readonly canonical: (value: unknown) => string
}
export const formatOf = <A>(options: {
  readonly name: string
  readonly values: fc.Arbitrary<A>
  readonly write: (value: A) => Uint8Array
  readonly read: (bytes: Uint8Array) => E.Either<{ readonly message: string }, A>
  readonly canonical: (value: A) => string
}): FileFormat => ({
  ...options,
  write: (value) => options.write(value as A),
  canonical: (value) => options.canonical(value as A),
})

const sorted = (value: unknown): unknown =>
  Array.isArray(value)
    ? value.map(sorted)
    : typeof value === 'object' && value !== null
      ? Object.fromEntries(
          Object.entries(value)
            .toSorted(([a], [b]) => (a < b ? -1 : 1))
            .map(([k, v]) => [k, sorted(v)]),
        )
      : value
const text = (json: unknown): string => JSON.stringify(sorted(json))
const plain = (json: unknown): unknown => JSON.parse(JSON.stringify(json))

const others: readonly unknown[] = [null, -1, 0.5, 1e9, true, '', 'Normal', 'elbo', [], {}, [1], '__proto__']

/** One place of a JSON value changed for another value, or left out. */
const mutated = (json: unknown, seed: number): unknown => {
  const source = random(seed)
  const places: (readonly [object, string])[] = []
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return
    for (const [key, inner] of Object.entries(value)) {
      places.push([value, key])
      visit(inner)
    }
  }
  const copy = plain(json)
  visit(copy)
  const place = places[source.below(Math.max(1, places.length))]
  if (place === undefined) return null
  const [parent, key] = place
  if (source.chance(0.2)) Reflect.deleteProperty(parent, key)
  else Reflect.set(parent, key, source.pick(others[0], ...others.slice(1)))
  return Array.isArray(parent) ? plain(copy) : copy
}

const withSeed = (subject: Pick<Codec, 'values'>): fc.Arbitrary<readonly [unknown, number]> =>
  fc.tuple(subject.values, fc.nat({ max: 2 ** 31 - 1 }))
const refuses = (answer: E.Either<{ readonly message: string }, unknown>): boolean =>
  E.isLeft(answer) && answer.left.message.length > 10

/** What is written as JSON owes. */
export const codecLaws: LawSuite<Codec> = {
  name: 'codec',
  extends: [],
  laws: [
    law({
      name: 'decode ∘ encode = identity',
      statement: 'what is written and read again is written the same',
      given: ({ values }) => values,
      holds: (c, value, g) => {
        const json = plain(c.encode(value))
        const back = c.decode(json)
        g.holds(E.isRight(back), `what was written is refused: ${E.isLeft(back) ? back.left.message : ''}`)
        g.holds(E.isRight(back) && text(plain(c.encode(back.right))) === text(json), 'what was read is another value')
      },
    }),
    law({
      name: 'a changed value is refused, or is another value',
      statement:
        'JSON with one place changed is refused with a message, or read as exactly what it says; nothing throws',
      given: (c: Codec) => withSeed(c),
      holds: (c, [value, seed], g) => {
        const json = mutated(c.encode(value), seed)
        const back = c.decode(json)
        if (E.isLeft(back)) g.holds(refuses(back), 'a refusal says nothing')
        else
          g.holds(
            text(plain(c.encode(back.right))) === text(json) ||
              isDropped(json, plain(c.encode(back.right))) ||
              c.ignores?.(json, plain(c.encode(back.right))) === true,
            `${text(json)} is read as ${text(c.encode(back.right))}`,
          )
      },
    }),
    law({
      name: 'what is none is refused',
      statement: 'null, numbers, texts, lists and other objects are refused with a message',
      given: () => fc.oneof(fc.constantFrom(...others), fc.jsonValue({ maxDepth: 2 })),
      holds: (c, json, g) => {
        const back = c.decode(json)
        if (E.isLeft(back)) g.holds(refuses(back), 'a refusal says nothing')
        else g.holds(text(plain(c.encode(back.right))) === text(json), `${text(json)} is read as something else`)
      },
    }),
  ],
}

/** Whether the one difference is an optional entry that was left out of, or is absent from, what was read. */
const isDropped = (json: unknown, read: unknown): boolean =>
  typeof json === 'object' &&
  json !== null &&
  typeof read === 'object' &&
  read !== null &&
  text({ ...read, ...json }) === text(read)

/** What is written as bytes owes. */
export const formatLaws: LawSuite<FileFormat> = {
  name: 'file',
  extends: [],
  laws: [
    law({
      name: 'read ∘ write = identity',
      statement: 'what is written and read again is the same content',
      given: ({ values }) => values,
      holds: (f, value, g) => {
        const back = f.read(f.write(value))
        g.holds(E.isRight(back), `what was written is refused: ${E.isLeft(back) ? back.left.message : ''}`)
        g.holds(E.isRight(back) && f.canonical(back.right) === f.canonical(value), 'what was read is another content')
      },
    }),
    law({
      name: 'a changed byte is refused, or changes nothing',
      statement:
        'a file with one byte changed is refused with a message, or its content is what was written; nothing throws, nothing is misread',
      most: 300,
      given: (f: FileFormat) => withSeed(f),
      holds: (f, [value, seed], g) => {
        const bytes = f.write(value)
        const source = random(seed)
        const at = source.below(bytes.length)
        const changed = Uint8Array.from(bytes, (b, i) => (i === at ? b ^ (1 + source.below(255)) : b))
        const back = f.read(changed)
        g.holds(
          refuses(back) || (E.isRight(back) && f.canonical(back.right) === f.canonical(value)),
          `byte ${at} of ${bytes.length} changed, and another content is read`,
        )
      },
    }),
    law({
      name: 'a truncated file is refused',
      statement: 'a file that ends early is refused with a message',
      most: 300,
      given: (f: FileFormat) => withSeed(f),
      holds: (f, [value, seed], g) => {
        const bytes = f.write(value)
        const length = random(seed).below(bytes.length)
        g.holds(refuses(f.read(bytes.subarray(0, length))), `the first ${length} of ${bytes.length} bytes are read`)
      },
    }),
  ],
}
