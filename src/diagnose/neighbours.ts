import { quantile } from './Estimate.ts'
import { type Rows, rowAt, squaredDistance } from './Rows.ts'

/** The distance of each row of `from` to its k-th nearest row of `to`; k = 1 is the nearest. Cost  both counts' product */
export const neighbourDistances = (from: Rows, to: Rows, k = 1): Float64Array =>
  Float64Array.from({ length: from.count }, (_, i) => {
    const distances = Float64Array.from({ length: to.count }, (_d, j) => squaredDistance(rowAt(from, i), rowAt(to, j)))
    return Math.sqrt(distances.sort()[k - 1] ?? Number.NaN)
  })

/** Whether samples are copies: how near they are to the training data, beside data that were never seen. */
export interface CopyCheck {
  /** medians of the distances to the nearest training datum */
  readonly samples: number
  readonly heldOut: number
  /** samples / heldOut: 1 where samples are as far as new data are, 0 where they are copies, above 1 where they are off the data */
  readonly ratio: number
  /** the share of samples that are nearer than all but 1 % of the held-out data: 0.01 for samples that are like them */
  readonly suspicious: number
  /** what of this is the samples' own crowding: the share as near to held-out data, times how many more the training data are */
  readonly byChance: number
}

/**
 * Bias      none for samples from the data's own distribution: both sets' distances then have one distribution. Samples of any other, if they
 *           have not seen the training data, are as near to these as to as many held-out data: `suspicious` is then at most `byChance`, on average
 * Source    Meehan, Chaudhuri & Dasgupta 2020, arXiv:2004.05675, §3 (against held-out data)
 */
export const copyCheck = (samples: Rows, train: Rows, heldOut: Rows): CopyCheck => {
  const [made, real] = [neighbourDistances(samples, train), neighbourDistances(heldOut, train)]
  const near = quantile(real, 0.01)
  const [a, b] = [quantile(made, 0.5), quantile(real, 0.5)]
  const share = (distances: Float64Array): number => distances.reduce((n, d) => n + (d < near ? 1 : 0), 0) / made.length
  return {
    samples: a,
    heldOut: b,
    ratio: a / b,
    suspicious: share(made),
    byChance: share(neighbourDistances(samples, heldOut)) * (train.count / heldOut.count),
  }
}

/** How much of each set lies within the other's manifold. */
export interface PrecisionRecall {
  /** the share of samples that could be data: quality */
  readonly precision: number
  /** the share of data that could be samples: variety */
  readonly recall: number
}

const covered = (points: Rows, by: Rows, radii: Float64Array): number => {
  let inside = 0
  for (let i = 0; i < points.count; i++) {
    for (let j = 0; j < by.count; j++) {
      if (squaredDistance(rowAt(points, i), rowAt(by, j)) > (radii[j] ?? 0) ** 2) continue
      inside++
      break
    }
  }
  return inside / points.count
}

/**
 * A set's manifold is the union of balls around its members, each as large as the distance to its k-th nearest other member.
 *
 * Bias      both grow with the number of points and with k: compare at equal sizes only. An outlier's ball is large
 * Source    Kynkäänniemi, Karras, Laine, Lehtinen & Aila 2019, arXiv:1904.06991, §2
 */
export const precisionRecall = (samples: Rows, data: Rows, k = 3): PrecisionRecall => {
  // The nearest of a set's own members is itself.
  const [made, real] = [neighbourDistances(samples, samples, k + 1), neighbourDistances(data, data, k + 1)]
  return { precision: covered(samples, data, real), recall: covered(data, samples, made) }
}

/**
 * The share of data that have a sample within the distance of their k-th nearest other datum: variety, and unlike recall not raised by samples
 * that are far off and wide apart.
 *
 * Bias      none against {@link expectedCoverage}
 * Source    Naeem, Oh, Uh, Choi & Yoo 2020, arXiv:2002.09797, §3 (coverage)
 */
export const coverage = (samples: Rows, data: Rows, k = 3): number => {
  const [nearest, reach] = [neighbourDistances(data, samples), neighbourDistances(data, data, k + 1)]
  return nearest.reduce((n, d, i) => n + (d <= (reach[i] ?? 0) ? 1 : 0), 0) / data.count
}

/**
 * The coverage, on average, of so many data by so many samples of their own distribution, whatever that is: a datum is missed where the k nearest of
 * all the others are data.
 *
 * Source    Naeem et al. 2020, arXiv:2002.09797 (expectation of coverage)
 */
export const expectedCoverage = (data: number, samples: number, k = 3): number =>
  1 - Array.from({ length: k }, (_, i) => (data - 1 - i) / (data - 1 - i + samples)).reduce((p, f) => p * f, 1)
