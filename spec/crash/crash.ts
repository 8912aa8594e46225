import { dirname } from 'node:path'
import type { Call } from './recorder.ts'

/** What the disk may hold of some files after a crash: by name. */
export type Disk = ReadonlyMap<string, Buffer>

interface File {
  /** as programs see it */
  now: Buffer
  /** as it was when it was synced last; what a crash leaves is that, or anything between */
  synced: Buffer
}

type Names = Map<string, number>
interface Change {
  readonly folder: string
  readonly on: (names: Names) => void
}

const without = (names: Names, path: string): void => void names.delete(path)

/**
 * Contents that a file may have: what was synced, and what was written since in whole or in part. Where only something was added, what was there
 * stays; where it was cut first, it need not. Source  Pillai et al. 2014, "All file systems are not created equal: on the complexity of crafting
 * crash-consistent applications", OSDI, section 2
 */
const contentsOf = ({ now, synced }: File): readonly Buffer[] => {
  if (now.equals(synced)) return [now]
  const kept = now.subarray(0, synced.length).equals(synced) ? synced.length : 0
  const half = kept + ((now.length - kept) >> 1)
  return [synced, now, now.subarray(0, half), now.subarray(0, kept)]
}

/** Each subset of the changes of names that no sync of their folder has followed, in order. Of many, those that lack one or all after one. */
const subsets = (changes: readonly Change[]): readonly (readonly Change[])[] =>
  changes.length <= 4
    ? Array.from({ length: 1 << changes.length }, (_, mask) => changes.filter((__, i) => (mask >> i) & 1))
    : [
        ...Array.from({ length: changes.length + 1 }, (_, n) => changes.slice(0, n)),
        ...changes.map((_, n) => changes.filter((__, i) => i !== n)),
      ]

/** One of each list, in all ways. */
const choices = <A>(lists: readonly (readonly A[])[]): readonly (readonly A[])[] =>
  lists.reduce<readonly (readonly A[])[]>((made, list) => made.flatMap((one) => list.map((a) => [...one, a])), [[]])

/** Everything that a crash after the first `n` of these calls may leave, from files that were there and on the disk before. */
export const afterCrash = (
  calls: readonly Call[],
  n: number,
  before: ReadonlyMap<string, { file: number; content: Buffer }>,
): readonly Disk[] => {
  const files = new Map<number, File>()
  const durable: Names = new Map()
  for (const [path, { file, content }] of before) {
    files.set(file, { now: content, synced: content })
    durable.set(path, file)
  }
  let pending: Change[] = []
  const change = (path: string, on: Change['on']): void => void pending.push({ folder: dirname(path), on })
  for (const call of calls.slice(0, n)) {
    const file = 'file' in call ? files.get(call.file) : undefined
    switch (call.op) {
      case 'create':
        files.set(call.file, { now: Buffer.alloc(0), synced: Buffer.alloc(0) })
        change(call.path, (names) => names.set(call.path, call.file))
        break
      case 'write':
        if (file !== undefined) file.now = Buffer.concat([file.now, call.content])
        break
      case 'cut':
        if (file !== undefined) file.now = file.now.subarray(0, call.size)
        break
      case 'sync':
        if (file !== undefined) file.synced = file.now
        break
      case 'syncFolder':
        for (const done of pending.filter(({ folder }) => folder === call.path)) done.on(durable)
        pending = pending.filter(({ folder }) => folder !== call.path)
        break
      case 'rename':
        change(call.to, (names) => {
          const moved = names.get(call.from)
          if (moved === undefined) return
          names.delete(call.from)
          names.set(call.to, moved)
        })
        break
      case 'remove':
        change(call.path, (names) => without(names, call.path))
        break
    }
  }
  return subsets(pending).flatMap((some) => {
    const names = new Map(durable)
    for (const { on } of some) on(names)
    const paths = [...names]
    return choices(
      paths.map(([, file]) => contentsOf(files.get(file) ?? { now: Buffer.alloc(0), synced: Buffer.alloc(0) })),
    ).map((contents) => new Map(paths.map(([path], i) => [path, contents[i] ?? Buffer.alloc(0)])))
  })
}
