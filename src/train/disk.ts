import * as fs from 'node:fs'
import { promisify } from 'node:util'

/**
 * The calls to the file system that writing needs, by file numbers: the handles of `fs.promises` cannot sync under Yarn's Plug'n'Play
 * ("Method not implemented"), file numbers can.
 */
export const openFile: (path: string, flags: string) => Promise<number> = promisify(fs.open)
export const closeFile: (file: number) => Promise<void> = promisify(fs.close)
/** Every byte: a single write may stop short on a disk that is nearly full, and call that success. */
export const writeAll: (file: number, content: Uint8Array | string) => Promise<void> = promisify(fs.writeFile)
export const cutFile: (file: number, size: number) => Promise<void> = promisify(fs.ftruncate)
export const sizeOfFile = (file: number): Promise<number> => promisify(fs.fstat)(file).then(({ size }) => size)

const fsync = promisify(fs.fsync)

export const codeOf = (cause: unknown): string =>
  cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : ''

/** Of file systems that have no sync, and of folders where the system opens or syncs none, as Windows. */
const cannotSync: ReadonlySet<string> = new Set([
  'EINVAL',
  'ENOSYS',
  'ENOTSUP',
  'EOPNOTSUPP',
  'ERR_METHOD_NOT_IMPLEMENTED',
])
const noFolderSync: ReadonlySet<string> = new Set([...cannotSync, 'EACCES', 'EBADF', 'EISDIR', 'EPERM'])

const unless =
  (codes: ReadonlySet<string>) =>
  (cause: unknown): void => {
    if (!codes.has(codeOf(cause))) throw cause
  }

/** What was written to a file is on the disk when this returns, where the file system can say so. */
export const syncFile = (file: number): Promise<void> => fsync(file).catch(unless(cannotSync))

/** The names in a folder are on the disk when this returns: a rename is otherwise undone by a crash. */
export const syncFolder = async (path: string): Promise<void> => {
  let folder: number
  try {
    folder = await openFile(path, 'r')
  } catch (cause) {
    return unless(noFolderSync)(cause)
  }
  try {
    await fsync(folder).catch(unless(noFolderSync))
  } finally {
    await closeFile(folder)
  }
}
