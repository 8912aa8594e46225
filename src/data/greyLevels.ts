import type { Encoding, FieldType } from './Field.ts'
import { flawIn } from './support.ts'

/** Whether bytes can be what an encoding takes them for. */

/** Numbers that an encoding makes; of classes, one-hot vectors. */
const made: { readonly [En in Encoding]: readonly number[] } = {
  value: [],
  grey: [0, 1 / 255, 1],
  threshold: [0, 1],
  dynamic: [0, 1],
  class: [],
}

/** Errors  an encoding that makes numbers which the support does not allow */
export const encodingProblem = ({ support }: FieldType, encoding: Encoding): string | undefined => {
  if (encoding === 'class')
    return support === 'oneHot' ? undefined : `the encoding 'class' makes one-hot vectors, not '${support}'`
  const flaw = flawIn({ shape: [], support }, made[encoding])
  return flaw === undefined ? undefined : `the encoding '${encoding}' makes ${flaw.what}`
}

/** So much is looked at, in bytes. */
const LOOKED_AT = 2 ** 26

/** Whether the largest of some bytes is 1, as far as is looked. */
const zerosAndOnes = (parts: Iterable<ArrayLike<number>>): boolean => {
  let [one, seen] = [false, 0]
  for (const part of parts) {
    for (let i = 0; i < part.length; i++) {
      const byte = part[i] ?? 0
      if (byte > 1) return false
      one ||= byte === 1
    }
    seen += part.length
    if (seen >= LOOKED_AT) break
  }
  return one
}

/**
 * A note where grey levels, 0 … 255, seem to be zeros and ones: all pixels would then be black. The first byte above 1 ends the search, and so
 * do 64 MB.
 */
export const greyNote = (where: string, encoding: Encoding, parts: Iterable<ArrayLike<number>>): string | undefined => {
  if (encoding === 'value' || encoding === 'class') return undefined
  if (!zerosAndOnes(parts)) return undefined
  return `${where}: the largest byte is 1, and '${encoding}' takes bytes for grey levels from 0 to 255, so every pixel is black; if the bytes mean 0 and 1, multiply them by 255 or leave out the encoding`
}
