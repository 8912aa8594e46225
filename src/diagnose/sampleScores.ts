import { copyCheck, type CopyCheck, precisionRecall, type PrecisionRecall } from './neighbours.ts'
import { type Rows, rowsAt } from './Rows.ts'

/** Samples of the prior beside data of the same number; `yardstick` is training data in their place. */
export interface SampleScores {
  readonly count: number
  readonly samples: PrecisionRecall
  readonly yardstick: PrecisionRecall
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
 * Bias      precision and recall grow with the number of points: only the comparison means something
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
  return {
    count,
    samples: precisionRecall(made, held),
    yardstick: precisionRecall(first(train, count), held),
    copies: copyCheck(made, rest, held),
  }
}
