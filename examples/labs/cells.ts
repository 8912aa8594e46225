import { normalStream } from './kit.ts'

/** Expression of single cells, simulated: counts of which one knows the type, the batch and how deep the cell was read. */
export interface Cells {
  readonly counts: readonly (readonly number[])[]
  readonly logLibrary: readonly number[]
  readonly batch: readonly number[]
  readonly type: readonly number[]
}

export const GENES = 100
export const TYPES = 5
export const BATCHES = 2
const MARKERS = 12

/**
 * Each type has genes that it reads more of; each batch reads every gene a little differently; a cell's library size scales all of them.
 * Counts are negative binomial of inverse dispersion 1: Poisson's of a rate that is an exponential's.
 */
export const simulated = (count: number, seed: number): ((draws: number) => Cells) => {
  const genes = normalStream(seed)
  const baseline = Array.from({ length: GENES }, () => 0.1 + 0.8 * genes())
  const batchEffect = Array.from({ length: BATCHES }, () => Array.from({ length: GENES }, () => 0.7 * genes()))
  const isMarker = (type: number, gene: number): boolean => gene >= type * MARKERS && gene < (type + 1) * MARKERS
  return (draws) => {
    const next = normalStream(1000 * seed + draws)
    const exponential = (): number => (next() ** 2 + next() ** 2) / 2
    // arrivals before a time, one after another
    const poisson = (rate: number): number => {
      let arrived = 0
      for (let time = exponential(); time < rate; time += exponential()) arrived++
      return arrived
    }
    const type = Array.from({ length: count }, (_, i) => i % TYPES)
    const batch = type.map(() => (next() > 0 ? 1 : 0))
    const logLibrary = Array.from({ length: count }, () => 0.8 * next())
    const logMean = (cell: number, gene: number): number =>
      (baseline[gene] ?? 0) +
      (batchEffect[batch[cell] ?? 0]?.[gene] ?? 0) +
      (logLibrary[cell] ?? 0) +
      (isMarker(type[cell] ?? 0, gene) ? 1.5 : 0)
    const counts = type.map((_, cell) =>
      baseline.map((_b, gene) => poisson(Math.exp(logMean(cell, gene)) * exponential())),
    )
    return { counts, logLibrary, batch, type }
  }
}
