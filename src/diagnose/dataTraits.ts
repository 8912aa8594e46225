import type { Batch } from '../interp/inParts.ts'
import type { AnyVae } from '../model/Vae.ts'

/** What data themselves say about the numbers that a model of them can have. */
export interface DataTraits {
  /** whether all that is observed is whole numbers or classes: then no log-probability is above 0 */
  readonly discrete: boolean
  /** whether all data are alike: then there is nothing to encode */
  readonly alike: boolean
}

const isAlike = ({ shape, data }: { readonly shape: readonly number[]; readonly data: ArrayLike<number> }): boolean => {
  const [count = 0] = shape
  const width = data.length / Math.max(1, count)
  return count > 1 && Array.from(data).every((x, i) => x === data[i % width])
}

/** Of what a model observes. */
export const dataTraits = (vae: AnyVae, data: Batch): DataTraits => {
  const observed = vae.model.filter(({ kind }) => kind === 'observed').map(({ name }) => name)
  return {
    discrete: observed.every((name) => ['binary', 'oneHot', 'count'].includes(vae.given[name]?.support ?? 'real')),
    alike: observed.every((name) => {
      const values = data.get(name)
      return values !== undefined && isAlike(values)
    }),
  }
}
