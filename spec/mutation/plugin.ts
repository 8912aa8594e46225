import { readFileSync } from 'node:fs'
import { annealingMutants } from './historical/annealing.ts'
import { distributionMutants } from './historical/distributions.ts'
import { objectiveMutants } from './historical/objectives.ts'
import { trainingMutants } from './historical/training.ts'
import { type Mutant, withBug } from './Mutant.ts'

export const historicalMutants: readonly Mutant[] = [
  ...objectiveMutants,
  ...distributionMutants,
  ...trainingMutants,
  ...annealingMutants,
]

const mark = /[?&]mutant=([\w-]+)/

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
 * every file of src/ that is imported, and the file of the bug is changed as it is loaded.
 */
export const mutants = (): {
  readonly name: string
  readonly enforce: 'pre'
  readonly resolveId: (this: Resolver, source: string, importer?: string) => Promise<string | null>
  readonly load: (id: string) => string | null
} => ({
  name: 'elbo-ts mutants',
  enforce: 'pre',
  async resolveId(source, importer) {
    const id = mark.exec(importer ?? '')?.[1]
    if (id === undefined || importer === undefined || !source.startsWith('.')) return null
    const found = await this.resolve(source, importer.replace(/\?.*$/, ''), { skipSelf: true })
    return found === null ? null : `${found.id}?mutant=${id}`
  },
  load(id) {
    const mutant = historicalMutants.find((m) => m.id === mark.exec(id)?.[1])
    const path = id.replace(/\?.*$/, '')
    return mutant !== undefined && path.endsWith(`/${mutant.file}`) ? withBug(mutant, readFileSync(path, 'utf8')) : null
  },
})
