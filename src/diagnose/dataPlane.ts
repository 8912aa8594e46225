import { principalComponents, projected } from './principalComponents.ts'
import { columnAt, type Rows } from './Rows.ts'

/** Data and samples on the same two axes. */
export interface DataPlane {
  readonly axes: readonly [across: string, up: string]
  readonly data: readonly [across: Float64Array, up: Float64Array]
  readonly samples: readonly [across: Float64Array, up: Float64Array]
}

/** Of one number each: the share of its set that is below it. */
const ranks = (values: Float64Array): Float64Array => {
  const order = Array.from(values, (_, i) => i).sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0))
  const up = new Float64Array(values.length)
  for (const [rank, i] of order.entries()) up[i] = (rank + 0.5) / values.length
  return up
}

/**
 * Two sets of rows, to be seen beside each other: along the data's first two principal directions, or as they are where they have two numbers; of a
 * single number the other axis is the empirical distribution.
 *
 * Cost      the cube of the width
 */
export const dataPlane = (data: Rows, samples: Rows, names: readonly string[]): DataPlane => {
  if (data.width < 2) {
    const [a, b] = [columnAt(data, 0), columnAt(samples, 0)]
    return { axes: [names[0] ?? 'x', 'share below'], data: [a, ranks(a)], samples: [b, ranks(b)] }
  }
  const as = (rows: Rows): readonly [Float64Array, Float64Array] => [columnAt(rows, 0), columnAt(rows, 1)]
  if (data.width === 2) return { axes: [names[0] ?? 'x 0', names[1] ?? 'x 1'], data: as(data), samples: as(samples) }
  const pca = principalComponents(data)
  return {
    axes: ['first principal coordinate of the data', 'second principal coordinate'],
    data: as(projected(pca, data, 2)),
    samples: as(projected(pca, samples, 2)),
  }
}
