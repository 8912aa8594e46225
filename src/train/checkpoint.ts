import { createHash } from 'node:crypto'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as t from 'io-ts'
import { decodeText } from '../data/text.ts'
import { codecError, type ElboError } from '../error.ts'
import type { Tensor } from '../expr/Tensor.ts'
import { decoded, parsed } from '../model/decoded.ts'
import { sumsCodec, type Sums } from './metrics.ts'
import { npyMembers, tensorsIn } from './npz.ts'
import { archived, type Members, unarchived } from './zip.ts'

/** How far training has come. What a minibatch is made of follows from the seed and these, so no generator has a state. */
export interface Counters {
  /** epochs that are over, their validation included */
  readonly epoch: number
  /** minibatches of the present epoch that are done */
  readonly position: number
  /** updates made */
  readonly step: number
  /** training data seen, and the seconds that took */
  readonly images: number
  readonly seconds: number
  /** of the present epoch, up to `position` */
  readonly sums: Sums
  readonly best: { readonly epoch: number; readonly score: number } | null
}

/** Everything that training needs to go on to the same numbers: parameters and optimiser's state by name, in the target's precision. */
export interface Checkpoint {
  /** the id of the run that it is of; null of runs of before runs had one */
  readonly run: string | null
  /** of the program that the parameters belong to */
  readonly fingerprint: string
  readonly counters: Counters
  readonly values: ReadonlyMap<string, Tensor>
}

const FORMAT = 'elbo-ts checkpoint'
const VERSION = 2
const LABEL = 'checkpoint.json'

const natural = t.refinement(t.number, (n) => Number.isSafeInteger(n) && n >= 0, 'a whole number from 0 on')
const countersCodec: t.Type<Counters, unknown, unknown> = t.type({
  epoch: natural,
  position: natural,
  step: natural,
  images: natural,
  seconds: t.number,
  sums: sumsCodec,
  best: t.union([t.null, t.type({ epoch: natural, score: t.number })]),
})
const label = { format: t.literal(FORMAT), digest: t.string, fingerprint: t.string, counters: countersCodec }
/** Checkpoints of before runs had an id are read too. */
const labelCodec = t.union([
  t.type({ ...label, version: t.literal(VERSION), run: t.union([t.string, t.null], 'a string or null') }),
  t.type({ ...label, version: t.literal(1) }),
])
type Label = t.TypeOf<typeof labelCodec>

/** SHA-256 of everything that a reader believes: the label's own fields and every array with its name. */
const digestOf = (label: Omit<Label, 'digest'> & { readonly run?: string | null }, arrays: Members): string => {
  const { version, run, fingerprint, counters } = label
  const told =
    run === undefined ? [FORMAT, version, fingerprint, counters] : [FORMAT, version, run, fingerprint, counters]
  const hash = createHash('sha256').update(JSON.stringify(told))
  for (const [name, bytes] of Object.entries(arrays).sort(([a], [b]) => (a < b ? -1 : 1)))
    hash.update(JSON.stringify([name, bytes.length])).update(bytes)
  return hash.digest('hex')
}

/** A checkpoint as one file: an npz archive, so that Python reads its arrays, with a label that says the rest and seals it. */
export const encodeCheckpoint = ({ run, fingerprint, counters, values }: Checkpoint): Uint8Array => {
  const arrays = npyMembers(values)
  const label = { format: FORMAT, version: VERSION, run, fingerprint, counters } as const
  const sealed = { ...label, digest: digestOf(label, arrays) }
  return archived({ [LABEL]: new TextEncoder().encode(JSON.stringify(sealed)), ...arrays })
}

const isZip = (bytes: Uint8Array): boolean => bytes[0] === 0x50 && bytes[1] === 0x4b

/**
 * The checkpoint that {@link encodeCheckpoint} wrote; `where` names its file in messages; `most` bytes are unpacked at most.
 *
 * Errors    not a checkpoint; truncated; changed since it was written. Each is one `Codec` error
 */
export const decodeCheckpoint = (where: string, bytes: Uint8Array, most?: number): E.Either<ElboError, Checkpoint> => {
  const wrong = (what: string): ElboError => codecError(`'${where}' ${what}`)
  const corrupted = (why: string): ElboError =>
    wrong(`is corrupted: ${why}; use another checkpoint of the run, or train anew`)
  if (!isZip(bytes)) return E.left(wrong('is not a checkpoint of elbo-ts: it is no npz archive'))
  return pipe(
    E.Do,
    E.bind('members', () =>
      pipe(
        unarchived(bytes, most),
        E.mapLeft(({ message }) => corrupted(`its ${bytes.length} bytes are ${message}`)),
      ),
    ),
    E.bind('text', ({ members }) =>
      pipe(
        members[LABEL],
        E.fromNullable(wrong(`is not a checkpoint of elbo-ts: it has no ${LABEL}`)),
        E.chain((label) => decodeText(LABEL, label)),
      ),
    ),
    E.bind('json', ({ text }) =>
      pipe(
        parsed(LABEL, text),
        E.mapLeft(({ message }) => corrupted(message)),
      ),
    ),
    E.bind('label', ({ json }) =>
      pipe(
        decoded(LABEL, labelCodec, json),
        E.mapLeft(({ message }) => wrong(`is corrupted, or of another version of elbo-ts: ${message}`)),
      ),
    ),
    E.chainFirst(({ members, label }) => {
      const { [LABEL]: _, ...arrays } = members
      return digestOf(label, arrays) === label.digest
        ? E.right(undefined)
        : E.left(corrupted('its content is not what was written'))
    }),
    E.bind('values', ({ members }) => tensorsIn(members)),
    E.map(({ label, values }) => ({
      run: 'run' in label ? label.run : null,
      fingerprint: label.fingerprint,
      counters: label.counters,
      values,
    })),
  )
}
