import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex } from '@noble/hashes/utils.js'
import * as E from 'fp-ts/lib/Either.js'
import { codecError, type ElboError } from '../error.ts'

/** A record that says by a digest what was written, so that an edit which is still valid JSON does not pass for it. */

const SEAL = 'seal'

/** SHA-256 of a text, in hexadecimal digits; in a page too, where `node:crypto` is not there. */
const sha256Of = (text: string): string => bytesToHex(sha256(new TextEncoder().encode(text)))

const sealOf = (content: Readonly<Record<string, unknown>>): string => {
  const { [SEAL]: _, ...rest } = content
  return sha256Of(JSON.stringify(rest))
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The text of a record with its seal. Only what JSON holds is sealed, so spaces and line ends may change. */
export const sealedJson = (content: Readonly<Record<string, unknown>>): string =>
  `${JSON.stringify({ ...content, [SEAL]: sealOf(content) }, null, 2)}\n`

/** One line of a file of lines. */
export const sealedLine = (content: object): string => JSON.stringify({ ...content, [SEAL]: sealOf({ ...content }) })

export const hasSeal = (json: unknown): boolean => isRecord(json) && Object.hasOwn(json, SEAL)

/** Whether parsed JSON is what {@link sealedJson} or {@link sealedLine} wrote. */
export const sealHolds = (json: unknown): boolean => isRecord(json) && json[SEAL] === sealOf(json)

/** The content without its seal. */
export const unsealed = (json: unknown): unknown => {
  if (!isRecord(json)) return json
  const { [SEAL]: _, ...content } = json
  return content
}

/** Errors  a record that was edited or damaged, or has no seal */
export const checkSeal = (where: string, json: unknown): E.Either<ElboError, void> =>
  sealHolds(json)
    ? E.right(undefined)
    : E.left(
        codecError(
          `'${where}' is not what was written: its content does not have its seal, so it was edited or damaged; put the original back, or train anew`,
        ),
      )
