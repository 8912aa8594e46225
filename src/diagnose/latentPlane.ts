import type { Inspection } from './inspect.ts'
import { principalComponents, projected } from './principalComponents.ts'
import { columnAt, type Rows } from './Rows.ts'

/** Where the posterior means of data lie, on two axes. */
export interface LatentPlane {
  readonly name: string
  /** what the axes are, in words */
  readonly axes: readonly [across: string, up: string]
  readonly across: Float64Array
  readonly up: Float64Array
}

const share = (variances: Float64Array, i: number): string => {
  const total = variances.reduce((sum, v) => sum + v, 0)
  return total > 0 ? `${((100 * (variances[i] ?? 0)) / total).toFixed(0)} % of the variance` : 'no variance'
}

const plane = (name: string, location: Rows, variance: Rows): LatentPlane => {
  if (location.width < 2)
    return {
      name,
      axes: [`posterior mean of ${name}`, `posterior standard deviation of ${name}`],
      across: columnAt(location, 0),
      up: columnAt(variance, 0).map(Math.sqrt),
    }
  if (location.width === 2)
    return { name, axes: [`${name} 0`, `${name} 1`], across: columnAt(location, 0), up: columnAt(location, 1) }
  const pca = principalComponents(location)
  const coordinates = projected(pca, location, 2)
  return {
    name,
    axes: [
      `first principal coordinate of ${name}: ${share(pca.variances, 0)}`,
      `second principal coordinate: ${share(pca.variances, 1)}`,
    ],
    across: columnAt(coordinates, 0),
    up: columnAt(coordinates, 1),
  }
}

/**
 * Each latent's posterior means on a plane: as they are where it has two dimensions, along the first two principal directions where it has
 * more. Of a single dimension the other axis is the posterior's width.
 */
export const latentPlanes = ({ latents }: Inspection): readonly LatentPlane[] =>
  Object.entries(latents).map(([name, { location, variance }]) => plane(name, location, variance))
