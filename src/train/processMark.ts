import { readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { attempt, fileError } from '../error.ts'

/**
 * A process as a part of a file's name, so that whoever finds the file can tell whether its process is still there: the machine (with the
 * namespace of its process numbers, which containers have of their own), the number, and when it began, since numbers are given again.
 */
export interface ProcessMark {
  readonly machine: string
  readonly process: number
  readonly began: string
}

const orEmpty = (read: () => string): string =>
  pipe(
    attempt(read, ({ message }) => fileError(message)),
    E.getOrElse(() => ''),
  )

/** Of a process on this machine, as Linux tells it: its state and when it began, in ticks. Source  proc_pid_stat(5), fields 3 and 22 */
const statOf = (process: number): { readonly state: string; readonly began: string } => {
  const text = orEmpty(() => readFileSync(`/proc/${process}/stat`, 'utf8'))
  // The name of the program, in brackets, may hold anything.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  return { state: fields[0] ?? '', began: text === '' ? '0' : (fields[19] ?? '0') }
}

const here = (): ProcessMark => ({
  machine: `${hostname()}${orEmpty(() => readlinkSync('/proc/self/ns/pid'))
    .replaceAll(/\D/g, '')
    .replace(/^/, '+')}`,
  process: process.pid,
  began: statOf(process.pid).began,
})

let mark: ProcessMark | undefined
/** This process. */
export const ownMark = (): ProcessMark => (mark ??= here())

/** As text without dots or slashes but those that part it. */
export const markText = ({ machine, process, began }: ProcessMark): string =>
  `${encodeURIComponent(machine).replaceAll('.', '%2E')}.${process}.${began}`

/** {@link markText} as a part of a pattern: three groups. */
export const MARK: string = String.raw`([^./]+)\.(\d+)\.(\d+)`

export const markOf = ([machine = '', process = '', began = '']: readonly string[]): ProcessMark => ({
  machine: decodeURIComponent(machine),
  process: Number(process),
  began,
})

export const isHere = ({ machine }: ProcessMark): boolean => machine === ownMark().machine

const isThere = (id: number): boolean => {
  try {
    process.kill(id, 0)
    return true
  } catch (cause) {
    // Of another user: it is there, and is not ours to signal.
    return cause instanceof Error && 'code' in cause && cause.code === 'EPERM'
  }
}

/** Whether a process is known to have ended: it ran on this machine, and its number is free, or was given to another. */
export const hasEnded = (of: ProcessMark): boolean => {
  if (!isHere(of)) return false
  if (!isThere(of.process)) return true
  const { state, began } = statOf(of.process)
  return state === 'Z' || (of.began !== '0' && began !== of.began)
}

/** In words, for messages. */
export const described = (of: ProcessMark): string =>
  of.process === ownMark().process && isHere(of)
    ? `this process (${of.process})`
    : isHere(of)
      ? `process ${of.process}`
      : `process ${of.process} on '${of.machine.replace(/\+\d*$/, '')}'`
