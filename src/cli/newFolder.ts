import { readdir } from 'node:fs/promises'
import { basename, extname, join } from 'node:path'
import type * as T from 'fp-ts/lib/Task.js'

const safe = (name: string): string => name.replaceAll(/[^\p{L}\p{N}._-]+/gu, '-').replace(/^[-.]+/, '') || 'run'

/** What a run is called: the experiment's own name, or that of its module where nobody has named it. */
export const runName = (name: string, module: string | undefined): string =>
  safe(name === 'experiment' && module !== undefined ? basename(module, extname(module)) : name)

/** runs/mnist-1, or with the first number that no run of this name has passed. */
export const newFolder =
  (name: string): T.Task<string> =>
  async () => {
    // No folder yet means no runs yet; what else is wrong with it shows when the run is written.
    const taken = await readdir('runs').catch((): string[] => [])
    const numbers = taken.flatMap((entry) => {
      const number = entry.startsWith(`${name}-`) ? Number(entry.slice(name.length + 1)) : Number.NaN
      return Number.isSafeInteger(number) ? [number] : []
    })
    return join('runs', `${name}-${Math.max(0, ...numbers) + 1}`)
  }
