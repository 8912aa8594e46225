import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { Inflate, strFromU8, zipSync, type Zippable } from 'fflate'
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
  readonly method: number
  /** its bytes in the archive, and once unpacked */
  readonly packed: number
  readonly size: number
  /** where it is in the archive, with what stands before its bytes */
  readonly from: number
  readonly to: number
}

const equalBytes = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((byte, i) => byte === b[i])

/** Where the directory's end begins; below 0 where there is none. */
const endOf = (view: DataView): number => {
  let end = view.byteLength - END_SIZE
  while (end >= 0 && view.getUint32(end, true) !== END) end--
  return end
}

/** The directory, or undefined where it does not add up, or differs from what stands before a member in its name or its letters. */
const directory = (bytes: Uint8Array, view: DataView, end: number): readonly Entry[] | undefined => {
  const entries: Entry[] = []
  const begin = view.getUint32(end + 16, true)
  let at = begin
  for (let left = view.getUint16(end + 10, true); left > 0; left--) {
    if (at + CENTRAL_SIZE > end || view.getUint32(at, true) !== CENTRAL) return undefined
    const short = (field: number): number => view.getUint16(at + field, true)
    const long = (field: number): number => view.getUint32(at + field, true)
    const name = bytes.subarray(at + CENTRAL_SIZE, at + CENTRAL_SIZE + short(28))
    const from = long(42)
    if (from + LOCAL_SIZE > begin || view.getUint32(from, true) !== LOCAL) return undefined
    const [nameSize, extraSize] = [view.getUint16(from + 26, true), view.getUint16(from + 28, true)]
    const again = bytes.subarray(from + LOCAL_SIZE, from + LOCAL_SIZE + nameSize)
    const flags = [short(8) & UTF8, view.getUint16(from + 6, true) & UTF8]
    if (!equalBytes(name, again) || flags[0] !== flags[1]) return undefined
    entries.push({
      name: strFromU8(name, flags[0] === 0),
      crc: long(16),
      method: short(10),
      packed: long(20),
      size: long(24),
      from,
      to: from + LOCAL_SIZE + nameSize + extraSize + long(20),
    })
    at += CENTRAL_SIZE + short(28) + short(30) + short(32)
  }
  return at === end && lieApart(entries, begin) ? entries : undefined
}

/** No two members share bytes or a name, and all of them end before the directory. */
const lieApart = (entries: readonly Entry[], begin: number): boolean => {
  const ordered = entries.toSorted((a, b) => a.from - b.from)
  return (
    ordered.every(({ to }, i) => to <= (ordered[i + 1]?.from ?? begin)) &&
    new Set(entries.map(({ name }) => name)).size === entries.length
  )
}

const [STORED, DEFLATED] = [0, 8]

/** Before anything is unpacked. */
const entriesOf = (bytes: Uint8Array, most: number): E.Either<ElboError, readonly Entry[]> => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const end = endOf(view)
  if (end < 0) return E.left(codecError('no whole archive, so it was truncated or changed: it has no directory'))
  const entries = directory(bytes, view, end)
  if (entries === undefined) return E.left(damaged('its directory does not add up'))
  const odd = entries.find(
    ({ method, packed, size }) => !(method === DEFLATED || (method === STORED && packed === size)),
  )
  if (odd !== undefined) return E.left(damaged(`'${odd.name}' is packed in a way that is not read`))
  const total = entries.reduce((n, { size }) => n + size, 0)
  return total > most && total > bytes.length
    ? E.left(damaged(`it would unpack to ${total} bytes, and at most ${most} are expected`))
    : E.right(entries)
}

const damaged = (what: string): ElboError => codecError(`not the archive that was written: ${what}`)

/** So much is unpacked before what came of it is looked at: deflation packs up to 1,032 bytes into one. */
const PIECE = 2 ** 14

/** The bytes of a member. Throws where they are not as many as the directory says, as soon as they are more. */
const unpacked = (bytes: Uint8Array, { method, packed, size, to }: Entry): Uint8Array => {
  const data = new Uint8Array(bytes.subarray(to - packed, to))
  if (method === STORED) return data
  const out = new Uint8Array(size)
  let at = 0
  const inflate = new Inflate((part) => {
    if (at + part.length > size) throw new Error(`it has more than the ${size} bytes that are written down for it`)
    out.set(part, at)
    at += part.length
  })
  for (let from = 0; from < packed; from += PIECE)
    inflate.push(data.subarray(from, from + PIECE), from + PIECE >= packed)
  if (at !== size) throw new Error(`it has ${at} bytes where ${size} are written down for it`)
  return out
}

/** Where nothing is known of what should be inside, an archive may unpack to this much, or to this many times its size. */
const [ROOM, TIMES] = [2 ** 26, 10]

/**
 * The members of a zip archive, each of them as it was when the archive was made. At most `most` bytes are unpacked.
 *
 * Errors    no whole archive; a directory that does not add up, or says that members share bytes; more bytes than `most`, before any is unpacked;
 *           a member whose CRC-32 is not the one written down for it
 * Source    PKWARE's APPNOTE.TXT 6.3.10, §4.3
 */
export const unarchived = (
  bytes: Uint8Array,
  most: number = Math.max(ROOM, TIMES * bytes.length),
): E.Either<ElboError, Members> =>
  pipe(
    entriesOf(bytes, most),
    E.bindTo('entries'),
    E.bind('members', ({ entries }) =>
      attempt(
        (): Members => Object.fromEntries(entries.map((entry) => [entry.name, unpacked(bytes, entry)])),
        ({ message }) => codecError(`no whole archive, so it was truncated or changed: ${message}`),
      ),
    ),
    E.chain(({ members, entries }) => {
      const changed = entries.find(({ name, crc }) => crc32(members[name] ?? new Uint8Array()) !== crc)
      return changed === undefined
        ? E.right(members)
        : E.left(damaged(`the bytes of '${changed.name}' do not have its CRC-32`))
    }),
  )
