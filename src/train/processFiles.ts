import { randomBytes } from 'node:crypto'
import { readdir, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { hasEnded, MARK, markOf, markText, ownMark, type ProcessMark } from './processMark.ts'

/**
 * Files that are called after their process. One that is being written takes its name when it is whole; until then it is called after that
 * name and after its process. A lock is called after its process alone.
 */

const random = (): string => randomBytes(4).toString('hex')

const PART = new RegExp(String.raw`^(.+)\.${MARK}\.[0-9a-f]{8}\.part$`)
/** As the version before called them. */
const OLD_PART = /\.[0-9a-f]{8}\.part$/

export const partOf = (path: string): string => `${path}.${markText(ownMark())}.${random()}.part`

export const isPart = (name: string): boolean => OLD_PART.test(name)

/** Whether a process that has ended left this half-written, be it of any file or of one. */
const isLeft = (name: string, of?: string): boolean => {
  const [, whole, ...mark] = PART.exec(name) ?? []
  if (whole === undefined) return of === undefined && isPart(name)
  return (of === undefined || whole === of) && hasEnded(markOf(mark))
}

const removeLeft = async (folder: string, of?: string): Promise<void> => {
  const names = await readdir(folder).catch((): string[] => [])
  for (const name of names) if (isLeft(name, of)) await rm(join(folder, name), { force: true }).catch(() => {})
}

/** Remove what processes that have ended left half-written of a file. */
export const removePartsOf = (path: string): Promise<void> => removeLeft(dirname(path), basename(path))

/** Remove what processes that have ended left half-written in a folder. */
export const removePartsIn = (folder: string): Promise<void> => removeLeft(folder)

const LOCK = new RegExp(String.raw`^\.lock\.${MARK}\.[0-9a-f]{8}$`)

export const lockName = (): string => `.lock.${markText(ownMark())}.${random()}`

export const isLock = (name: string): boolean => LOCK.test(name)

/** The process of a lock; undefined where the name is none of a lock. */
export const holderOf = (name: string): ProcessMark | undefined => {
  const [found, ...mark] = LOCK.exec(name) ?? []
  return found === undefined ? undefined : markOf(mark)
}
