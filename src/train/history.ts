import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { decodeText } from '../data/text.ts'
import type { ElboError } from '../error.ts'
import { decoded, parsed } from '../model/decoded.ts'
import { type Done, type EpochDone, epochCodec, type Failed, failedCodec } from './events.ts'
import { appendWhole, namesIn, readBytes, writeWhole } from './files.ts'
import { runFiles } from './runFolder.ts'
import { hasSeal, sealedLine, sealHolds, unsealed } from './seal.ts'

const fileOf = (folder: string): string => join(folder, runFiles.metrics)

export const appendHistory = (folder: string, event: EpochDone | Done | Failed): TE.TaskEither<ElboError, void> =>
  appendWhole(fileOf(folder), `${sealedLine(event)}\n`)

/** What a run's folder tells of its epochs. */
export interface History {
  readonly epochs: readonly EpochDone[]
  /** what is wrong with the file, with the numbers of its lines: lines that cannot be read, and epochs that it does not have */
  readonly damage: readonly string[]
  /** how the run broke off; absent where it did not, or has been resumed */
  readonly failed?: Failed
}

/** A line of the file, with its bytes as letters of one byte each: an epoch, something else that is whole, or neither. */
type Line = { readonly bytes: string; readonly number: number } & (
  | { readonly kind: 'epoch'; readonly epoch: EpochDone }
  | { readonly kind: 'failed'; readonly failed: Failed }
  | { readonly kind: 'other' }
  | { readonly kind: 'damaged'; readonly why: string }
)

const isEpoch = (json: unknown): boolean =>
  typeof json === 'object' && json !== null && (!('event' in json) || json.event === 'epoch')

/** Lines of before they had a seal have none; once one has, all after it do. */
const lineOf = (bytes: string, number: number, sealed: boolean): Line => {
  const damaged = (why: string): Line => ({ bytes, number, kind: 'damaged', why })
  return pipe(
    decodeText('it', Buffer.from(bytes, 'latin1')),
    E.chain((text) => parsed('it', text)),
    E.foldW(
      () => damaged('it is not JSON'),
      (json): Line => {
        if (hasSeal(json) ? !sealHolds(json) : sealed) return damaged('it is not what was written')
        if (!isEpoch(json)) {
          const failed = decoded('it', failedCodec, unsealed(json))
          return E.isRight(failed)
            ? { bytes, number, kind: 'failed', failed: failed.right }
            : { bytes, number, kind: 'other' }
        }
        return pipe(
          decoded('it', epochCodec, unsealed(json)),
          E.foldW(
            ({ message }) => damaged(message),
            (epoch): Line => ({ bytes, number, kind: 'epoch', epoch }),
          ),
        )
      },
    ),
  )
}

/** A last line without its end is one that a crash cut short: it is none. */
const linesOf = (bytes: Uint8Array): readonly Line[] => {
  const whole = Buffer.from(bytes).toString('latin1').split('\n').slice(0, -1)
  let sealed = false
  return whole.map((line, i) => {
    const read = lineOf(line, i + 1, sealed)
    sealed ||= line.includes('"seal":')
    return read
  })
}

const linesIn = (folder: string): TE.TaskEither<ElboError, readonly Line[]> =>
  pipe(
    namesIn(folder),
    TE.chain((names) =>
      names?.includes(runFiles.metrics) === true ? readBytes(fileOf(folder)) : TE.right(new Uint8Array(0)),
    ),
    TE.map(linesOf),
  )

const epochsOf = (lines: readonly Line[]): readonly EpochDone[] =>
  lines.flatMap((line) => (line.kind === 'epoch' ? [line.epoch] : []))

const damageOf = (lines: readonly Line[]): readonly string[] => {
  const told = lines.flatMap((line) => (line.kind === 'damaged' ? [`line ${line.number}: ${line.why}`] : []))
  const odd = epochsOf(lines).findIndex(({ epoch }, i) => epoch !== i + 1)
  return told.length > 0 || odd < 0 ? told : [`epoch ${odd + 1} is not where it should be`]
}

/** The epochs that a run's folder tells of, and what of its file cannot be read. */
export const readHistory = (folder: string): TE.TaskEither<ElboError, History> =>
  pipe(
    linesIn(folder),
    TE.map((lines) => {
      const failed = lines.findLast((line) => line.kind === 'failed')?.failed
      return { epochs: epochsOf(lines), damage: damageOf(lines), ...(failed === undefined ? {} : { failed }) }
    }),
  )

/** Cut the history back to what a checkpoint knows, so that a resumed run tells no epoch twice. Lines that cannot be read stay where they are. */
export const cutHistory = (folder: string, epochs: number): TE.TaskEither<ElboError, readonly EpochDone[]> =>
  pipe(
    linesIn(folder),
    TE.map((lines) =>
      lines.filter((line) => line.kind === 'damaged' || (line.kind === 'epoch' && line.epoch.epoch <= epochs)),
    ),
    TE.chainFirst((kept) =>
      writeWhole(fileOf(folder), Buffer.from(kept.map(({ bytes }) => `${bytes}\n`).join(''), 'latin1')),
    ),
    TE.map(epochsOf),
  )
