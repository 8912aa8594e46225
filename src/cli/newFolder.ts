import { mkdir, readdir, rmdir } from 'node:fs/promises'
import { basename, dirname, extname, join } from 'node:path'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { type ElboError, fileError } from '../index.ts'

const safe = (name: string): string => name.replaceAll(/[^\p{L}\p{N}._-]+/gu, '-').replace(/^[-.]+/, '') || 'run'

/** What a run is called: the experiment's own name, or that of its module where nobody has named it. */
export const runName = (name: string, module: string | undefined): string =>
  safe(name === 'experiment' && module !== undefined ? basename(module, extname(module)) : name)

const RUNS = 'runs'

const codeOf = (cause: unknown): unknown => (cause instanceof Error && 'code' in cause ? cause.code : undefined)

/** The number after the last run of this name. */
const nextNumber = async (name: string): Promise<number> => {
  const numbers = (await readdir(RUNS)).flatMap((entry) => {
    const number = entry.startsWith(`${name}-`) ? Number(entry.slice(name.length + 1)) : Number.NaN
    return Number.isSafeInteger(number) ? [number] : []
  })
  return Math.max(0, ...numbers) + 1
}

/** Make a folder in one that is there. Node's recursive form never returns where a file system refuses with ENOENT, as /proc does. */
const isMade = async (folder: string): Promise<boolean> => {
  try {
    await mkdir(folder)
    return true
  } catch (cause) {
    if (codeOf(cause) !== 'EEXIST') throw cause
    return false
  }
}

/** Whoever makes the folder has it: of two at the same moment one takes the next number. */
const made = async (name: string): Promise<string> => {
  await isMade(RUNS)
  for (let number = await nextNumber(name); ; number++) {
    const folder = join(RUNS, `${name}-${number}`)
    if (await isMade(folder)) return folder
  }
}

/** Make runs/mnist-1, or with the first number that no run of this name has passed. Errors  a place where no folder can be made */
export const newFolder = (name: string): TE.TaskEither<ElboError, string> =>
  TE.tryCatch(
    // Where a run that failed took the folder of all runs away in between: once more.
    () => made(name).catch((cause: unknown) => (codeOf(cause) === 'ENOENT' ? made(name) : Promise.reject(cause))),
    (cause) =>
      fileError(`cannot make a folder in '${RUNS}': ${cause instanceof Error ? cause.message : String(cause)}`),
  )

/** Remove a folder that {@link newFolder} made and nothing came of, and its own folder where it has no other run. */
const unmade = async (folder: string): Promise<void> => {
  await rmdir(folder)
    .then(() => rmdir(dirname(folder)))
    .catch(() => {})
}

/** Do something in a folder, in that of this path or in a new one. A new one goes again where that fails and leaves nothing in it. */
export const inNewFolder = <A>(
  path: string | undefined,
  name: string,
  work: (folder: string) => TE.TaskEither<ElboError, A>,
): TE.TaskEither<ElboError, A> =>
  path !== undefined
    ? work(path)
    : pipe(
        newFolder(name),
        TE.chain((folder) =>
          pipe(
            work(folder),
            TE.tapError(() => TE.fromTask(() => unmade(folder))),
          ),
        ),
      )
