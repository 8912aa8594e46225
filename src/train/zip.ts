import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { strFromU8, unzipSync, zipSync, type Zippable } from 'fflate'
import { attempt, codecError, type ElboError } from '../error.ts'

/** What a zip archive holds, by name. */
export type Members = Readonly<Record<string, Uint8Array>>

/** The earliest time that a zip archive can tell: equal contents are equal bytes. */
const NO_TIME = new Date(1980, 0, 1)

/** A zip archive; numbers of a model do not compress, so it does not try. */
export const archived = (members: Members): Uint8Array => {
  const plain: Zippable = Object.fromEntries(
    Object.entries(members).map(([name, bytes]) => [name, [bytes, { level: 0, mtime: NO_TIME }]]),
  )
  return zipSync(plain)
}

/** The remainders of every byte by x³² + x²⁶ + … + 1, bits in the order of the wire. */
const remainders = Uint32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte
  for (let bit = 0; bit < 8; bit++) rest = (rest >>> 1) ^ (rest & 1 ? 0xedb88320 : 0)
  return rest
})

/** CRC-32 of zip, gzip and PNG. Source  ISO 3309; APPNOTE.TXT §4.4.7 */
export const crc32 = (bytes: Uint8Array): number => {
  let rest = 0xffffffff
  for (let i = 0; i < bytes.length; i++) rest = (rest >>> 8) ^ remainders[(rest ^ bytes[i]!) & 0xff]!
  return ~rest >>> 0
}

const [LOCAL, CENTRAL, END] = [0x04034b50, 0x02014b50, 0x06054b50]
/** Of the records before their names. */
const [LOCAL_SIZE, CENTRAL_SIZE, END_SIZE] = [30, 46, 22]
const UTF8 = 1 << 11

/** What the archive's directory says of one member. */
interface Entry {
  readonly name: string
  readonly crc: number
}

const equalBytes = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((byte, i) => byte === b[i])

/** The directory, or undefined where it does not add up, or differs from what stands before a member in its name or its letters. */
const directory = (bytes: Uint8Array): readonly Entry[] | undefined => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  let end = bytes.length - END_SIZE
  while (end >= 0 && view.getUint32(end, true) !== END) end--
  if (end < 0) return undefined
  const entries: Entry[] = []
  let at = view.getUint32(end + 16, true)
  for (let left = view.getUint16(end + 10, true); left > 0; left--) {
    if (at + CENTRAL_SIZE > end || view.getUint32(at, true) !== CENTRAL) return undefined
    const [length, extra, comment] = [28, 30, 32].map((field) => view.getUint16(at + field, true))
    const name = bytes.subarray(at + CENTRAL_SIZE, at + CENTRAL_SIZE + (length ?? 0))
    const local = view.getUint32(at + 42, true)
    if (local + LOCAL_SIZE > at || view.getUint32(local, true) !== LOCAL) return undefined
    const again = bytes.subarray(local + LOCAL_SIZE, local + LOCAL_SIZE + view.getUint16(local + 26, true))
    const flags = [view.getUint16(at + 8, true) & UTF8, view.getUint16(local + 6, true) & UTF8]
    if (!equalBytes(name, again) || flags[0] !== flags[1]) return undefined
    entries.push({ name: strFromU8(name, flags[0] === 0), crc: view.getUint32(at + 16, true) })
    at += CENTRAL_SIZE + (length ?? 0) + (extra ?? 0) + (comment ?? 0)
  }
  return at === end ? entries : undefined
}

const damaged = (what: string): ElboError => codecError(`not the archive that was written: ${what}`)

/**
 * The members of a zip archive, each of them as it was when the archive was made.
 *
 * Errors    no whole archive; a member whose CRC-32 is not the one written down for it; a directory that does not add up
 * Source    PKWARE's APPNOTE.TXT 6.3.10, §4.3
 */
export const unarchived = (bytes: Uint8Array): E.Either<ElboError, Members> =>
  pipe(
    attempt(
      (): Members => unzipSync(bytes),
      ({ message }) => codecError(`no whole archive, so it was truncated or changed: ${message}`),
    ),
    E.bindTo('members'),
    E.bind('entries', () => E.fromNullable(damaged('its directory does not add up'))(directory(bytes))),
    E.chain(({ members, entries }) => {
      const changed = entries.find(({ name, crc }) => crc32(members[name] ?? new Uint8Array()) !== crc)
      return changed === undefined
        ? E.right(members)
        : E.left(damaged(`the bytes of '${changed.name}' do not have its CRC-32`))
    }),
  )
