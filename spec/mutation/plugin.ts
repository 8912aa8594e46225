import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { annealingMutants } from './historical/annealing.ts'
import { derivedMutants } from './historical/derived.ts'
import { distributionMutants } from './historical/distributions.ts'
import { drawMutants } from './historical/draws.ts'
import { objectiveMutants } from './historical/objectives.ts'
import { trainingMutants } from './historical/training.ts'
import { wiringMutants } from './historical/wiring.ts'
import { type Mutant, withBug } from './Mutant.ts'

export const historicalMutants: readonly Mutant[] = [
  ...objectiveMutants,
  ...distributionMutants,
  ...derivedMutants,
  ...trainingMutants,
  ...annealingMutants,
  ...drawMutants,
  ...wiringMutants,
]

const mark = /[?&]mutant=([\w-]+)/
const mutantOf = (id: string): Mutant | undefined => historicalMutants.find((m) => m.id === mark.exec(id)?.[1])
const pathTo = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url))

const importsOf = (path: string): readonly string[] =>
  [...readFileSync(path, 'utf8').matchAll(/(?:from |import |import\()'(\.[^']+)'/g)].map(([, to = '']) =>
    resolve(dirname(path), to),
  )

/** Who imports each file that is loaded for a verdict. */
const importersOf = (entry: string): ReadonlyMap<string, readonly string[]> => {
  const importers = new Map<string, readonly string[]>([[entry, []]])
  const waiting = [entry]
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop())
    for (const imported of importsOf(path)) {
      const known = importers.get(imported)
      if (known === undefined) waiting.push(imported)
      importers.set(imported, [...(known ?? []), path])
    }
  return importers
}

/** A file, and all that import it, by whatever way. */
const downstream = (importers: ReadonlyMap<string, readonly string[]>, file: string): ReadonlySet<string> => {
  const found = new Set([file])
  for (const path of found) for (const importer of importers.get(path) ?? []) found.add(importer)
  return found
}

/** What of vite's plugins is used here. */
interface Resolver {
  readonly resolve: (
    source: string,
    importer: string,
    options: { readonly skipSelf: boolean },
  ) => Promise<{ readonly id: string } | null>
}

/**
 * `import('./verdict.ts?mutant=kl-sign')` is the laws over a second copy of the library that has this one bug: the mark is handed on to
 * every file that imports the file of the bug, by whatever way, and that file is changed as it is loaded. What knows nothing of it is shared.
 */
export const mutants = (): {
  readonly name: string
  readonly enforce: 'pre'
  readonly resolveId: (this: Resolver, source: string, importer?: string) => Promise<string | null>
  readonly load: (id: string) => string | null
} => {
  const importers = importersOf(pathTo('./verdict.ts'))
  const copied = new Map<string, ReadonlySet<string>>()
  const isCopied = (path: string, { id, file }: Mutant): boolean => {
    const known = copied.get(id) ?? downstream(importers, pathTo(`../../${file}`))
    copied.set(id, known)
    return known.has(path)
  }
  return {
    name: 'elbo-ts mutants',
    enforce: 'pre',
    async resolveId(source, importer) {
      const mutant = mutantOf(importer ?? '')
      if (mutant === undefined || importer === undefined || !source.startsWith('.')) return null
      const found = await this.resolve(source, importer.replace(/\?.*$/, ''), { skipSelf: true })
      return found !== null && isCopied(found.id, mutant) ? `${found.id}?mutant=${mutant.id}` : (found?.id ?? null)
    },
    load(id) {
      const mutant = mutantOf(id)
      const path = id.replace(/\?.*$/, '')
      return mutant !== undefined && path === pathTo(`../../${mutant.file}`)
        ? withBug(mutant, readFileSync(path, 'utf8'))
        : null
    },
  }
}
