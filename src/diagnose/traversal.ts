import type { Batch } from '../interp/inParts.ts'
import type { Tensor } from '../expr/Tensor.ts'
import { quantile } from './Estimate.ts'
import type { Inspection, LatentSummary } from './inspect.ts'
import { columnAt } from './Rows.ts'

/** One dimension of a latent, and where draws from the posteriors lie along it: all but one in a hundred at either end. */
export interface DimensionRange {
  readonly latent: string
  /** from 0 */
  readonly index: number
  readonly active: boolean
  readonly low: number
  readonly high: number
}

/**
 * The dimensions worth looking at, at most so many: active ones first, those of the highest KL before others. A Categorical's are left out: between
 * two choices there is nothing.
 */
export const dimensionRanges = (
  inspection: Inspection,
  summaries: readonly LatentSummary[],
  most: number,
): readonly DimensionRange[] =>
  summaries
    .flatMap(({ name, dimensions }) =>
      dimensions.map((d, index) => ({
        latent: name,
        index,
        active: d.active,
        kl: d.kl.value,
      })),
    )
    .sort((a, b) => Number(b.active) - Number(a.active) || b.kl - a.kl)
    .slice(0, most)
    .flatMap(({ latent, index, active }) => {
      const draws = inspection.latents[latent]?.draw
      if (draws === undefined || index >= draws.width || isChoice(inspection, latent)) return []
      const values = columnAt(draws, index)
      return [{ latent, index, active, low: quantile(values, 0.01), high: quantile(values, 0.99) }]
    })

const isChoice = ({ latents }: Inspection, name: string): boolean => {
  const latent = latents[name]
  return latent !== undefined && latent.kl.width < latent.location.width
}

/** `steps` numbers from one end to the other, both among them. */
export const evenly = (low: number, high: number, steps: number): readonly number[] =>
  Array.from({ length: steps }, (_, i) => (steps === 1 ? (low + high) / 2 : low + ((high - low) * i) / (steps - 1)))

/**
 * Copies of one datum's values, in each a single latent dimension moved along its range.
 *
 * Shapes    base [1, …] each → [ranges · steps, …] each: the dimension changes slowest
 */
export const traversal = (base: Batch, ranges: readonly DimensionRange[], steps: number): Batch =>
  new Map(
    [...base].map(([name, { shape, data }]) => {
      const width = data.length
      const count = ranges.length * steps
      const moved = new Float32Array(count * width)
      for (const [r, { latent, index, low, high }] of ranges.entries())
        for (const [v, value] of evenly(low, high, steps).entries()) {
          const row = r * steps + v
          moved.set(data, row * width)
          if (latent === name) moved[row * width + index] = value
        }
      return [name, { shape: [count, ...shape.slice(1)], data: moved }]
    }),
  )

/**
 * From each datum to its partner in `steps` equal steps along the straight line, both ends among them.
 *
 * Shapes    [n, …], [n, …] → [n · steps, …]: the pair changes slowest
 */
export const straightLines = (from: Tensor, to: Tensor, steps: number): Tensor => {
  const [count = 0, ...shape] = from.shape
  const width = count === 0 ? 0 : from.data.length / count
  const data = new Float32Array(count * steps * width)
  for (const [step, at] of evenly(0, 1, steps).entries())
    for (let i = 0; i < count; i++)
      for (let j = 0; j < width; j++) {
        const a = from.data[i * width + j] ?? 0
        data[(i * steps + step) * width + j] = a + at * ((to.data[i * width + j] ?? 0) - a)
      }
  return { shape: [count * steps, ...shape], data }
}
