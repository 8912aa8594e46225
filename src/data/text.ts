import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { attempt, type ElboError, fileError } from '../error.ts'

/** Bytes as text, or not at all: bytes that are none of the encoding are never replaced by U+FFFD. */

/** Whether an encoding is known by this name. Source  WHATWG Encoding Standard, "Names and labels" */
export const isEncoding = (label: string): boolean =>
  E.isRight(
    attempt(
      () => new TextDecoder(label),
      ({ message }) => fileError(message),
    ),
  )

/** What Windows-1252 has at 0x80 … 0x9f. Node's decoder answers ISO 8859-1 there in some versions of 20 to 23 (nodejs/node#56542). */
const WINDOWS_1252 = '€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ'

const decode = (bytes: Uint8Array, label: string): E.Either<ElboError, string> =>
  attempt(
    () => {
      const decoder = new TextDecoder(label, { fatal: true })
      const text = decoder.decode(bytes)
      return decoder.encoding === 'windows-1252'
        ? text.replace(/[\x80-\x9f]/g, (c) => WINDOWS_1252[c.charCodeAt(0) - 0x80] ?? c)
        : text
    },
    ({ message }) => fileError(message),
  )

const marks: readonly (readonly [label: string, name: string, bytes: readonly number[]])[] = [
  ['utf-8', 'UTF-8', [0xef, 0xbb, 0xbf]],
  ['utf-16le', 'UTF-16', [0xff, 0xfe]],
  ['utf-16be', 'UTF-16', [0xfe, 0xff]],
]
const begins = (bytes: Uint8Array, mark: readonly number[]): boolean => mark.every((byte, i) => bytes[i] === byte)
const ZIP = [0x50, 0x4b, 0x03, 0x04]

/** So much of a file shows what it is. */
const HEAD = 4096

/** What bytes are, by how they begin, where that is not text in this encoding. */
const otherKind = (bytes: Uint8Array, encoding: string): string | undefined => {
  if (begins(bytes, ZIP)) return 'it is a zip archive, as spreadsheets are, and no text; save it as CSV'
  const mark = marks.find(([, , of]) => begins(bytes, of))
  if (mark !== undefined && mark[0] !== encoding)
    return `it is ${mark[1]}, by its first bytes; read it with encoding: '${mark[0]}', or save it as UTF-8`
  if (encoding.startsWith('utf-16')) return undefined
  if (!bytes.subarray(0, HEAD).includes(0)) return undefined
  const [first, second] = [bytes[0] === 0, bytes[1] === 0]
  return first === second
    ? `it has bytes of 0, so it is no text in ${encoding}`
    : `it has bytes of 0, as UTF-16 has and ${encoding} has not; read it with encoding: 'utf-16${first ? 'be' : 'le'}', or save it as UTF-8`
}

/** The first line, counted from 1, that cannot be decoded. */
const wrongLine = (bytes: Uint8Array, encoding: string): number | undefined => {
  for (let line = 1, from = 0; from < bytes.length; line++) {
    const end = bytes.indexOf(0x0a, from)
    const to = end < 0 ? bytes.length : end
    if (E.isLeft(decode(bytes.subarray(from, to), encoding))) return line
    from = to + 1
  }
  return undefined
}

const wrongIn = (path: string, what: string, line?: number): E.Either<ElboError, never> =>
  E.left(fileError(`'${path}'${line === undefined ? '' : `, line ${line}`}: ${what}`))

/** Whether a file that begins so can be text. Errors  UTF-16, an archive or zeros, by its first bytes; an encoding that there is not */
export const checkKind = (path: string, head: Uint8Array, label = 'utf-8'): E.Either<ElboError, string> => {
  if (!isEncoding(label))
    return wrongIn(path, `there is no encoding '${label}'; utf-8, windows-1252 and utf-16le are some`)
  const { encoding } = new TextDecoder(label)
  const other = otherKind(head, encoding)
  return other === undefined ? E.right(encoding) : wrongIn(path, other)
}

/**
 * The text of a file. A byte order mark is not part of it. `advice` follows where bytes are wrong.
 *
 * Errors    the first line that holds bytes which are none of the encoding; those of {@link checkKind}
 */
export const decodeText = (
  path: string,
  bytes: Uint8Array,
  label = 'utf-8',
  advice = '',
): E.Either<ElboError, string> =>
  pipe(
    checkKind(path, bytes, label),
    E.chain((encoding) =>
      pipe(
        decode(bytes, encoding),
        E.orElse((): E.Either<ElboError, string> => {
          const name = encoding === 'utf-8' ? 'UTF-8' : encoding
          return encoding.startsWith('utf-16')
            ? wrongIn(path, `not ${name}: half of a character is missing`)
            : wrongIn(path, `not ${name}${advice}`, wrongLine(bytes, encoding))
        }),
      ),
    ),
  )
