/**
 * Calls to the file system, written down in order while they are made. `crash.ts` asks of them what a crash after each could leave; here any of
 * them can be made to fail. A call that changes files and is not known here fails: the law would not see it.
 */

export type Call =
  | { readonly op: 'create'; readonly path: string; readonly file: number }
  | { readonly op: 'write'; readonly file: number; readonly content: Buffer }
  | { readonly op: 'cut'; readonly file: number; readonly size: number }
  | { readonly op: 'sync'; readonly file: number }
  | { readonly op: 'syncFolder'; readonly path: string }
  | { readonly op: 'rename'; readonly from: string; readonly to: string }
  | { readonly op: 'remove'; readonly path: string }

type Callback = (error: Error | null, value?: unknown) => void
type Plain = (...args: readonly unknown[]) => unknown
type Module = Readonly<Record<string, unknown>>

interface Open {
  readonly path: string
  /** which file it is, whatever its name; undefined of a folder and of what is only read */
  readonly file: number | undefined
}

const state: { calls: Call[]; failAt: number; made: number; recording: boolean } = {
  calls: [],
  failAt: -1,
  made: 0,
  recording: false,
}
const files = new Map<string, number>()
const opened = new Map<number, Open>()
let count = 0

/** Run something and answer the calls it made. The one of this number fails, as a failing disk does. */
export const recording = async <A>(
  work: () => Promise<A>,
  failAt = -1,
): Promise<{ readonly calls: readonly Call[]; readonly result: A; readonly made: number }> => {
  Object.assign(state, { calls: [], failAt, made: 0, recording: true })
  try {
    const result = await work()
    return { calls: state.calls, result, made: state.made }
  } finally {
    state.recording = false
  }
}

const isFailing = (): boolean => state.recording && state.made++ === state.failAt
const failure = (): Error => Object.assign(new Error('EIO: i/o error'), { code: 'EIO' })
const note = (call: Call): void => {
  if (state.recording) state.calls.push(call)
}
const fileAt = (path: string): number => {
  const known = files.get(path)
  if (known !== undefined) return known
  files.set(path, ++count)
  return count
}

const afterOpen = (path: string, flags: string, existed: boolean, descriptor: number, isFolder: boolean): void => {
  const writes = flags !== 'r'
  opened.set(descriptor, { path, file: writes && !isFolder ? fileAt(path) : undefined })
  if (!writes) return
  if (!existed) note({ op: 'create', path, file: fileAt(path) })
  else if (flags.startsWith('w')) note({ op: 'cut', file: fileAt(path), size: 0 })
}

/** What only looks. */
const READS =
  /^(stat|lstat|fstat|access|exists|readdir|readFile|read|readv|readlink|realpath|open|openAsBlob|opendir|createReadStream|statfs|fstatSync|close)(Sync)?$/
/** Of folders the law asks nothing, and times are none of a file's content. */
const IGNORED = /^(mkdir|rmdir|utimes|mkdtemp)(Sync)?$/
const isPlain = (value: unknown): value is Plain => typeof value === 'function' && !/^[A-Z_]/.test(value.name)

const unknownCall =
  (name: string, original: Plain): Plain =>
  (...args) => {
    if (state.recording)
      throw new Error(`${name}: a call that the law of crashes does not know; add it to the recorder`)
    return original(...args)
  }

interface Real {
  readonly open: (path: string, flags: string, then: (error: Error | null, descriptor: number) => void) => void
  readonly writeFile: (target: number, content: Uint8Array | string, then: Callback) => void
  readonly ftruncate: (descriptor: number, size: number, then: Callback) => void
  readonly fsync: (descriptor: number, then: Callback) => void
  readonly close: (descriptor: number, then: Callback) => void
  readonly existsSync: (path: string) => boolean
  readonly statSync: (path: string) => { readonly isDirectory: () => boolean }
}

const callbacks = (real: Real): Module => ({
  open: (path: string, flags: string, then: Callback): void => {
    const existed = real.existsSync(path)
    if (flags !== 'r' && isFailing()) return then(failure())
    real.open(path, flags, (error, descriptor) => {
      if (error === null) afterOpen(path, flags, existed, descriptor, real.statSync(path).isDirectory())
      then(error, descriptor)
    })
  },
  writeFile: (target: unknown, content: Uint8Array | string, then: Callback): void => {
    const of = typeof target === 'number' ? opened.get(target) : undefined
    if (typeof target !== 'number' || of?.file === undefined)
      return then(new Error('writeFile by its name is not known'))
    if (isFailing()) return then(failure())
    note({ op: 'write', file: of.file, content: Buffer.from(content) })
    real.writeFile(target, content, then)
  },
  ftruncate: (descriptor: number, size: number, then: Callback): void => {
    const of = opened.get(descriptor)
    if (isFailing()) return then(failure())
    if (of?.file !== undefined) note({ op: 'cut', file: of.file, size })
    real.ftruncate(descriptor, size, then)
  },
  fsync: (descriptor: number, then: Callback): void => {
    const of = opened.get(descriptor)
    if (isFailing()) return then(failure())
    if (of !== undefined)
      note(of.file === undefined ? { op: 'syncFolder', path: of.path } : { op: 'sync', file: of.file })
    real.fsync(descriptor, then)
  },
  close: (descriptor: number, then: Callback): void => {
    opened.delete(descriptor)
    real.close(descriptor, then)
  },
})

interface RealPromises {
  readonly rename: (from: string, to: string) => Promise<void>
  readonly rm: (path: string, options?: object) => Promise<void>
  readonly readFile: (path: string) => Promise<Buffer>
  readonly copyFile: (from: string, to: string) => Promise<void>
}

const promises = (real: RealPromises): Module => ({
  rename: async (from: string, to: string): Promise<void> => {
    if (isFailing()) throw failure()
    await real.rename(from, to)
    note({ op: 'rename', from, to })
    files.set(to, fileAt(from))
    files.delete(from)
  },
  rm: async (path: string, options?: object): Promise<void> => {
    await real.rm(path, options)
    if (files.delete(path)) note({ op: 'remove', path })
  },
  /** Over what is there: the file of that name is cut, and written again. */
  copyFile: async (from: string, to: string): Promise<void> => {
    if (isFailing()) throw failure()
    const existed = files.has(to)
    const file = fileAt(to)
    note(existed ? { op: 'cut', file, size: 0 } : { op: 'create', path: to, file })
    note({ op: 'write', file, content: await real.readFile(from) })
    await real.copyFile(from, to)
  },
})

const guarded = (real: Module, known: Module): Module =>
  Object.fromEntries(
    Object.entries(real).map(([name, value]) => [
      name,
      known[name] ?? (isPlain(value) && !READS.test(name) && !IGNORED.test(name) ? unknownCall(name, value) : value),
    ]),
  )

/** node:fs as it is, its calls written down. The casts are those of a module to the few functions of it that are used here. */
export const recordedFs = (real: object): Module => guarded(real as Module, callbacks(real as Real))
export const recordedPromises = (real: object): Module => guarded(real as Module, promises(real as RealPromises))

/** A file that was there before: the calls to come are of it. */
export const isThere = (path: string): number => fileAt(path)
