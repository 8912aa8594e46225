import { copyCheck, type CopyCheck, coverage, expectedCoverage, precisionRecall } from './neighbours.ts'
import { type Rows, rowsAt } from './Rows.ts'

/** Samples of the prior beside data of the same number. */
export interface SampleScores {
  readonly count: number
  /** the share of samples that lie among data */
  readonly precision: number
  /** the same of training data in the samples' place */
  readonly yardstick: number
  /** the share of data that have a sample nearby */
  readonly coverage: number
  /** what the samples that lie among data would cover, on average, if they were of the data's own distribution */
  readonly expected: number
  /** against so many training data */
  readonly against: number
  readonly copies: CopyCheck
}

const first = (rows: Rows, count: number): Rows =>
  rowsAt(
    rows,
    Uint32Array.from({ length: count }, (_, i) => i),
  )

/**
 * Draws from a model beside data, at equal sizes. Half of the training data are the yardstick, the others what copies would be copies of.
 *
 * Bias      precision grows with the number of points: only the comparison means something
 * Cost      the square of the number
 */
export const sampleScores = (samples: Rows, train: Rows, test: Rows): SampleScores | undefined => {
  const count = Math.min(samples.count, test.count, Math.floor(train.count / 2))
  // With k = 3 neighbours, fewer than this say nothing.
  if (count < 20) return undefined
  const [made, held] = [first(samples, count), first(test, count)]
  const rest = rowsAt(
    train,
    Uint32Array.from({ length: train.count - count }, (_, i) => count + i),
  )
  const { precision } = precisionRecall(made, held)
  const yardstick = precisionRecall(first(train, count), held).precision
  return {
    count,
    precision,
    yardstick,
    coverage: coverage(made, held),
    expected: expectedCoverage(count, count * Math.min(1, precision / yardstick)),
    against: rest.count,
    copies: copyCheck(made, rest, held),
  }
}
