/** How well a score tells anomalies, which should score higher, from what is normal. */
export interface Roc {
  /** P(anomaly scores higher) + ½ P(equal): ½ for a score that knows nothing, 1 for one that never errs */
  readonly auc: number
  readonly standardError: number
  /** from (0, 0) to (1, 1); at equal scores one step for all of them */
  readonly curve: readonly { readonly falseAlarms: number; readonly found: number; readonly threshold: number }[]
}

/** Of each of `values`, the share of `others` below it, an equal one counting half. */
const placements = (values: ArrayLike<number>, others: ArrayLike<number>): Float64Array => {
  const sorted = Float64Array.from(others).sort()
  const countBelow = (x: number, inclusive: boolean): number => {
    let [low, high] = [0, sorted.length]
    while (low < high) {
      const middle = (low + high) >> 1
      const at = sorted[middle] ?? 0
      if (at < x || (inclusive && at === x)) low = middle + 1
      else high = middle
    }
    return low
  }
  return Float64Array.from(values, (x) => (countBelow(x, false) + countBelow(x, true)) / 2 / sorted.length)
}

const spread = (values: Float64Array): number => {
  const mean = values.reduce((sum, v) => sum + v, 0) / values.length
  return values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / (values.length - 1) / values.length
}

/**
 * The receiver operating characteristic and the area under it: the Mann–Whitney statistic, ties counting half.
 *
 * Bias      none      Error  DeLong's, which needs no law of the scores
 * Source    Hanley & McNeil 1982, Radiology 143(1); DeLong, DeLong & Clarke-Pearson 1988, Biometrics 44(3)
 */
export const roc = (normal: ArrayLike<number>, anomalous: ArrayLike<number>): Roc => {
  const found = placements(anomalous, normal)
  const passed = placements(normal, anomalous)
  const all = [
    ...Array.from(normal, (score) => ({ score, anomaly: false })),
    ...Array.from(anomalous, (score) => ({ score, anomaly: true })),
  ].sort((a, b) => b.score - a.score)
  const curve = [{ falseAlarms: 0, found: 0, threshold: Infinity }]
  let [alarms, hits] = [0, 0]
  for (const [i, { score, anomaly }] of all.entries()) {
    if (anomaly) hits++
    else alarms++
    if (all[i + 1]?.score === score) continue
    curve.push({ falseAlarms: alarms / normal.length, found: hits / anomalous.length, threshold: score })
  }
  return {
    auc: found.reduce((sum, v) => sum + v, 0) / found.length,
    standardError: Math.sqrt(spread(found) + spread(passed)),
    curve,
  }
}
